import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../testing/run.ts";
import { addYogaWithKeys, startYogaControl } from "../testing/yoga-control.ts";
import type { YogaControl } from "../testing/yoga-control.ts";

const SANDBOX = "--app yoga --environment sandbox";
const PRODUCTION = "--app yoga --environment production";

let control: YogaControl;
let io: FakeIo;
beforeEach(async () => {
  control = await startYogaControl();
  io = await control.server.openIo();
  await copyYoga(io);
  await addYogaWithKeys(io, control);
  await run(io, "catalog sync --app yoga");
});
afterEach(async () => {
  await io[Symbol.asyncDispose]();
  await control.close();
});

describe("deploy through the control plane", () => {
  test("saves, uploads, sets the default messages, publishes and sets the URL", async () => {
    const { code, json } = await runJson(io, `deploy ${SANDBOX} --wait --note First`);
    expect(io.err()).toBe("");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      saved: { version: 1, isNew: true },
      deployment: { state: "live", version: 1, sequence: 1, note: "First" },
    });
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    expect(control.emulator.messages(sandbox).length).toBeGreaterThan(0);
    expect(control.emulator.getRealtimeUrl(sandbox)).toBeDefined();
    const history = await runJson(io, `flow history ${SANDBOX}`);
    expect(history.json["items"]).toMatchObject([{ sequence: 1, version: 1 }]);
  });

  test("ends with 5 while Apple reviews, and follows what is under way when it is run again", async () => {
    control.emulator.grantPerformanceTestPass("yoga");
    const first = await runJson(io, `deploy ${PRODUCTION}`);
    expect(first.code).toBe(5);
    expect(first.json).toMatchObject({ deployment: { state: "waitingForReview" } });
    const again = await runJson(io, `deploy ${PRODUCTION} --detach`);
    expect(again.code).toBe(0);
    expect(idOf(again.json)).toBe(idOf(first.json));
    expect(await run(io, `deploy ${PRODUCTION}`)).toBe(5);
    expect(io.out()).toContain("version 1 in production: waiting for Apple's review");
    expect(io.out()).toContain("it goes on by itself; follow it: holdfast deploy --app yoga");
  });

  test("plan shows what it would do, for what is saved alone, and exits 3", async () => {
    expect(await run(io, `plan ${SANDBOX} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "FLOW_UNSAVED",
      advice: expect.stringContaining("holdfast flow push --app yoga") as string,
    });
    await run(io, "flow push --app yoga");
    const { code, json } = await runJson(io, `plan ${SANDBOX}`);
    expect(code).toBe(3);
    expect(json).toMatchObject({ format: "holdfast.plan/1", version: 1, app: "yoga" });
    await run(io, `deploy ${SANDBOX} --wait`);
    expect(await run(io, `plan ${SANDBOX} --version live`)).toBe(0);
    expect(io.out()).toContain("com.example.yoga in sandbox, version 1, through http://127.0.0.1");
  });

  test("refuses what would undo what somebody else published, before anything is uploaded", async () => {
    await run(io, `flow publish ${SANDBOX}`);
    expect(await run(io, `deploy ${SANDBOX} --expect-sequence 0`)).toBe(1);
    expect(io.err()).toContain("publish over it with --expect-sequence 1");
    expect(control.emulator.messages({ app: "yoga", environment: "sandbox" })).toEqual([]);
  });

  test.each([
    ["a directory as well", `deploy ${SANDBOX} --data .holdfast`, "OPTION_INVALID"],
    ["to delete at Apple", `deploy ${SANDBOX} --prune --confirm`, "OPTION_INVALID"],
    ["a file beside --version", `deploy flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
    ["a plan of two things", `plan flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
    ["a flow that is not valid", `deploy broken.yaml ${SANDBOX}`, "FLOW_INVALID"],
  ])("refuses %s", async (_, line, code) => {
    await writeFiles(io, { "broken.yaml": "version: 2\n" });
    expect(await run(io, `${line} --output json`)).toBe(2);
    expect(errorOf(io)["code"]).toBe(code);
  });
});

function idOf(json: Readonly<Record<string, unknown>>): unknown {
  // The document has the deployment.
  return (json["deployment"] as { readonly id: string }).id;
}
