import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredContent } from "../desired/content.ts";
import { createMessageReadiness } from "./message-readiness.ts";
import type { PlannedContent } from "./plan-content.ts";
import type { RealtimeUrlItem } from "./plan.ts";
import { worstReadiness } from "./worst-readiness.ts";

/** Plans the URL: Apple asks from the moment it is set, so it needs every message of the flow. */
export function planRealtimeUrl(
  { realtimeUrl: url, environment }: DesiredContent,
  { realtimeUrl: before }: AppleContent,
  content: PlannedContent,
): readonly RealtimeUrlItem[] {
  if (url === undefined) return [];
  const readinessOf = createMessageReadiness(content, environment);
  const readiness = worstReadiness([
    ...content.images.map((image) => image.readiness),
    ...content.messages.map(({ identifier }) => readinessOf(identifier)),
  ]);
  const action = before === null ? "create" : "change";
  return [
    { kind: "realtimeUrl", action: before === url ? "keep" : action, url, before, readiness },
  ];
}
