import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/seeded-random.ts";
import type { CallLimit } from "./api-tokens.ts";
import type { Propagation } from "./kv-namespace.ts";

/** How the double is started. */
export interface CloudflareOptions {
  /** Where the API listens; default 0, which takes any free port. */
  readonly port?: number;
  /** Default: a made-up one. */
  readonly accountId?: string;
  /** A token that may everything; default: a made-up one. */
  readonly apiToken?: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** From 0 up to but not including 1; default `Math.random`. */
  readonly random?: Random;
  /**
   * How long a write takes to be seen where it was not made. Without it every location sees it at once and
   * caches nothing; with it, each caches what it reads. Cloudflare says “up to 60 seconds or more” of both
   * together.
   */
  readonly propagation?: Propagation;
  /** What the times of propagation and caching are multiplied by; default 1, and 0.01 for a quick test. */
  readonly timeScale?: number;
  /** Default: 1,200 calls in five minutes. */
  readonly callLimit?: CallLimit;
}
