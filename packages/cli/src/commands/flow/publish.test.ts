import { routes } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import { ADMIN } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

const LINE = "flow publish --app yoga --environment sandbox";

describe("flow publish", () => {
  test("saves the file as a version and puts it live, through the control plane", async () => {
    await using yoga = await startOfflineControl();
    const { io, server } = yoga;
    const { code, json } = await runJson(io, `${LINE} --note First`);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      server: server.url,
      saved: { version: 1, isNew: true },
      before: null,
      isNew: true,
      publication: { app: "yoga", environment: "sandbox", sequence: 1, version: 1, note: "First" },
      runtimes: { connected: 0 },
    });
  });

  test("tells people what changes, where it went, and that nobody answers by it yet", async () => {
    await using yoga = await startOfflineControl();
    const { io, server } = yoga;
    await run(io, LINE);
    await yoga.edit("in: [USA, GBR]", "in: [USA]");
    expect(await run(io, LINE)).toBe(0);
    expect(io.out()).toContain("version 1 (sequence 1) → version 2:");
    expect(io.out()).toContain("~ rule annual_winback: storefront lost GBR");
    expect(io.out()).toContain(`live, through ${server.url}`);
    expect(io.out()).toContain("no runtime is connected");
  });

  test("publishes nothing that is live already, unless it is to be published again", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await run(io, LINE);
    expect((await runJson(io, LINE)).json).toMatchObject({
      isNew: false,
      publication: { sequence: 1 },
    });
    expect((await runJson(io, `${LINE} --again`)).json).toMatchObject({
      isNew: true,
      publication: { sequence: 2, version: 1 },
    });
  });

  test("publishes a saved version, and not what is here", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await run(io, "flow push --app yoga");
    await yoga.edit("percent: 5", "percent: 6");
    await run(io, "flow push --app yoga");
    await yoga.edit("percent: 6", "percent: broken");
    const first = await runJson(io, `${LINE} --version 1`);
    expect(first.json).toMatchObject({ saved: null, publication: { version: 1 } });
    const newest = await runJson(io, `${LINE} --version latest`);
    expect(newest.json).toMatchObject({
      publication: { version: 2 },
      changes: [{ path: "holdout.percent" }],
    });
  });

  test("waits until the connected runtimes answer by it", async () => {
    await using yoga = await startOfflineControl();
    await yoga.report();
    // What a runtime does meanwhile: it takes what is new and reports it.
    const io = await yoga.openIo({ sleep: yoga.report });
    const { code, json } = await runJson(io, LINE);
    expect(code).toBe(0);
    expect(json["runtimes"]).toMatchObject({ connected: 1, arrived: 1, late: [] });
  });

  test("exits 5 when a connected runtime does not answer by it in time, and names it", async () => {
    await using yoga = await startOfflineControl();
    await yoga.report();
    expect(await run(yoga.io, `${LINE} --timeout 100ms`)).toBe(5);
    expect(yoga.io.out()).toContain("0 of 1 connected runtimes answer by it");
    expect(yoga.io.out()).toContain("runtime_1, last heard of");
    expect(await run(yoga.io, `${LINE} --again --no-wait`)).toBe(0);
  });

  test("publishes over nothing that was not looked at, and says what it would undo", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await run(io, LINE);
    await yoga.edit("in: [USA, GBR]", "in: [USA]");
    await run(io, LINE);
    await yoga.edit("in: [USA]", "in: [CAN]");
    expect(await run(io, `${LINE} --expect-sequence 1`)).toBe(1);
    expect(io.err()).toContain("expected sequence 1 to be live in sandbox, found sequence 2");
    expect(io.err()).toContain("rule annual_winback: storefront lost GBR");
    expect(io.err()).toContain("publish over it with --expect-sequence 2");
    expect(await run(io, `${LINE} --expect-sequence 2`)).toBe(0);
  });

  test("says who can approve where approvals are missing", async () => {
    await using yoga = await startOfflineControl(1);
    const line = "flow publish --app yoga --environment production --output json";
    const asAdmin = yoga.io;
    expect(await run(asAdmin, line)).toBe(1);
    // The token is Ada's, who saved it, and there is nobody else.
    expect(errorOf(asAdmin)).toMatchObject({
      code: "APPROVAL_REQUIRED",
      advice: expect.stringMatching(/^nobody yet.*holdfast flow approve 1 --app yoga/) as string,
    });
    const publisher = await yoga.openIo({ role: "publisher" });
    expect(await run(publisher, line)).toBe(1);
    expect(errorOf(publisher)["advice"]).toContain("a publisher or an admin other than");
    expect(errorOf(publisher)["advice"]).not.toContain(ADMIN.name);
  });

  test("publishes later, and flow schedules shows and cancels it", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const { json } = await runJson(io, `${LINE} --at ${at}`);
    expect(json).toMatchObject({
      schedule: { version: 1, state: "waiting", publishAt: Date.parse(at) },
    });
    const where = "--app yoga --environment sandbox";
    const listed = await runJson(io, `flow schedules list ${where}`);
    const [schedule] = listed.json["items"] as readonly { id: string }[];
    expect(schedule).toMatchObject({ version: 1, createdByName: "Ada (a admin of tests)" });
    expect(await run(io, `flow schedules cancel ${schedule?.id} ${where}`)).toBe(0);
    expect((await runJson(io, `flow schedules list ${where}`)).json["items"]).toMatchObject([
      { state: "cancelled" },
    ]);
    const { body } = await yoga.client.call(routes.listPublications, {
      params: { app: "yoga", environment: "sandbox" },
    });
    expect(body.items).toEqual([]);
  });

  test.each([
    ["a file beside --version", `${LINE} flow.yaml --version 1`, "OPTION_INVALID"],
    ["a time that is none", `${LINE} --at tomorrow`, "OPTION_INVALID"],
    ["a timeout that is none", `${LINE} --timeout soon`, "OPTION_INVALID"],
    ["a sequence that is none", `${LINE} --expect-sequence -1`, "OPTION_INVALID"],
    ["no environment", "flow publish --app yoga", "OPTION_MISSING"],
    ["a flow that is not valid", `${LINE} catalog.json`, "FLOW_INVALID"],
  ])("refuses %s and saves nothing", async (_, line, code) => {
    await using yoga = await startOfflineControl();
    expect(await run(yoga.io, `${line} --output json`)).toBe(2);
    expect(errorOf(yoga.io)["code"]).toBe(code);
    const { body } = await yoga.client.call(routes.listVersions, { params: { app: "yoga" } });
    expect(body.items).toEqual([]);
  });

  test("refuses an editor, and says so", async () => {
    await using yoga = await startOfflineControl();
    const io = await yoga.openIo({ role: "editor" });
    expect(await run(io, `${LINE} --output json`)).toBe(1);
    expect(errorOf(io)["code"]).toBe("FORBIDDEN");
  });
});
