import { UsageError } from "@holdfast/appstore/errors";
import type { StartEmulatorOptions } from "@holdfast/emulator";
import type { Options, OptionSpec } from "../command.ts";

/** More than any key is allowed; Apple's limit is some thousands. */
const MAX_HOURLY = 1_000_000_000;

/** Options that make the local App Store's limits tighter and its hours shorter, and where it tells of things. */
export const TUNING_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--notification-url <app/environment=url>",
    description:
      "where App Store Server Notifications go, https: like yoga/sandbox=https://…; may come more than once; --resolve leads them to this machine",
    repeatable: true,
  },
  {
    flags: "--notification-time-scale <number>",
    description:
      "how long an hour between attempts of a notification lasts, in hours: 1/3600 makes seconds of them (default: 1)",
  },
  {
    flags: "--subscription-time-scale <number>",
    description:
      "how long a day of subscriptions lasts, in days: with 1/8640 ten seconds, and a month five minutes (default: 1)",
  },
  {
    flags: "--rate-limits",
    description: "refuse what Apple's rate limits would refuse, with 429",
  },
  {
    flags: "--rate-limit-scale <number>",
    description: "the same with Apple's limits multiplied by this: 0.01 leaves a hundredth of them",
  },
  {
    flags: "--connect-hourly-limit <requests>",
    description: "how many requests a key of the App Store Connect API may make in an hour",
    default: "3500",
  },
];

/**
 * Returns what `TUNING_OPTIONS` ask for.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function tuningOf(
  options: Options,
): Pick<
  StartEmulatorOptions,
  | "connectHourlyLimit"
  | "notificationTimeScale"
  | "notificationUrls"
  | "rateLimits"
  | "subscriptionTimeScale"
> {
  const notificationTimeScale = scaleOf(options, "notification-time-scale");
  const subscriptionTimeScale = scaleOf(options, "subscription-time-scale");
  const scale = scaleOf(options, "rate-limit-scale");
  const connectHourlyLimit = options.integer("connect-hourly-limit", { min: 0, max: MAX_HOURLY });
  return {
    notificationUrls: notificationUrlsOf(options.list("notification-url")),
    ...(notificationTimeScale === undefined ? {} : { notificationTimeScale }),
    ...(subscriptionTimeScale === undefined ? {} : { subscriptionTimeScale }),
    ...(connectHourlyLimit === undefined ? {} : { connectHourlyLimit }),
    ...(options.flag("rate-limits") || scale !== undefined
      ? { rateLimits: { scale: scale ?? 1 } }
      : {}),
  };
}

/** A decimal or a fraction; whether it is too large is for who uses it. */
function scaleOf(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const { over, under = "1" } =
    /^(?<over>\d+(?:\.\d+)?)(?:\/(?<under>\d+))?$/.exec(text)?.groups ?? {};
  const scale = Number(over) / Number(under);
  if (scale > 0 && Number.isFinite(scale)) return scale;
  const message = `--${name}: expected a number above 0 like 0.01 or 1/3600, got ${text}`;
  throw new UsageError("OPTION_INVALID", message);
}

function notificationUrlsOf(
  rules: readonly string[],
): NonNullable<StartEmulatorOptions["notificationUrls"]> {
  const urls = new Map<string, { sandbox?: string; production?: string }>();
  for (const rule of rules) {
    const { app, environment, url } =
      /^(?<app>[^/=]+)\/(?<environment>[a-z]+)=(?<url>https:\/\/.+)$/.exec(rule)?.groups ?? {};
    const isEnvironment = environment === "sandbox" || environment === "production";
    if (app === undefined || !isEnvironment || url === undefined || !URL.canParse(url)) {
      const message = `--notification-url: expected like yoga/sandbox=https://example.com/notifications, got ${rule}`;
      throw new UsageError("OPTION_INVALID", message);
    }
    urls.set(app, { ...urls.get(app), [environment]: url });
  }
  return Object.fromEntries(urls);
}
