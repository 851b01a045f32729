import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
  await run(io, "apps update yoga --name Yoga");
});
afterAll(() => server.close());

describe("holdfast audit list", () => {
  test("lists what was done, the newest first, with what changed", async () => {
    await using io = await server.openIo();
    const { json } = await runJson(io, "audit list --app yoga");
    expect(json["items"]).toMatchObject([
      {
        action: "updateApp",
        actorKind: "token",
        app: "yoga",
        changes: { name: { before: "yoga", after: "Yoga" } },
      },
      { action: "createApp" },
    ]);
    const before = io.out().length;
    await run(io, "audit list --limit 1 --action createApp");
    expect(io.out().slice(before).trimEnd().split("\n")).toHaveLength(2);
    expect(io.out().slice(before)).toMatch(/token a admin of tests +yoga +createApp/);
  });

  test("filters by time, and writes CSV", async () => {
    await using io = await server.openIo();
    expect((await runJson(io, "audit list --until 2020-01-01")).json).toEqual({ items: [] });
    expect((await runJson(io, "audit list --from 2999-01-01")).json).toEqual({ items: [] });
    const before = io.out().length;
    await run(io, "audit list --app yoga --output csv");
    expect(io.out().slice(before)).toMatch(/^At,Who,App,Action,What\n/);
    expect(await run(io, "audit list --from yesterday")).toBe(2);
  });

  test("is for admins", async () => {
    await using io = await server.openIo({ role: "editor" });
    expect(await run(io, "audit list --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });
});
