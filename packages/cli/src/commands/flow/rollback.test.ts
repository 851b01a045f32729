import { routes } from "@holdfast/api";
import { expect, test } from "vitest";
import { joinAsBob } from "../../going-live/testing/join-as-bob.ts";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import type { OfflineControl } from "../../going-live/testing/offline-control.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

const WHERE = "--app yoga --environment sandbox";

/** Publishes three versions: sequences 1, 2 and 3. */
async function publishThree(yoga: OfflineControl): Promise<void> {
  await run(yoga.io, `flow publish ${WHERE} --note one`);
  await yoga.edit("percent: 5", "percent: 6");
  await run(yoga.io, `flow publish ${WHERE} --note two`);
  await yoga.edit("percent: 6", "percent: 7");
  await run(yoga.io, `flow publish ${WHERE} --note three`);
}

test("flow rollback goes one step back each time, and says what that changes", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await publishThree(yoga);
  const first = await runJson(io, `flow rollback ${WHERE} --note Wrong`);
  expect(first).toMatchObject({
    code: 0,
    json: {
      publication: { sequence: 4, version: 2, kind: "rollback", rolledBackTo: 2, note: "Wrong" },
      changes: [{ path: "holdout.percent", before: "7", after: "6" }],
    },
  });
  expect(await run(io, `flow rollback ${WHERE}`)).toBe(0);
  expect(io.out()).toContain("version 2 (sequence 4) → version 1 (as sequence 1 was):");
  expect(io.out()).toContain(
    "undo it: holdfast flow rollback --app yoga --environment sandbox --to 4",
  );
  expect(await run(io, `flow rollback ${WHERE}`)).toBe(1);
  expect(io.err()).toContain("nothing else was live in sandbox before sequence 1");
});

test("flow rollback brings back any publication that is named", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await publishThree(yoga);
  const { json } = await runJson(io, `flow rollback ${WHERE} --to 1`);
  expect(json).toMatchObject({ publication: { sequence: 4, version: 1, rolledBackTo: 1 } });
  expect(await run(io, `flow rollback ${WHERE} --to 9 --output json`)).toBe(1);
  expect(errorOf(io)["code"]).toBe("NOTHING_BEFORE");
});

test("flow rollback changes nothing where something else is live than expected", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await publishThree(yoga);
  expect(await run(io, `flow rollback ${WHERE} --expect-sequence 2`)).toBe(1);
  expect(io.err()).toContain("publish over it with --expect-sequence 3");
});

test("flow history tells when what was live, by whom and why", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  expect(await run(io, `flow history ${WHERE}`)).toBe(0);
  expect(io.out()).toContain("nothing was published in sandbox yet");
  await publishThree(yoga);
  await run(io, `flow rollback ${WHERE}`);
  const { json } = await runJson(io, `flow history ${WHERE} --limit 2`);
  expect(json["items"]).toMatchObject([
    { sequence: 4, kind: "rollback", publishedByName: "Ada (a admin of tests)" },
    { sequence: 3, version: 3, note: "three" },
  ]);
  expect(await run(io, `flow history ${WHERE}`)).toBe(0);
  expect(io.out()).toMatch(/\n4 +2 +rolled back to 2 +20\d\d-.* Ada \(a admin of tests\)/);
  expect(io.out()).toMatch(/\n1 +1 +published .* one\n/);
});

test("flow history and flow versions show ids to those who may not see names", async () => {
  await using yoga = await startOfflineControl();
  await publishThree(yoga);
  const bob = await joinAsBob(yoga);
  const token = { name: "looking", role: "viewer", apps: "all" } as const;
  const { body } = await bob.call(routes.createToken, { body: token });
  const io = await yoga.openIo({ env: { HOLDFAST_TOKEN: body.secret } });
  const history = await runJson(io, `flow history ${WHERE} --limit 1`);
  const versions = await runJson(io, "flow versions --app yoga --limit 1");
  const [version] = versions.json["items"] as readonly Record<string, unknown>[];
  expect(version?.["createdByName"]).toBe(version?.["createdBy"]);
  const [publication] = history.json["items"] as readonly Record<string, unknown>[];
  expect(publication?.["publishedByName"]).toBe(publication?.["publishedBy"]);
});

test("flow versions tells who saved what, why, and where it is live", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await publishThree(yoga);
  await run(io, `flow rollback ${WHERE}`);
  const { json } = await runJson(io, "flow versions --app yoga");
  expect(json["items"]).toMatchObject([
    { version: 3, liveIn: [], note: "three" },
    { version: 2, liveIn: ["sandbox"] },
    { version: 1, liveIn: [] },
  ]);
  expect(await run(io, "flow versions --app yoga --output csv --limit 1")).toBe(0);
  expect(io.out()).toMatch(/\n3,20\d\d-.*,Ada \(a admin of tests\),,three\n/);
});
