import { expect, test } from "vitest";
import { SYSTEM_TIMES } from "./job-times.ts";

test("SYSTEM_TIMES.wait() ends by itself, and at once when its signal aborts or has aborted", async () => {
  const { signal } = new AbortController();
  await SYSTEM_TIMES.wait(1, signal);
  const stopping = new AbortController();
  const waiting = SYSTEM_TIMES.wait(2 ** 30, stopping.signal);
  stopping.abort();
  await waiting;
  await expect(SYSTEM_TIMES.wait(2 ** 30, AbortSignal.abort())).resolves.toBeUndefined();
});
