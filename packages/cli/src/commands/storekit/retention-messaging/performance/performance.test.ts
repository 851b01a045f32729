import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../../storekit/testing/local-apple.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import type { FakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../../../testing/run.ts";

const PERFORMANCE = "storekit retention-messaging performance";
const IN = "--environment sandbox";
const START = `${PERFORMANCE} start --original-transaction-id 2000000000000000 ${IN}`;
const PUBLIC_URL = "https://retention.example.com/";
const MESSAGE = "551ee7c0-c097-418e-9dd5-2a98533a7390";
const SANDBOX = { app: SEED, environment: "sandbox" } as const;

/** A server that Apple asks: answers with a message, or not at all, until told to. */
const server = createServer((_request, response) => void answer(response));
let answering: Promise<void> = Promise.resolve();
let isGood = true;
let messageIdentifier = MESSAGE;

async function answer(response: ServerResponse): Promise<void> {
  await answering;
  response.writeHead(isGood ? 200 : 500, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: { messageIdentifier } }));
}

let apple: LocalApple;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  apple = await startLocalApple({
    resolve: [{ from: PUBLIC_URL, to: `http://127.0.0.1:${port}/` }],
    performanceTest: { totalRequests: 4, totalDuration: 0 },
    answerTimeoutMs: 10_000,
  });
  apple.emulator.configureRealtimeUrl(SANDBOX, PUBLIC_URL);
});
afterEach(() => {
  answering = Promise.resolve();
  isGood = true;
  messageIdentifier = MESSAGE;
  apple.emulator.faults.clear();
  apple.emulator.requestLog.clear();
});
afterAll(async () => {
  await apple[Symbol.asyncDispose]();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

const finished = (requestId: string) => apple.emulator.performanceTestFinished(SEED, requestId);

/** Starts a test whose answers wait until they are let go. */
function startHeldTest(): { readonly requestId: string; readonly letGo: () => Promise<unknown> } {
  const held = Promise.withResolvers<void>();
  answering = held.promise;
  const { requestId } = apple.emulator.startPerformanceTest({
    app: SEED,
    originalTransactionId: "2000000000000000",
  });
  return {
    requestId,
    async letGo() {
      held.resolve();
      await finished(requestId);
    },
  };
}

/** A world on whose terminal the test's id can be read, and that sleeps until the test is over. */
async function waitingIo(): Promise<FakeIo> {
  const io = await apple.io({
    isErrTty: true,
    sleep: async () => {
      await finished(/performance test (\S+) started/.exec(io.err())?.[1] ?? "");
    },
  });
  return io;
}

describe("performance start", () => {
  test("starts a test, and shows Apple's answer", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, START);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      requestId: expect.any(String) as unknown,
      config: { totalRequests: 4 },
    });
    await finished(String(json["requestId"]));
    await using table = await apple.io({ isTty: true });
    await run(table, START);
    const [head, requestId = ""] = table.out().split("\n");
    expect(head).toBe("Request ID");
    await finished(requestId);
  });

  test("waits with --wait, and shows the result as one document", async () => {
    await using io = await waitingIo();
    const { code, json } = await runJson(io, `${START} --wait`);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      requestId: expect.any(String) as unknown,
      target: PUBLIC_URL,
      result: "PASS",
      successRate: 100,
      numPending: 0,
      failures: expect.any(Object) as unknown,
      responseTimes: { p99: expect.any(Number) as unknown },
    });
    expect(io.err()).toMatch(/^performance test \S+ started: 4 requests, /);
  });

  test("shows the result and then fails with 4 where the answers were bad", async () => {
    isGood = false;
    await using io = await waitingIo();
    expect(await run(io, `${START} --wait --junit out/performance.xml`)).toBe(4);
    expect(JSON.parse(io.out())).toMatchObject({ result: "FAIL", successRate: 0 });
    expect(io.err()).toMatch(
      /PERFORMANCE_TEST_FAILED: performance test \S+: expected PASS, got FAIL/,
    );
    const xml = await readFile(join(io.cwd, "out/performance.xml"), "utf8");
    expect(xml).toContain(`tests="2" failures="2"`);
    expect(xml).toContain("UNSUCCESSFUL_HTTP_RESPONSE_CODE 4");
  });

  test("hints at messages that are not approved where all failures are INVALID_RESPONSE", async () => {
    messageIdentifier = randomUUID();
    await using io = await waitingIo();
    expect(await run(io, `${START} --wait`)).toBe(4);
    expect(io.err()).toMatch(/INVALID_RESPONSE.*not APPROVED.*holdfast doctor/);
  });

  test("says how to wait for the test that runs already", async () => {
    const { requestId, letGo } = startHeldTest();
    await using io = await apple.io();
    expect(await run(io, `${START} --output json`)).toBe(1);
    expect(errorOf(io)["advice"]).toContain("it was not started from here");
    await letGo();
    const held = Promise.withResolvers<void>();
    answering = held.promise;
    await using again = await apple.io();
    const { json } = await runJson(again, START);
    expect(await run(again, `${START} --output json`)).toBe(1);
    expect(errorOf(again)["advice"]).toContain(
      `performance wait --request-id ${String(json["requestId"])} `,
    );
    expect(json["requestId"]).not.toBe(requestId);
    held.resolve();
    await finished(String(json["requestId"]));
  });

  test("says which test goes on when Apple ends the waiting", async () => {
    await using io = await apple.io();
    const operation = "getPerformanceTestResults";
    apple.emulator.faults.set([{ kind: "error", errorCode: 4040018, operation }]);
    expect(await run(io, `${START} --wait --output json`)).toBe(1);
    expect(errorOf(io)["advice"]).toMatch(
      /performance wait --request-id \S+ --environment sandbox/,
    );
    const requestId = /--request-id (\S+)/.exec(io.err())?.[1] ?? "";
    apple.emulator.faults.clear();
    expect(await finished(requestId)).toMatchObject({ result: "PASS" });
  });

  test.each([
    ["production", `${START} --environment production`, "expected sandbox"],
    [
      "an interval without --wait",
      `${START} --interval 10s`,
      "--interval, --timeout and --junit require --wait",
    ],
    [
      "a timeout without --wait",
      `${START} --timeout 1m`,
      "--interval, --timeout and --junit require --wait",
    ],
    ["an interval that is too short", `${START} --wait --interval 9s`, "at least 10s"],
    ["a timeout that is too long", `${START} --wait --timeout 61m`, "at most 1h"],
    [
      "letters as a transaction",
      START.replace("2000000000000000", "abc"),
      "TRANSACTION_ID_INVALID",
    ],
  ])("refuses %s before credentials", async (_, line, message) => {
    await using io = await createFakeIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });
});

describe("performance view", () => {
  test("shows a test that goes on, and does not fail", async () => {
    const { requestId, letGo } = startHeldTest();
    await using io = await apple.io();
    const line = `${PERFORMANCE} view --request-id ${requestId} ${IN}`;
    const { code, json } = await runJson(io, line);
    expect([code, json["result"]]).toEqual([0, "PENDING"]);
    await letGo();
    expect((await runJson(io, line)).json["result"]).toBe("PASS");
  });

  test("shows times, ends and thresholds in a table and in Markdown", async () => {
    isGood = false;
    const { requestId, letGo } = startHeldTest();
    await letGo();
    await using io = await apple.io({ isTty: true });
    const line = `${PERFORMANCE} view --request-id ${requestId} ${IN}`;
    expect(await run(io, line)).toBe(4);
    const shown = io.out();
    expect(shown).toMatch(
      /^Request ID +Result +Success Rate +Pending\n\S+ +FAIL +0 % \(at least \d+ %\) +0\n/,
    );
    expect(shown).toMatch(/\nResponse times +Average +p50 +p90 +p95 +p99 +Threshold\n/);
    expect(shown).toMatch(/\nRequests ended +Count\nUNSUCCESSFUL_HTTP_RESPONSE_CODE +4\n/);
    expect(shown).toContain(`${PUBLIC_URL}: 4 requests, `);
    await run(io, `${line} --output markdown`);
    expect(io.out()).toMatch(
      /\| Request ID \| Result \| Success Rate \| Pending \|\n\| --- \| --- \| --- \| --- \|\n/,
    );
    expect(io.out()).toContain(String.raw`| UNSUCCESSFUL\_HTTP\_RESPONSE\_CODE | 4 |`);
  });

  test("tells of a test there is not", async () => {
    await using io = await apple.io();
    const line = `${PERFORMANCE} view --request-id ${randomUUID()} ${IN}`;
    expect(await run(io, `${line} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ appleCode: 4040018 });
    expect(await run(io, `${PERFORMANCE} view --request-id a/b ${IN}`)).toBe(2);
  });
});

describe("performance wait", () => {
  test("survives what passes", async () => {
    const { requestId, letGo } = startHeldTest();
    const operation = "getPerformanceTestResults";
    // More than the client repeats by itself, so that the waiting must.
    apple.emulator.faults.set([{ kind: "error", errorCode: 5000000, operation, times: 9 }]);
    let sleeps = 0;
    await using io = await apple.io({
      isErrTty: true,
      sleep: async () => {
        sleeps += 1;
        if (sleeps === 12) await letGo();
      },
    });
    expect(await run(io, `${PERFORMANCE} wait --request-id ${requestId} --timeout 1h ${IN}`)).toBe(
      0,
    );
    expect(io.err()).toContain("5000000");
    expect(io.err()).toContain("4 of 4 requests to go");
  });

  test("ends with 5 when it still goes on", async () => {
    const { requestId, letGo } = startHeldTest();
    await using io = await apple.io();
    const line = `${PERFORMANCE} wait --request-id ${requestId} --timeout 30s ${IN}`;
    expect(await run(io, `${line} --output json`)).toBe(5);
    expect(errorOf(io)).toMatchObject({
      code: "STILL_PENDING",
      advice: expect.stringContaining(`--request-id ${requestId}`) as unknown,
    });
    expect(apple.emulator.requestLog.counts()).toMatchObject({ getPerformanceTestResults: 4 });
    await letGo();
  });

  test("ends with 130 at Ctrl-C, and says how to go on", async () => {
    const { requestId, letGo } = startHeldTest();
    const worlds: FakeIo[] = [];
    await using io = await apple.io({
      sleep: async (_ms, signal) => {
        for (const world of worlds) world.interrupt();
        signal?.throwIfAborted();
      },
    });
    worlds.push(io);
    expect(await run(io, `${PERFORMANCE} wait --request-id ${requestId} ${IN}`)).toBe(130);
    expect(io.err()).toContain(
      `holdfast storekit retention-messaging performance wait --request-id ${requestId} --environment sandbox`,
    );
    await letGo();
  });
});
