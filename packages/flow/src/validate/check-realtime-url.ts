import { REALTIME_URL_MAX_CHARACTERS } from "@holdfast/appstore/retention-messaging";
import type { FlowPath } from "../document/flow-issue.ts";
import type { Validation } from "./validation.ts";

/** Checks the URL Apple asks: https, short enough, one for each environment. */
export function checkRealtimeUrl(validation: Validation): void {
  const { document } = validation;
  const urls = validation.effectiveFlows.flatMap(({ environment, realtimeUrl }) => {
    if (realtimeUrl === undefined) return [];
    const own = document.environments?.[environment]?.realtimeUrl !== undefined;
    const path: FlowPath = own ? ["environments", environment, "realtimeUrl"] : ["realtimeUrl"];
    checkUrl(validation, realtimeUrl, path);
    return [realtimeUrl];
  });
  const [first, second] = urls;
  if (first === undefined || first !== second) return;
  const message =
    "both environments have one URL; Apple advises two, so put ${environment} into it";
  const path = ["realtimeUrl"];
  validation.report({ code: "REALTIME_URL_SHARED", message, path, severity: "warning" });
}

function checkUrl(validation: Validation, url: string, path: FlowPath): void {
  const problem = urlProblem(url);
  if (problem !== undefined) {
    validation.report({ code: "REALTIME_URL_INVALID", message: problem, path });
  }
}

function urlProblem(url: string): string | undefined {
  if (url.length > REALTIME_URL_MAX_CHARACTERS) {
    return `the URL has ${url.length} characters; Apple takes at most ${REALTIME_URL_MAX_CHARACTERS}`;
  }
  if (!url.startsWith("https://")) return "the URL must start with https://";
  return URL.canParse(url) ? undefined : "this is no URL";
}
