import type { KnownReviewState } from "../catalog/review-states.ts";
import { sendability } from "../compile/compile-messages.ts";
import type { EffectiveFlow } from "../compile/effective-flow.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import type { FlowText } from "../document/message-schema.ts";
import { messageUses } from "./message-uses.ts";
import type { PlacedMessage, Validation } from "./validation.ts";

/** Reports texts that Apple has not approved, and needed messages of which nothing is left. */
export function checkApprovals(validation: Validation): void {
  if (validation.options.reviewStates === undefined) return;
  const needed = new Map(messageUses(validation).map(({ message, by }) => [message, by]));
  for (const flow of validation.effectiveFlows) {
    for (const placed of validation.messages) {
      if (flow.messages[placed.name] !== placed.message) continue;
      const by = needed.get(placed.name);
      if (by !== undefined) checkMessage(validation, placed, { flow, by });
    }
  }
}

function checkMessage(
  validation: Validation,
  { name, message, path }: PlacedMessage,
  { flow, by }: { readonly flow: EffectiveFlow; readonly by: string },
): void {
  const texts = Object.entries(message.locales);
  const approved = texts.filter(([locale, text]) =>
    checkText(validation, text, { name, locale, path: [...path, "locales", locale] }),
  );
  if (approved.length > 0) return;
  const isProduction = flow.environment === "production";
  validation.report({
    code: "NO_APPROVED_TEXT",
    message: `Apple has approved no text of the message ${name}, which ${by} needs in ${flow.environment}; upload it and wait for the review`,
    path,
    severity: isProduction ? "error" : "warning",
    at: "key",
  });
}

function adviceFor(state: KnownReviewState): string {
  if (state === "REJECTED") return "was rejected; change it, or raise its revision";
  if (state === "unknown") return "is not at Apple; upload it";
  return state === "PENDING" ? "is still in review" : `is in the state ${state}`;
}

function checkText(
  validation: Validation,
  text: FlowText,
  {
    name,
    locale,
    path,
  }: { readonly name: string; readonly locale: string; readonly path: FlowPath },
): boolean {
  const { reviewStates, images } = validation.options;
  const state = sendability(text, { bundleId: validation.document.app, reviewStates, images });
  if (state === "APPROVED") return true;
  const message = `the ${locale} text of ${name} ${adviceFor(state)}; until it is approved the next approved locale is sent`;
  validation.report({
    code: "TEXT_NOT_APPROVED",
    message,
    path,
    severity: "warning",
    at: "key",
  });
  return false;
}
