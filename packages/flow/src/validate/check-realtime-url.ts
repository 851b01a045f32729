import { checkRealtimeUrl as checkUrl } from "@holdfast/appstore/retention-messaging";
import type { FlowPath } from "../document/flow-issue.ts";
import type { Validation } from "./validation.ts";

/** Checks the URL Apple asks: https, short enough, one for each environment. */
export function checkRealtimeUrl(validation: Validation): void {
  const { document } = validation;
  const urls = validation.effectiveFlows.flatMap(({ environment, realtimeUrl }) => {
    if (realtimeUrl === undefined) return [];
    const own = document.environments?.[environment]?.realtimeUrl !== undefined;
    const path: FlowPath = own ? ["environments", environment, "realtimeUrl"] : ["realtimeUrl"];
    for (const problem of checkUrl(realtimeUrl)) validation.report({ ...problem, path });
    return [realtimeUrl];
  });
  const [first, second] = urls;
  if (first === undefined || first !== second) return;
  const message =
    "both environments have one URL; Apple advises two, so put ${environment} into it";
  const path = ["realtimeUrl"];
  validation.report({ code: "REALTIME_URL_SHARED", message, path, severity: "warning" });
}
