import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "@holdfast/api";
import { createControlClient } from "../../control-plane/control-client.ts";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
});
afterAll(() => server.close());

describe("holdfast runtimes list", () => {
  test("says what is needed while none reports, then what each answers by", async () => {
    await using io = await server.openIo();
    expect(await run(io, "runtimes list")).toBe(0);
    expect(io.out()).toContain("holdfast tokens create --name runtimes --role runtime --all-apps");

    await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
    const { json } = await runJson(io, "tokens create --name r --role runtime --all-apps");
    const client = createControlClient({ server: server.url, token: String(json["secret"]) }, io);
    await client.call(routes.reportRuntime, {
      params: { runtime: "runtime_test" },
      body: {
        host: "node",
        release: "0.1.0",
        startedAt: Date.now(),
        serves: [
          { app: "yoga", environment: "sandbox", sequence: 3, stopListSequence: 1 },
          {
            app: "yoga",
            environment: "production",
            sequence: 0,
            stopListSequence: 0,
            problem: "X",
          },
        ],
      },
    });

    const before = io.out().length;
    await run(io, "runtimes list --app yoga");
    expect(io.out().slice(before)).toMatch(/runtime_test +node +0\.1\.0 +yoga +sandbox +3 +1/);
    expect(io.out().slice(before)).toMatch(/yoga +production +0 +0 +X/);
    const other = await runJson(io, "runtimes list --app other");
    expect(other.json).toEqual({ items: [] });
  });
});
