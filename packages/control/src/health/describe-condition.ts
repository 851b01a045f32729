import type { Condition } from "./conditions.ts";
import type { ConditionDetails } from "./tables.ts";

/** Returns what a condition means, in a sentence for people. */
export function describeCondition(condition: Condition): string {
  const { app, environment, details, beganAt } = condition;
  const place = environment === "both" ? app : `${app} ${environment}`;
  const since = new Date(beganAt).toISOString();
  return `${place}: ${sayWhat(condition, details)} (since ${since})`;
}

function sayWhat({ kind }: Condition, details: ConditionDetails): string {
  switch (kind) {
    case "catalog.syncFailed":
      return `the catalog cannot be read: ${details["problem"]}`;
    case "runtime.lost":
      return `the runtime ${details["runtime"]} reports no more`;
    case "fallbackRate.exceeded":
      return `${percent(details["rate"])} of the answers were not what the flow says; up to ${percent(details["limit"])} is usual`;
    case "apple.silent":
      return `Apple asks no more; it last did at ${moment(details["lastRequestAt"])}`;
    case "key.refused":
      return `Apple refused the ${details["key"] === "connect" ? "App Store Connect" : "In-App Purchase"} key ${details["keyId"]}`;
    case "certificate.expiring":
      return `a trusted root ends at ${moment(details["validUntil"])}`;
    case "fixtures.failing":
      return `${details["failed"]} fixtures do not get the answer they are to get: holdfast fixtures check`;
    case "forward.failing":
      return `notifications cannot be passed on to ${details["forward"]}: ${details["problem"]}; what comes is kept for it as long as there is room`;
    case "statuses.paused":
      return `Apple has told no status since ${moment(details["pausedSince"])}, and some are waited for: ${details["problem"]}`;
    case "workers.failing":
      return `what changed cannot be written for Cloudflare Workers: ${details["problem"]}; they answer by what was before: holdfast workers status`;
  }
}

function percent(share: string | number | undefined): string {
  return `${Math.round(Number(share) * 100)} %`;
}

function moment(at: string | number | undefined): string {
  return new Date(Number(at)).toISOString();
}
