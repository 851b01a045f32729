import { expect, test } from "vitest";
import { createRequestLog } from "./request-log.ts";

test("createRequestLog() remembers the last 10,000 requests, and counts all", () => {
  const log = createRequestLog();
  const request = { operation: "uploadImage", app: "a", environment: "sandbox" } as const;
  for (let at = 0; at < 25_000; at += 1) log.add({ ...request, status: 200, dropped: false, at });
  const { 0: first, length, 9999: last } = log.list();
  expect([first?.at, last?.at, length]).toEqual([15_000, 24_999, 10_000]);
  expect(log.counts()).toEqual({ uploadImage: 25_000 });
});
