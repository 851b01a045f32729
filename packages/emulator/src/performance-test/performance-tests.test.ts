import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { answerJson, startAnsweringServer } from "../testing/answering-server.ts";
import { createBarrier } from "../testing/barrier.ts";
import { catchError } from "../testing/catch-error.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { anyNumber } from "../testing/matching.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const TEST = { app: "test", originalTransactionId: SUBSCRIBER.monthly };
const PUBLIC_URL = "https://retention.example.com/";
const GOOD = answerJson({ message: { messageIdentifier: MESSAGE.plain } });
const QUICK = { maxConcurrentRequests: 4, totalRequests: 10, totalDuration: 0 };

async function createTested(url: string, options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator({
    apps: [TEST_APP],
    resolve: [{ from: PUBLIC_URL, to: url }],
    performanceTest: QUICK,
    ...options,
  });
  emulator.configureRealtimeUrl(SANDBOX, PUBLIC_URL);
  return emulator;
}

async function runTest(emulator: Emulator) {
  const { requestId } = emulator.startPerformanceTest(TEST);
  return emulator.performanceTestFinished("test", requestId);
}

function failEvery(nth: number): RequestListener {
  let count = 0;
  return (request, response) => {
    count += 1;
    if (count % nth === 0) response.writeHead(500).end();
    else GOOD(request, response);
  };
}

describe("startPerformanceTest()", () => {
  test("passes when enough answers are good, and unlocks the URL in production", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startAnsweringServer(GOOD);
    const emulator = await createTested(server.url, { directory: directory.path });
    expect(() => emulator.configureRealtimeUrl(PRODUCTION, PUBLIC_URL)).toThrow(
      expect.objectContaining({ errorCode: 4030026 }),
    );
    const { config, requestId } = emulator.startPerformanceTest(TEST);
    expect(config).toEqual({ ...QUICK, responseTimeThreshold: 700, successRateThreshold: 95 });
    expect(emulator.performanceTestResult("test", requestId)).toMatchObject({
      result: "PENDING",
      numPending: 10,
    });
    const result = await emulator.performanceTestFinished("test", requestId);
    expect(result).toEqual({
      config,
      target: PUBLIC_URL,
      result: "PASS",
      successRate: 100,
      numPending: 0,
      responseTimes: Object.fromEntries(
        ["average", "p50", "p90", "p95", "p99"].map((name) => [name, anyNumber]),
      ),
      failures: {},
    });
    expect(server.requests.count).toBe(10);
    emulator.configureRealtimeUrl(PRODUCTION, PUBLIC_URL);
    await emulator.close();
    const later = await createEmulator({ directory: directory.path, apps: [TEST_APP] });
    later.configureRealtimeUrl(PRODUCTION, `${PUBLIC_URL}later`);
  });

  test("fails just below the threshold, and passes at it", async () => {
    const performanceTest = { ...QUICK, successRateThreshold: 80 };
    await using fifth = await startAnsweringServer(failEvery(5));
    const passing = await runTest(await createTested(fifth.url, { performanceTest }));
    expect(passing).toMatchObject({ result: "PASS", successRate: 80 });
    await using third = await startAnsweringServer(failEvery(3));
    const failing = await createTested(third.url, { performanceTest });
    expect(await runTest(failing)).toMatchObject({
      result: "FAIL",
      successRate: 70,
      failures: { UNSUCCESSFUL_HTTP_RESPONSE_CODE: 3 },
    });
    expect(() => failing.configureRealtimeUrl(PRODUCTION, PUBLIC_URL)).toThrow(
      expect.objectContaining({ errorCode: 4030026 }),
    );
  });

  test.each<readonly [string, RequestListener]>([
    ["TIMED_OUT", () => undefined],
    ["UNSUCCESSFUL_HTTP_RESPONSE_CODE", (_request, response) => void response.writeHead(500).end()],
    [
      "UNSUPPORTED_CHARSET",
      (_request, response) =>
        void response.setHeader("content-type", "application/json;charset=latin1").end("{}"),
    ],
    ["INVALID_RESPONSE", (_request, response) => void response.end("{")],
    ["NO_RESPONSE", (request) => void request.socket.destroy()],
    [
      "PREMATURE_CLOSE",
      (request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{", () => request.socket.destroy());
      },
    ],
    [
      "CIRCULAR_REDIRECT",
      (_request, response) => void response.writeHead(307, { location: "/" }).end(),
    ],
  ])("counts %s", async (name, listener) => {
    await using server = await startAnsweringServer(listener);
    const responseTimeThreshold = name === "TIMED_OUT" ? 30 : 5000;
    const performanceTest = { ...QUICK, totalRequests: 3, responseTimeThreshold };
    const result = await runTest(await createTested(server.url, { performanceTest }));
    expect(result).toMatchObject({ result: "FAIL", successRate: 0, failures: { [name]: 3 } });
  });

  test("counts SOCKET_ISSUE when nobody listens", async () => {
    const server = await startAnsweringServer(GOOD);
    await server[Symbol.asyncDispose]();
    expect(await runTest(await createTested(server.url))).toMatchObject({
      failures: { SOCKET_ISSUE: 10 },
    });
  });

  test("never has more on their way than allowed, and signs each one anew", async () => {
    const barrier = createBarrier(4);
    const payloads = new Set<unknown>();
    const emulator = await createTested("http://127.0.0.1/", {
      performanceTest: { ...QUICK, totalRequests: 12 },
      async fetch(_url, init) {
        payloads.add(init?.body);
        await barrier.pass();
        return Response.json({ message: { messageIdentifier: MESSAGE.plain } });
      },
    });
    expect(await runTest(emulator)).toMatchObject({ result: "PASS" });
    expect(barrier.most).toBe(4);
    expect(payloads.size).toBe(12);
  });

  test("spreads its requests over the duration", async () => {
    const clock = createManualClock();
    const sentAt: number[] = [];
    const started = clock.elapsed();
    const emulator = await createTested("http://127.0.0.1/", {
      clock,
      performanceTest: { ...QUICK, totalDuration: 60_000 },
      async fetch() {
        sentAt.push(clock.elapsed() - started);
        return Response.json({ message: { messageIdentifier: MESSAGE.plain } });
      },
    });
    await runTest(emulator);
    expect(clock.sleeps).toEqual(Array.from({ length: 9 }, () => 6000));
    expect(sentAt).toHaveLength(10);
  });

  test.each([
    ["unknown", 4000006, "2000000000009999"],
    ["of Family Sharing", 4000185, SUBSCRIBER.family],
    ["not original", 4000187, SUBSCRIBER.renewal],
    ["the app's", 4000048, SUBSCRIBER.appTransaction],
  ])("refuses a transaction that is %s with %i", async (_what, errorCode, id) => {
    const emulator = await createTested("http://127.0.0.1/");
    const start = () => emulator.startPerformanceTest({ ...TEST, originalTransactionId: id });
    expect(await catchError(start)).toMatchObject({ errorCode });
  });

  test("refuses a subscription that has ended", async () => {
    const emulator = await createTested("http://127.0.0.1/");
    const { originalTransactionId } = TEST;
    const ended = { ...SANDBOX, originalTransactionId };
    await emulator.changeSubscription(ended, { type: "refund" });
    const error = await catchError(() => emulator.startPerformanceTest(TEST));
    expect(error).toMatchObject({ errorCode: 4000006 });
  });

  test("refuses without a URL", async () => {
    const emulator = await createEmulator({ apps: [TEST_APP] });
    const error = await catchError(() => emulator.startPerformanceTest(TEST));
    expect(error).toMatchObject({ errorCode: 4000211 });
  });

  test("refuses a second one while the first runs, and ends it with close()", async () => {
    await using server = await startAnsweringServer(GOOD);
    const performanceTest = { ...QUICK, totalDuration: 600_000 };
    const emulator = await createTested(server.url, { performanceTest });
    const { requestId } = emulator.startPerformanceTest(TEST);
    const error = await catchError(() => emulator.startPerformanceTest(TEST));
    expect(error).toMatchObject({ errorCode: 4000213 });
    await emulator.close();
    expect(emulator.performanceTestResult("test", requestId).result).toBe("PENDING");
  });

  test("may be started again once the first is over", async () => {
    await using server = await startAnsweringServer(GOOD);
    const emulator = await createTested(server.url);
    await runTest(emulator);
    expect(await runTest(emulator)).toMatchObject({ result: "PASS" });
  });
});

describe("performanceTestResult()", () => {
  test.each([
    ["no UUID", 4000212, "1"],
    ["unknown", 4040018, "00000000-0000-4000-8000-000000000000"],
  ])("refuses an identifier that is %s with %i", async (_what, errorCode, requestId) => {
    const emulator = await createEmulator({ apps: [TEST_APP] });
    const error = await catchError(() => emulator.performanceTestResult("test", requestId));
    expect(error).toMatchObject({ errorCode });
  });

  test("refuses the test of another app", async () => {
    await using server = await startAnsweringServer(GOOD);
    const other = { ...TEST_APP, id: "other", bundleId: "com.example.other", appAppleId: 9 };
    const emulator = await createTested(server.url, { apps: [TEST_APP, other] });
    const { requestId } = emulator.startPerformanceTest(TEST);
    const error = await catchError(() => emulator.performanceTestResult("other", requestId));
    expect(error).toMatchObject({ errorCode: 4040018 });
    await emulator.close();
  });
});

describe("a performance test that is over", () => {
  test("is remembered after a restart, and a hundred others at most with it", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startAnsweringServer(GOOD);
    const options = { directory: directory.path };
    const first = await createTested(server.url, options);
    const { requestId } = first.startPerformanceTest(TEST);
    const result = await first.performanceTestFinished("test", requestId);
    await first.close();
    const second = await createTested(server.url, {
      ...options,
      performanceTest: { ...QUICK, totalRequests: 1 },
    });
    expect(second.performanceTestResult("test", requestId)).toEqual(result);
    expect(await second.performanceTestFinished("test", requestId)).toEqual(result);
    for (let count = 0; count < 100; count += 1) await runTest(second);
    const error = await catchError(() => second.performanceTestResult("test", requestId));
    expect(error).toMatchObject({ errorCode: 4040018 });
  });

  test("was forgotten when the emulator ended before it", async () => {
    using directory = makeTemporaryDirectory();
    await using server = await startAnsweringServer(GOOD);
    const options = { directory: directory.path };
    const first = await createTested(server.url, {
      ...options,
      performanceTest: { ...QUICK, totalDuration: 600_000 },
    });
    const { requestId } = first.startPerformanceTest(TEST);
    await first.close();
    const second = await createTested(server.url, options);
    const error = await catchError(() => second.performanceTestResult("test", requestId));
    expect(error).toMatchObject({ errorCode: 4040018 });
    expect(await runTest(second)).toMatchObject({ result: "PASS" });
  });
});
