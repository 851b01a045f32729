import type { Clock } from "../clock/clock.ts";
import type { PerformanceTestConfig } from "@holdfast/appstore/retention-messaging";
import type { FallbackRules, ResolveRule } from "../realtime/index.ts";
import type { RateLimitOptions } from "../storekit-api/rate-limits.ts";
import type { AppDefinition, EnvironmentName, MessageRules } from "../world/index.ts";

/** What an emulator is made of; everything has a default. */
export interface EmulatorOptions extends FallbackRules, MessageRules {
  /** Where authority, keys and world are kept; without one they end with the process. */
  readonly directory?: string;
  /** The world's apps; default `yoga` and `seed`. */
  readonly apps?: readonly AppDefinition[];
  /** Where requests for a public URL really go; default none. */
  readonly resolve?: readonly ResolveRule[];
  /** Where the emulator's own server answers; default `http://127.0.0.1:8788`. */
  readonly baseUrl?: string;
  /** How long an answer may take, in milliseconds; default 700, as in production. */
  readonly answerTimeoutMs?: number;
  /** What performance tests do; default 10 at a time, 100 in all, over a minute. */
  readonly performanceTest?: Partial<PerformanceTestConfig>;
  /** After how many milliseconds production approves an upload; default only when told to. */
  readonly reviewDelayMs?: number;
  /** Apple's rate limits, perhaps scaled; default none. */
  readonly rateLimits?: RateLimitOptions;
  /** Told of every error over HTTP that is the emulator's own fault; the response tells none of it. */
  readonly onInternalError?: (error: unknown) => void;
  /** Where App Store Server Notifications of an app go, https; default where they went before. */
  readonly notificationUrls?: Readonly<Record<string, Partial<Record<EnvironmentName, string>>>>;
  /** How long an hour between attempts of a notification lasts, in hours; default 1, at most 1. */
  readonly notificationTimeScale?: number;
  /**
   * How long a day of subscriptions lasts, in days; default 1, at most 1. With 1/8640 it lasts ten seconds and a
   * month five minutes, as it does at Apple for some testers of the sandbox. What came before the world
   * began took as long as it takes.
   */
  readonly subscriptionTimeScale?: number;
  /** How many notifications are remembered, of all apps, the latest; default 5,000. */
  readonly maxNotifications?: number;
  /** How many requests a key of the App Store Connect API may make in an hour; default 3500. */
  readonly connectHourlyLimit?: number;
  readonly clock?: Clock;
  /** How requests are sent; default the platform's. */
  readonly fetch?: typeof fetch;
}
