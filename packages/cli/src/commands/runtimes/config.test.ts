import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRuntimeConfig } from "@holdfast/runtime/node";
import { parse as parseYaml } from "yaml";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
});
afterAll(() => server.close());

describe("holdfast runtimes config", () => {
  test("writes what a runtime reads", async () => {
    await using io = await server.openIo();
    await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
    await run(io, "apps add run --bundle-id com.example.run --apple-id 2");
    const before = io.out().length;
    expect(await run(io, "runtimes config --app yoga")).toBe(0);
    const document: unknown = parseYaml(io.out().slice(before));
    const means = { directory: io.cwd, localPublisherKeyPem: "" };
    const { apps } = await readRuntimeConfig(document, means);
    expect(apps.map(({ app, bundleId }) => [app, bundleId])).toContainEqual([
      "yoga",
      "com.example.yoga",
    ]);
    const { json } = await runJson(io, "runtimes config");
    expect(Object.keys(json["apps"] as object).toSorted()).toEqual(["run", "yoga"]);
  });

  test("refuses an app that is not there", async () => {
    await using io = await server.openIo();
    expect(await run(io, "runtimes config --app nobody --output json")).toBe(2);
    expect(errorOf(io)["code"]).toBe("APP_UNKNOWN");
  });
});
