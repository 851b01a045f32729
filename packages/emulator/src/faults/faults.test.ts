import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { callStorekit } from "../testing/call-storekit.ts";
import { catchError } from "../testing/catch-error.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { anyText } from "../testing/matching.ts";
import { signToken } from "../testing/sign-token.ts";
import { TEST_APP } from "../testing/test-app.ts";
import { createFaults } from "./faults.ts";
import type { Fault } from "./fault.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const TEXT = { header: "Stay", body: "Please stay." };
const [FIRST, SECOND, THIRD] = [1, 2, 3].map(
  (digit) => `00000000-0000-4000-8000-0000000000a${digit}`,
);

const clock = createManualClock();
let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, apps: [TEST_APP], clock });
});
afterEach(() => {
  emulator.faults.clear();
  emulator.requestLog.clear();
});
afterAll(async () => {
  await emulator.close();
});

const upload = async (id = FIRST) =>
  callStorekit(emulator, SANDBOX, `PUT /message/${id}`, { body: TEXT, now: clock.now() });
const list = async (place: typeof SANDBOX | typeof PRODUCTION = SANDBOX) =>
  callStorekit(emulator, place, "GET /message/list", { now: clock.now() });
const isThere = (id = FIRST) =>
  emulator.messages(SANDBOX).some(({ messageIdentifier }) => messageIdentifier === id);

const FAULTABLE = { operations: ["uploadMessage", "uploadImage"], apps: ["test", "other"] };

describe("createFaults()", () => {
  const request = { ...SANDBOX, operation: "uploadMessage" };

  test.each<[string, Partial<Fault>, readonly number[]]>([
    ["all", {}, [1, 1, 1, 1]],
    ["the first two", { times: 2 }, [1, 1, 0, 0]],
    ["the second", { skip: 1, times: 1 }, [0, 1, 0, 0]],
    ["those of the app", { app: "test" }, [1, 1, 1, 1]],
    ["those of another app", { app: "other" }, [0, 0, 0, 0]],
    ["those of the operation", { operation: "uploadMessage" }, [1, 1, 1, 1]],
    ["those of another operation", { operation: "uploadImage" }, [0, 0, 0, 0]],
    ["those of another environment", { environment: "production" }, [0, 0, 0, 0]],
    ["none", { times: 0 }, [0, 0, 0, 0]],
  ])("fall on %s", (_what, selection, expected) => {
    const faults = createFaults(FAULTABLE);
    faults.set([{ ...selection, kind: "drop" }]);
    expect(expected.map(() => faults.take(request).length)).toEqual(expected);
  });

  test("count each for itself, anew when set", () => {
    const faults = createFaults(FAULTABLE);
    const both: readonly Fault[] = [
      { kind: "latency", delayMs: 1, times: 1 },
      { kind: "drop", skip: 1 },
    ];
    faults.set(both);
    faults.take(request);
    faults.take(request);
    expect(faults.list()).toMatchObject([
      { kind: "latency", matched: 2, applied: 1 },
      { kind: "drop", matched: 2, applied: 1 },
    ]);
    faults.set(both);
    expect(faults.list()).toMatchObject([{ matched: 0 }, { matched: 0 }]);
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  test.each<[string, Fault]>([
    ["an operation there is not", { kind: "drop", operation: "uploadMessages" }],
    ["an app there is not", { kind: "drop", app: "nobody" }],
    ["half a request", { kind: "drop", times: 0.5 }],
    ["less than none", { kind: "drop", skip: -1 }],
    ["time that goes back", { kind: "latency", delayMs: -1 }],
    ["time no timer can wait", { kind: "latency", delayMs: 2 ** 31 }],
    ["a number that is no error", { kind: "error", errorCode: 2000000 }],
    ["a number that is a status", { kind: "error", errorCode: 500 }],
    ["a time gone by", { kind: "error", errorCode: 4290000, retryInMs: -1 }],
    ["a status that is no error", { kind: "status", status: 200 }],
  ])("refuse %s, and leave what there was", (_what, fault) => {
    const faults = createFaults(FAULTABLE);
    faults.set([{ kind: "drop" }]);
    expect(() => faults.set([fault])).toThrow("expected ");
    expect(faults.list()).toMatchObject([{ kind: "drop" }]);
  });
});

describe("a fault", () => {
  test("drops the connection after the effect of the second upload", async () => {
    emulator.faults.set([
      { kind: "drop", operation: "uploadMessage", skip: 1, times: 1, when: "afterEffect" },
    ]);
    expect(await upload(FIRST)).toMatchObject({ status: 200 });
    expect(await catchError(() => upload(SECOND))).toBeInstanceOf(TypeError);
    expect(isThere(SECOND)).toBe(true);
    expect(await upload(SECOND)).toMatchObject({ status: 409 });
    expect(emulator.requestLog.list()).toMatchObject([
      { operation: "uploadMessage", ...SANDBOX, status: 200, dropped: false },
      { operation: "uploadMessage", ...SANDBOX, status: 200, dropped: true },
      { operation: "uploadMessage", ...SANDBOX, status: 409, errorCode: 4090001, dropped: false },
    ]);
    expect(emulator.requestLog.counts()).toEqual({ uploadMessage: 3 });
  });

  test("drops the connection before the effect", async () => {
    emulator.faults.set([{ kind: "drop", times: 1 }]);
    expect(await catchError(() => upload(THIRD))).toBeInstanceOf(TypeError);
    expect(isThere(THIRD)).toBe(false);
    expect(emulator.requestLog.list()).toEqual([
      { operation: "uploadMessage", ...SANDBOX, dropped: true, at: clock.now() },
    ]);
    expect(await upload(THIRD)).toMatchObject({ status: 200 });
  });

  test("answers 429 with an instant, and does nothing", async () => {
    emulator.faults.set([{ kind: "error", errorCode: 4290000, retryInMs: 5000, times: 1 }]);
    const answer = await list();
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe(String(clock.now() + 5000));
    expect(JSON.parse(answer.text)).toEqual({ errorCode: 4290000, errorMessage: anyText });
    expect(await list()).toMatchObject({ status: 200 });
  });

  test("answers an error although the operation was carried out", async () => {
    const id = "00000000-0000-4000-8000-0000000000a4";
    emulator.faults.set([{ kind: "error", errorCode: 5000001, when: "afterEffect" }]);
    expect(await upload(id)).toMatchObject({ status: 500 });
    expect(isThere(id)).toBe(true);
  });

  test("answers as a gateway, without a body", async () => {
    emulator.faults.set([{ kind: "status", status: 503, environment: "production" }]);
    expect(await list(PRODUCTION)).toMatchObject({ status: 503, text: "" });
    expect(await list()).toMatchObject({ status: 200 });
  });

  test("delays, and may be followed by another", async () => {
    const before = clock.sleeps.length;
    emulator.faults.set([
      { kind: "latency", delayMs: 1500 },
      { kind: "status", status: 502 },
      { kind: "latency", delayMs: 99 },
    ]);
    expect(await list()).toMatchObject({ status: 502 });
    expect(clock.sleeps.slice(before)).toEqual([1500]);
  });

  test("ends with the emulator", async () => {
    // On the machine's clock this delay outlives any test.
    const other = await startEmulator({ port: 0, apps: [TEST_APP] });
    other.faults.set([{ kind: "latency", delayMs: 3_600_000 }]);
    const asked = catchError(() => callStorekit(other, SANDBOX, "GET /message/list"));
    while (other.faults.list()[0]?.applied !== 1) await new Promise((done) => setImmediate(done));
    await other.close();
    expect(await asked).toBeInstanceOf(TypeError);
  });

  test("is as a lost connection in process", async () => {
    const alone = await createEmulator({ apps: [TEST_APP] });
    alone.faults.set([{ kind: "drop" }]);
    const token = await signToken(alone.credentials("test"), Date.now());
    const url = `${alone.credentials("test").sandboxBaseUrl}/inApps/v1/messaging/image/list`;
    const request = new Request(url, { headers: { authorization: `Bearer ${token}` } });
    await expect(alone.fetch(request)).rejects.toMatchObject({ code: "CONNECTION_DROPPED" });
  });
});
