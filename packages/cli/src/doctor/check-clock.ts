import type { ApiFetch } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { sayDuration } from "../storekit/duration.ts";
import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";

const TIMEOUT_MS = 10_000;
/** Headers tell whole seconds, and the answer takes its time. */
const EXACT_MS = 5000;
/** From here on Apple can take a token for one of the future. Ours: Apple tells no tolerance. */
const WRONG_MS = 60_000;

/** What a clock is compared with. */
export interface ClockMeans {
  /** A server whose clock is right, like Apple's. */
  readonly baseUrl: string;
  readonly fetch: ApiFetch;
  readonly io: Pick<Io, "now" | "signal">;
}

/**
 * Compares this machine's clock with the Date header of a server (RFC 9110 §6.6.1): tokens and
 * freshness depend on it. Any answer will do, a refusal as well.
 */
export async function checkClock({ baseUrl, fetch, io }: ClockMeans): Promise<Finding> {
  const { host } = new URL(baseUrl);
  try {
    const before = io.now();
    const response = await fetch(baseUrl, {
      redirect: "manual",
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const here = (before + io.now()) / 2;
    await response.body?.cancel();
    return judgeClock(here - Date.parse(response.headers.get("date") ?? ""), host);
  } catch {
    io.signal.throwIfAborted();
    return flawed("fail", "CLOCK", {
      message: `no answer from ${host}, so the clock cannot be compared`,
      advice: "check the network, a proxy, a firewall; holdfast doctor --offline checks the rest",
    });
  }
}

function judgeClock(ahead: number, host: string): Finding {
  if (Number.isNaN(ahead)) {
    const message = `${host} does not tell its time`;
    return flawed("warn", "CLOCK", { message, advice: "compare the clock by hand" });
  }
  if (Math.abs(ahead) <= EXACT_MS) return fine("CLOCK", `as at ${host}`);
  const message = `${sayDuration(Math.abs(ahead))} ${ahead > 0 ? "ahead of" : "behind"} ${host}`;
  const advice =
    "set the clock, best by NTP: Apple refuses tokens of the future, and we old requests";
  return flawed(Math.abs(ahead) > WRONG_MS ? "fail" : "warn", "CLOCK", { message, advice });
}
