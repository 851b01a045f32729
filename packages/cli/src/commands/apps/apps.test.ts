import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
});
afterAll(() => server.close());

const IDS = "--bundle-id com.example.yoga --apple-id 6745974592";

describe("holdfast apps", () => {
  test("add, view, update, list and remove an app", async () => {
    await using io = await server.openIo();
    const added = await runJson(
      io,
      `apps add yoga ${IDS} --sandbox-url https://sandbox.example.com`,
    );
    expect(added.code).toBe(0);
    expect(added.json).toMatchObject({
      id: "yoga",
      name: "yoga",
      appAppleId: 6_745_974_592,
      environments: {
        sandbox: { realtimeBaseUrl: "https://sandbox.example.com", requiredApprovals: 0 },
        production: { requiredApprovals: 0 },
      },
    });

    await run(io, "apps update yoga --name Yoga --sandbox-approvals 2 --output json");
    const { json } = await runJson(io, "apps view yoga");
    // What was not given stays, also of an environment that is replaced whole.
    expect(json).toMatchObject({
      name: "Yoga",
      environments: {
        sandbox: { realtimeBaseUrl: "https://sandbox.example.com", requiredApprovals: 2 },
        production: { requiredApprovals: 0 },
      },
    });

    const before = io.out().length;
    expect(await run(io, "apps list")).toBe(0);
    expect(io.out().slice(before)).toMatch(/yoga +Yoga +com\.example\.yoga +sandbox, production/);

    expect(await run(io, "apps remove yoga")).toBe(2);
    expect(io.err()).toContain("--confirm is required");
    expect((await runJson(io, "apps remove yoga --confirm")).json).toEqual({
      app: "yoga",
      removed: true,
    });
    expect((await runJson(io, "apps list")).json).toEqual({ items: [] });
  });

  test("add with --only serves one environment, which update can widen", async () => {
    await using io = await server.openIo();
    const line = "apps add run --only sandbox --bundle-id com.example.run --apple-id 7";
    const added = await runJson(io, line);
    expect(added.json["environments"]).toHaveProperty("sandbox");
    expect(added.json["environments"]).not.toHaveProperty("production");
    const { json } = await runJson(io, "apps update run --production-approvals 1");
    expect(json["environments"]).toMatchObject({ production: { requiredApprovals: 1 } });
    expect(await run(io, `${line} --production-approvals 1`)).toBe(2);
  });

  test("view tells an app that is not there, and says so in JSON", async () => {
    await using io = await server.openIo();
    expect(await run(io, "apps view nobody --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "NOT_FOUND", status: 404 });
    expect(errorOf(io)["advice"]).toContain("holdfast apps list");
  });

  test("add says everything that is wrong with it, by the members' names", async () => {
    await using io = await server.openIo();
    const line = "apps add Not:An:Id --bundle-id com.example.x --apple-id 1 --sandbox-url http://x";
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain("INPUT_INVALID");
    expect(io.err()).toMatch(/^ {2}id: /m);
    expect(io.err()).toMatch(/^ {2}environments\.sandbox\.realtimeBaseUrl: /m);
  });

  test.each([
    ["apps add yoga --bundle-id x", "--apple-id is required"],
    ["apps add yoga --bundle-id x --apple-id many", "--apple-id: expected a whole number"],
    ["apps update yoga", "expected something to change"],
  ])("%s is refused: %s", async (line, message) => {
    await using io = await server.openIo();
    await run(io, `apps add yoga ${IDS}`);
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("a viewer may look and not add", async () => {
    await using io = await server.openIo({ role: "viewer" });
    expect(await run(io, "apps list")).toBe(0);
    expect(await run(io, `apps add more ${IDS} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });
});
