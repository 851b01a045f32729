import { REALTIME_RESPONSE_TIMEOUT_MS } from "@holdfast/appstore/retention-messaging";
import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import type { Exchange } from "./post-once.ts";

/** So many in a hundred may be late; the share in Apple's example of a performance test. INFERRED. */
const LATE_PERCENT = 5;

/** Judges whether answers come in the time Apple waits. */
export function judgeLatency(exchanges: readonly Exchange[]): Finding {
  const late = exchanges.filter(
    (exchange) => "failure" in exchange || exchange.latencyMs > REALTIME_RESPONSE_TIMEOUT_MS,
  ).length;
  const limit = `${REALTIME_RESPONSE_TIMEOUT_MS} ms`;
  if (late === 0) {
    return fine("LATENCY", `all ${exchanges.length} within ${limit}, seen from here`);
  }
  const isOften = late * 100 > exchanges.length * LATE_PERCENT;
  return flawed(isOften ? "fail" : "warn", "LATENCY", {
    message: `${late} of ${exchanges.length} took longer than ${limit}, or failed`,
    advice: "answer nearer to Apple's servers, keep connections open, wait for nothing on the way",
  });
}

/** Judges whether connections that were to be kept are kept. */
export function judgeKeepAlive(exchanges: readonly Exchange[]): Finding {
  const reused = exchanges.filter((exchange) => "isReused" in exchange && exchange.isReused).length;
  if (reused > 0) {
    return fine("KEEP_ALIVE", `${reused} of ${exchanges.length} over a kept connection`);
  }
  return flawed("warn", "KEEP_ALIVE", {
    message: "no connection is kept open",
    advice: "allow keep-alive: each new connection costs Apple two or three round trips",
  });
}
