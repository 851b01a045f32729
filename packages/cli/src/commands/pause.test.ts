import { routes } from "@holdfast/api";
import { expect, test } from "vitest";
import { startOfflineControl } from "../going-live/testing/offline-control.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

const SANDBOX = "--app yoga --environment sandbox";

test("pause says what Apple is answered now, and waits until the connected runtimes do so", async () => {
  await using yoga = await startOfflineControl();
  await run(yoga.io, `flow publish ${SANDBOX}`);
  await yoga.report();
  const io = await yoga.openIo({ sleep: yoga.report });
  expect(await run(io, `pause ${SANDBOX} --reason Prices`)).toBe(0);
  expect(io.out()).toContain(
    "paused: every request is answered with the flow's fallback, the message keep_classes",
  );
  expect(io.out()).toMatch(/the connected runtime answers by it after \d+\.\d s/);
  const { body } = await yoga.client.call(routes.listAudit, { query: { limit: 1 } });
  expect(body.items[0]?.summary).toContain("Prices");
});

test("pause --offers leaves the messages going, and resume takes each pause back for itself", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await run(io, `flow publish ${SANDBOX}`);
  const paused = await runJson(io, `pause ${SANDBOX} --offers`);
  expect(paused.json).toMatchObject({
    environments: [{ environment: "sandbox", stops: { appPaused: false, offersPaused: true } }],
  });
  expect(await run(io, `pause ${SANDBOX}`)).toBe(0);
  expect(await run(io, `resume ${SANDBOX}`)).toBe(0);
  expect(io.out()).toContain("requests are answered as the flow says");
  expect(io.out()).toContain("offers are paused: where one would be given");
  const resumed = await runJson(io, `resume ${SANDBOX} --offers`);
  expect(resumed.json).toMatchObject({
    environments: [{ stops: { appPaused: false, offersPaused: false, sequence: 4 } }],
  });
});

test("pause means every environment of the app unless one is named", async () => {
  await using yoga = await startOfflineControl();
  const { code, json } = await runJson(yoga.io, "pause --app yoga");
  expect(code).toBe(0);
  expect(json["environments"]).toMatchObject([
    { environment: "production", stops: { appPaused: true } },
    { environment: "sandbox", stops: { appPaused: true } },
  ]);
  expect(await run(yoga.io, "pause --app yoga")).toBe(0);
  expect(yoga.io.out()).toContain("nothing is live: Apple gets 503");
});

test("pause exits 5 while a connected runtime does not answer so, and publishing tells of the pause", async () => {
  await using yoga = await startOfflineControl();
  const { io } = yoga;
  await yoga.report();
  expect(await run(io, `pause ${SANDBOX} --timeout 100ms`)).toBe(5);
  expect(await run(io, `resume ${SANDBOX} --no-wait`)).toBe(0);
  expect(await run(io, `pause ${SANDBOX} --no-wait`)).toBe(0);
  await run(io, `flow publish ${SANDBOX} --no-wait`);
  expect(io.out()).toContain(
    "the app is paused: every request is answered with the flow's fallback; holdfast resume",
  );
});

test("pause needs a publisher", async () => {
  await using yoga = await startOfflineControl();
  const io = await yoga.openIo({ role: "editor" });
  expect(await run(io, `pause ${SANDBOX} --output json`)).toBe(1);
  expect(errorOf(io)["code"]).toBe("FORBIDDEN");
});
