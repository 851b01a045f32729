import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestedYoga, TESTED_URL } from "../../performance-tests/testing/tested-yoga.ts";
import type { TestedYoga } from "../../performance-tests/testing/tested-yoga.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let yoga: TestedYoga;
let transaction: string;
let start: string;
beforeAll(async () => {
  yoga = await startTestedYoga();
  transaction = yoga.emulator.credentials("yoga").originalTransactionId;
  start = `performance-tests start --app yoga --original-transaction-id ${transaction}`;
});
afterEach(() => {
  yoga.answerWell(true);
});
afterAll(() => yoga.close());

/** A test whose answers wait. */
interface HeldTest {
  readonly requestId: string;
  /** Has them be given, and resolves when the test is over. */
  readonly letGo: () => Promise<void>;
}

/** Begins a test whose answers wait until they are let go. */
async function startHeldTest(io: FakeIo): Promise<HeldTest> {
  const letGo = yoga.holdAnswers();
  const { json } = await runJson(io, start);
  const requestId = String(json["requestId"]);
  return {
    requestId,
    letGo: async () => {
      letGo();
      await yoga.finished(requestId);
    },
  };
}

/** The same world, in which sleeping takes no time but moves the clock. */
function withQuickClock(io: FakeIo): FakeIo {
  let sleptMs = 0;
  return {
    ...io,
    now: () => Date.now() + sleptMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleptMs += ms;
    },
  };
}

describe("performance-tests start", () => {
  test("begins a test, and says how to wait for it", async () => {
    await using io = await yoga.openIo();
    const { code, json } = await runJson(io, start);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      result: "PENDING",
      isFollowed: true,
      config: { totalRequests: 4 },
    });
    await yoga.finished(json["requestId"]);
    await using people = await yoga.openIo();
    expect(await run(people, start)).toBe(0);
    const [, requestId = ""] =
      /^performance test (\S+) started: 4 requests, /.exec(people.out()) ?? [];
    expect(people.out()).toContain(`holdfast performance-tests wait ${requestId} --app yoga`);
    await yoga.finished(requestId);
  });

  test("waits with --wait, tells the progress, and shows the result as one document", async () => {
    await using io = await yoga.openIo(true);
    const { code, json } = await runJson(io, `${start} --wait`);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      requestId: expect.any(String) as unknown,
      result: "PASS",
      isFollowed: false,
      target: TESTED_URL,
      successRate: 100,
      responseTimes: { p99: expect.any(Number) as unknown },
    });
    expect(io.err()).toMatch(/^performance test \S+ started: 4 requests, /);
  });

  test("shows the result and then fails with 4 where the answers were bad", async () => {
    yoga.answerWell(false);
    await using io = await yoga.openIo();
    expect(await run(io, `${start} --wait --junit out/performance.xml`)).toBe(4);
    expect(io.out()).toMatch(/\nUNSUCCESSFUL_HTTP_RESPONSE_CODE +4\n/);
    expect(io.err()).toMatch(
      /PERFORMANCE_TEST_FAILED: performance test \S+: expected PASS, got FAIL/,
    );
    const xml = await readFile(join(io.cwd, "out/performance.xml"), "utf8");
    expect(xml).toContain(`tests="2" failures="2"`);
  });

  test("takes the id from standard input, and shows it nowhere", async () => {
    await using io = await yoga.openIo();
    const piped = { ...io, stdin: () => Promise.resolve(`${transaction}\n`) };
    const line = "performance-tests start --app yoga --original-transaction-id -";
    const { code, json } = await runJson(piped, line);
    expect(code).toBe(0);
    expect(io.out() + io.err()).not.toContain(transaction);
    await yoga.finished(json["requestId"]);
    expect(await run({ ...io, stdin: () => Promise.resolve("2000 hidden") }, line)).toBe(2);
    expect(io.err()).toContain("TRANSACTION_ID_INVALID");
    expect(io.err()).not.toContain("hidden");
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain("expected the id on standard input, got nothing");
  });

  test("says how to wait for the test that runs already", async () => {
    await using io = await yoga.openIo();
    const { requestId, letGo } = await startHeldTest(io);
    expect(await run(io, `${start} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "APPLE_REFUSED", apple: { errorCode: 4000213 } });
    expect(errorOf(io)["advice"]).toContain(
      `holdfast performance-tests wait ${requestId} --app yoga`,
    );
    await letGo();
  });

  test("says that the test that runs already is not the control plane's", async () => {
    await using io = await yoga.openIo(true);
    // The last one begun from here has ended, and the control plane knows.
    expect(await run(io, `${start} --wait`)).toBe(0);
    const letGo = yoga.holdAnswers();
    const { requestId } = yoga.emulator.startPerformanceTest({
      app: "yoga",
      originalTransactionId: transaction,
    });
    await using other = await yoga.openIo();
    expect(await run(other, `${start} --output json`)).toBe(1);
    expect(errorOf(other)["advice"]).toContain("It was not begun from the control plane");
    letGo();
    await yoga.finished(requestId);
  });

  test("is for publishers", async () => {
    await using io = await yoga.server.openIo({ role: "editor" });
    expect(await run(io, `${start} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });

  test.each([
    ["--timeout 1m", "--timeout and --junit require --wait"],
    ["--junit a.xml", "--timeout and --junit require --wait"],
    ["--wait --timeout 61m", "at most 1h"],
  ])("refuses %s before anything is sent: %s", async (words, message) => {
    await using io = await createFakeIo();
    expect(await run(io, `${start} ${words}`)).toBe(2);
    expect(io.err()).toContain(message);
  });
});

describe("performance-tests wait", () => {
  test("ends with 5 when it still goes on, and with 0 when it has passed", async () => {
    await using io = await yoga.openIo();
    const { requestId, letGo } = await startHeldTest(io);
    const line = `performance-tests wait ${requestId} --app yoga`;
    expect(await run(withQuickClock(io), `${line} --timeout 30s --output json`)).toBe(5);
    expect(errorOf(io)).toMatchObject({
      code: "STILL_PENDING",
      advice: expect.stringContaining(`holdfast ${line}`) as unknown,
    });
    await letGo();
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toMatch(/\n\S+ +PASS +100 % \(at least \d+ %\) +0\n/);
  });

  test("ends with 130 at Ctrl-C, and says how to go on", async () => {
    await using io = await yoga.openIo();
    const { requestId, letGo } = await startHeldTest(io);
    const interrupted: FakeIo = {
      ...io,
      async sleep(_ms, signal) {
        io.interrupt();
        signal?.throwIfAborted();
      },
    };
    const line = `performance-tests wait ${requestId} --app yoga`;
    expect(await run(interrupted, `${line} --output json`)).toBe(130);
    expect(errorOf(io)).toMatchObject({
      code: "INTERRUPTED",
      advice: expect.stringContaining(`holdfast ${line}`) as unknown,
    });
    await letGo();
  });

  test("says that the test goes on where the control plane is gone meanwhile", async () => {
    await using io = await yoga.openIo();
    const { requestId, letGo } = await startHeldTest(io);
    const line = `performance-tests wait ${requestId} --app yoga`;
    const cutOff: FakeIo = {
      ...withQuickClock(io),
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    };
    expect(await run(cutOff, `${line} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "API_UNREACHABLE",
      advice: expect.stringContaining(`The test goes on: holdfast ${line}`) as unknown,
    });
    await letGo();
  });

  test("does not wait for what Apple is asked for no more, and view says so", async () => {
    await using io = await yoga.openIo();
    const { requestId, letGo } = await startHeldTest(io);
    await yoga.server.database.queries
      .updateTable("performance_tests")
      .set({ next_ask_at: null })
      .where("request_id", "=", requestId)
      .execute();
    const apple = `performance view --request-id ${requestId} --environment sandbox`;
    expect(await run(io, `performance-tests view ${requestId} --app yoga`)).toBe(0);
    expect(io.err()).toMatch(/^warning: .*asks Apple no more/);
    expect(io.err()).toContain(apple);
    await using waiting = await yoga.openIo();
    const line = `performance-tests wait ${requestId} --app yoga --output json`;
    expect(await run(waiting, line)).toBe(5);
    expect(errorOf(waiting)["advice"]).toContain(apple);
    await letGo();
  });
});

describe("performance-tests list and view", () => {
  test("show to a viewer what was begun, the newest first", async () => {
    await using io = await yoga.openIo();
    yoga.answerWell(false);
    expect(await run(io, `${start} --wait`)).toBe(4);
    yoga.answerWell(true);
    await using viewer = await yoga.server.openIo({ role: "viewer" });
    const { json } = await runJson(viewer, "performance-tests list --app yoga --limit 1");
    expect(json).toMatchObject({
      app: "yoga",
      items: [{ result: "FAIL", successRate: 0, target: TESTED_URL }],
    });
    expect(await run(viewer, "performance-tests list --app yoga")).toBe(0);
    expect(viewer.out()).toMatch(/\n\S+ +20\d\d-\S+ \S+Z +FAIL +0 % +[\d.]+ ms +https:/);
    // What an item is was checked above.
    const [newest] = json["items"] as readonly { readonly requestId: string }[];
    const line = `performance-tests view ${String(newest?.requestId)} --app yoga`;
    expect(await run(viewer, line)).toBe(4);
    expect(viewer.out()).toMatch(/\nResponse times +Average +p50 +p90 +p95 +p99 +Threshold\n/);
  });

  test("list says how to begin where there is none", async () => {
    await using io = await yoga.openIo();
    await run(io, "apps add bare --bundle-id com.example.bare --apple-id 9");
    expect(await run(io, "performance-tests list --app bare")).toBe(0);
    expect(io.out()).toContain("holdfast performance-tests start --app bare");
  });

  test.each(["view", "wait"])("%s tells of a test there is not", async (verb) => {
    await using io = await yoga.openIo();
    expect(await run(io, `performance-tests ${verb} nothing --app yoga --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "NOT_FOUND" });
    await using other = await yoga.openIo();
    expect(await run(other, `performance-tests ${verb} a/b --app yoga --output json`)).toBe(2);
    expect(errorOf(other)).toMatchObject({ code: "REQUEST_ID_INVALID" });
  });
});

test("url set tells before production that the last performance test has passed", async () => {
  await using io = await yoga.openIo(true);
  expect(await run(io, `${start} --wait`)).toBe(0);
  const url = "https://retention.example.com/apple/retention/yoga/production";
  const line = `url set ${url} --app yoga --environment production`;
  expect(await run(io, line)).toBe(2);
  expect(io.err()).toMatch(
    /--confirm is required: .*the last performance test, begun 20.*, passed \(https:/,
  );
  const before = io.err().length;
  const { code, json } = await runJson(io, `${line} --confirm`);
  expect(code).toBe(0);
  expect(json).toMatchObject({ before: null, realtimeURL: url, lastTest: { result: "PASS" } });
  expect(io.err().slice(before)).toMatch(/^the last performance test, begun 20.*, passed \(https:/);
});
