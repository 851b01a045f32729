import { expect, test } from "vitest";
import { sendWithRetries } from "./send-with-retries.ts";

test("sendWithRetries() asks anew when an attempt is never answered, as often as there is time", async () => {
  let now = 0;
  const limits: number[] = [];
  const signals: AbortSignal[] = [];
  const means = {
    now: () => now,
    random: () => 0,
    wait: async (milliseconds: number) => void (now += milliseconds),
    timeout(milliseconds: number): AbortSignal {
      limits.push(milliseconds);
      now += milliseconds;
      return AbortSignal.abort();
    },
  };
  const silent = (signal: AbortSignal): Promise<number> => {
    signals.push(signal);
    return Promise.reject(new Error("too late"));
  };
  await expect(sendWithRetries(silent, means)).rejects.toThrow("too late");
  // Two whole attempts with their pauses, and what was left.
  expect(limits).toEqual([10_000, 10_000, 4250]);
  expect(signals).toHaveLength(3);
});
