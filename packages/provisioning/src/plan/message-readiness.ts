import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PlannedContent } from "./plan-content.ts";
import type { Readiness } from "./plan.ts";

/**
 * Returns what tells whether Apple would take a message to be shown: only approved messages with
 * approved images; the sandbox approves what it gets at once. A message the flow does not have is
 * taken for ready.
 */
export function createMessageReadiness(
  { messages, images }: PlannedContent,
  environment: FlowEnvironment,
): (messageIdentifier: string) => Readiness {
  const messageById = new Map(messages.map((item) => [item.identifier, item]));
  const approvedImages = new Set(
    images.filter(({ state }) => state === "APPROVED").map(({ identifier }) => identifier),
  );
  return (messageIdentifier) => {
    const message = messageById.get(messageIdentifier);
    if (message === undefined || message.readiness !== "ready") {
      return message?.readiness ?? "ready";
    }
    const isApproved =
      message.state === "APPROVED" && message.images.every((image) => approvedImages.has(image));
    return isApproved || environment === "sandbox" ? "ready" : "waits";
  };
}
