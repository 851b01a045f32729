import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { startEmulator } from "../server/start-emulator.ts";
import { callStorekit } from "../testing/call-storekit.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { MESSAGE, TEST_APP } from "../testing/test-app.ts";
import { createRateLimits } from "./rate-limits.ts";
import { ONE_A_SECOND, TEN_A_SECOND } from "./request-rates.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const HOUR_MS = 3_600_000;

function operation(perHour: number, name = "getMessageList"): StorekitOperation {
  return { name, method: "GET", path: "/", perHour, run: () => undefined };
}

describe("createRateLimits()", () => {
  test.each([
    [3600, ONE_A_SECOND, PRODUCTION],
    [360, ONE_A_SECOND, SANDBOX],
    [36_000, TEN_A_SECOND, PRODUCTION],
    [3600, TEN_A_SECOND, SANDBOX],
  ])("lets %i requests of %i an hour pass in $environment", (limit, perHour, place) => {
    const limits = createRateLimits(createManualClock(), {});
    for (let count = 0; count < limit; count += 1) {
      expect(limits.spend(operation(perHour), place)).toBeUndefined();
    }
    expect(limits.spend(operation(perHour), place)).toMatchObject({ errorCode: 4290000 });
  });

  test("lets requests pass again when the hour is over, and says when that is", () => {
    const clock = createManualClock(1_800_000_000_000);
    const limits = createRateLimits(clock, { scale: 1 / 360 });
    const spend = () => limits.spend(operation(ONE_A_SECOND), SANDBOX);
    spend();
    clock.advance(HOUR_MS - 1);
    expect(spend()).toMatchObject({ retryAt: 1_800_000_000_000 + HOUR_MS });
    clock.advance(1);
    expect(spend()).toBeUndefined();
    expect(spend()).toMatchObject({ retryAt: 1_800_000_000_000 + 2 * HOUR_MS });
  });

  test("counts apps, environments and operations apart", () => {
    const limits = createRateLimits(createManualClock(), { scale: 1e-9 });
    const places = [SANDBOX, PRODUCTION, { ...SANDBOX, app: "other" }];
    for (const place of places) {
      for (const name of ["getMessageList", "getImageList"]) {
        expect(limits.spend(operation(ONE_A_SECOND, name), place)).toBeUndefined();
        expect(limits.spend(operation(ONE_A_SECOND, name), place)).toBeDefined();
      }
    }
  });

  test("limits nothing unless asked to, nor what Apple does not limit", () => {
    const clock = createManualClock();
    const { perHour: _none, ...unlimited } = operation(1);
    for (let count = 0; count < 500; count += 1) {
      expect(createRateLimits(clock).spend(operation(1), SANDBOX)).toBeUndefined();
      expect(createRateLimits(clock, { scale: 1e-9 }).spend(unlimited, SANDBOX)).toBeUndefined();
    }
  });
});

test("createEmulator() throws OPTIONS_INVALID for a scale of nothing", async () => {
  await expect(createEmulator({ rateLimits: { scale: 0 } })).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
  });
});

test("an operation over its limit is answered 429 with an instant, and not carried out", async () => {
  const clock = createManualClock();
  const options = { port: 0, apps: [TEST_APP], clock, rateLimits: { scale: 1 / 360 } };
  await using running = await start(options);
  const { emulator } = running;
  const remove = async (id: string) =>
    callStorekit(emulator, SANDBOX, `DELETE /message/${id}`, { now: clock.now() });
  expect(await remove(MESSAGE.plain)).toMatchObject({ status: 200, text: "" });
  const refused = await remove(MESSAGE.byDefault);
  expect(refused.status).toBe(429);
  expect(JSON.parse(refused.text)).toMatchObject({ errorCode: 4290000 });
  expect(refused.headers.get("retry-after")).toBe(String(clock.now() + HOUR_MS));
  expect(emulator.messages(SANDBOX)).toHaveLength(1);
  clock.advance(HOUR_MS);
  expect(await remove(MESSAGE.byDefault)).toMatchObject({ status: 200 });
});

async function start(options: Parameters<typeof startEmulator>[0]) {
  const emulator = await startEmulator(options);
  return { emulator, [Symbol.asyncDispose]: async () => emulator.close() };
}
