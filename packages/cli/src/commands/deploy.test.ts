import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startOfflineControl } from "../going-live/testing/offline-control.ts";
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
  await using setUp = await control.server.openIo();
  await addYogaWithKeys(setUp, control);
  await run(setUp, "catalog sync --app yoga");
  io = await control.server.openIo();
  await copyYoga(io);
});
afterEach(async () => {
  await io[Symbol.asyncDispose]();
  await control.close();
});

describe("deploy through the control plane", () => {
  test("saves, uploads, sets the default messages, publishes and sets the URL", async () => {
    const { code, json } = await runJson(io, `deploy ${SANDBOX} --wait --note First`);
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
    const listed = await runJson(io, `deployments list ${PRODUCTION}`);
    expect(listed.json["items"]).toMatchObject([{ id: idOf(first.json), version: 1 }]);
    expect(await run(io, `deployments cancel ${String(idOf(first.json))} ${PRODUCTION}`)).toBe(0);
    expect(await run(io, `deployments list ${PRODUCTION}`)).toBe(0);
    expect(io.out()).toMatch(/ 1 +cancelled +20\d\d-.* Ada \(a admin of tests\)/);
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
    const sandbox = { app: "yoga", environment: "sandbox" } as const;
    const before = control.emulator.messages(sandbox);
    expect(await run(io, `deploy ${SANDBOX} --expect-sequence 0`)).toBe(1);
    expect(io.err()).toContain("publish over it with --expect-sequence 1");
    expect(control.emulator.messages(sandbox)).toEqual(before);
  });
});

test.each([
  ["a directory as well", `deploy ${SANDBOX} --data .holdfast`, "OPTION_INVALID"],
  ["to delete at Apple", `deploy ${SANDBOX} --prune --confirm`, "OPTION_INVALID"],
  ["a file beside --version", `deploy flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
  ["a plan of two things", `plan flow.yaml ${SANDBOX} --version 1`, "OPTION_INVALID"],
  ["a flow that is not valid", `deploy broken.yaml ${SANDBOX}`, "FLOW_INVALID"],
  ["no app", "deploy --environment sandbox", "OPTION_MISSING"],
])("deploy refuses %s and saves nothing", async (_, line, code) => {
  await using yoga = await startOfflineControl();
  await writeFiles(yoga.io, { "broken.yaml": "version: 2\n" });
  expect(await run(yoga.io, `${line} --output json`)).toBe(2);
  expect(errorOf(yoga.io)["code"]).toBe(code);
  expect((await runJson(yoga.io, "flow versions --app yoga")).json["items"]).toEqual([]);
});

function idOf(json: Readonly<Record<string, unknown>>): unknown {
  // The document has the deployment.
  return (json["deployment"] as { readonly id: string }).id;
}
