import { expect, test } from "vitest";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import { run, runJson } from "../../testing/run.ts";

test("flow diff says what publishing the flow here would change of what is live, and exits 3", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, "flow publish --app yoga --environment sandbox");
  const same = await runJson(io, "flow diff --app yoga --environment sandbox");
  expect(same).toMatchObject({ code: 0, json: { isSame: true, changes: [] } });
  await yoga.edit("in: [USA, GBR]", "in: [USA]");
  expect(await run(io, "flow diff --app yoga --environment sandbox")).toBe(3);
  expect(io.out()).toContain("version 1, live in sandbox as sequence 1 → flow.yaml");
  expect(io.out()).toContain("~ rule annual_winback: storefront lost GBR");
});

test("flow diff compares saved versions, whatever is here", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, "flow push --app yoga");
  await yoga.edit("percent: 5", "percent: 6");
  await run(io, "flow push --app yoga");
  await yoga.edit("percent: 6", "percent: broken");
  const { code, json } = await runJson(io, "flow diff --app yoga --from 1 --to latest");
  expect(code).toBe(3);
  expect(json).toMatchObject({
    from: "version 1",
    to: "version 2, the newest",
    changes: [{ kind: "changed", path: "holdout.percent", before: "5", after: "6" }],
  });
});

test("flow diff takes comments for no difference", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, "flow push --app yoga");
  await yoga.edit("# short form", "# the short form");
  const { code, json } = await runJson(io, "flow diff --app yoga --from latest");
  expect([code, json["isSame"], json["changes"]]).toEqual([0, false, []]);
});

test.each([
  ["a version that is none", "flow diff --app yoga --from one", 2, "OPTION_INVALID"],
  ["a file beside --to", "flow diff flow.yaml --app yoga --to 1", 2, "OPTION_INVALID"],
  ["nothing live", "flow diff --app yoga", 1, "NOTHING_LIVE"],
  ["a version that is not there", "flow diff --app yoga --from 7", 1, "NOT_FOUND"],
])("flow diff refuses %s", async (_, line, exitCode, code) => {
  await using yoga = await startOfflineControl();
  expect(await run(yoga.io, line)).toBe(exitCode);
  expect(yoga.io.err()).toContain(code);
});
