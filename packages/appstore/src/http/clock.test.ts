import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";
import { systemApiClock } from "./index.ts";

describe("systemApiClock.sleep()", () => {
  test("ends by itself", async () => {
    await expect(systemApiClock.sleep(1)).resolves.toBeUndefined();
  });

  test("rejects when it is aborted before or meanwhile", async () => {
    await expect(systemApiClock.sleep(1, AbortSignal.abort())).rejects.toThrow();
    const controller = new AbortController();
    // Longer than a timer can run, and so at first not over at once.
    const sleeping = systemApiClock.sleep(1e12, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toThrow("aborted");
  });
});

test("backoffMs() stays below a bound that doubles up to 20 seconds", () => {
  const attempts = fc.integer({ min: 1, max: 2000 });
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(attempts, randoms, (attempt, random) => {
      const ms = backoffMs(attempt, () => random);
      expect(Number.isInteger(ms) && ms >= 0).toBe(true);
      expect(ms).toBeLessThan(Math.min(1000 * 2 ** (attempt - 1), 20_000));
    }),
  );
});
