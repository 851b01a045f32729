import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printable } from "../style.ts";

type WebhookBody = RouteBody<typeof routes.readWebhook>;

const HELD_BACK: Readonly<Record<NonNullable<WebhookBody["disabledBecause"]>, string>> = {
  wanted: "disabled",
  gone: "held back: it answered 410",
  failing: "held back: it failed for days",
};

/** Says whether events are posted to a webhook, and why not where they are not. */
export function sayWebhookState({
  isDisabled,
  disabledBecause,
  failingSince,
}: Pick<WebhookBody, "isDisabled" | "disabledBecause" | "failingSince">): string {
  if (isDisabled) return HELD_BACK[disabledBecause ?? "wanted"];
  return failingSince === undefined ? "active" : `failing since ${sayInstant(failingSince)}`;
}

/** Returns what people read of a webhook. */
export function renderWebhook(webhook: WebhookBody): readonly string[] {
  const { id, url, events, createdAt } = webhook;
  return columns([
    ["webhook", id],
    ["url", printable(url)],
    ["events", events.join(", ")],
    ["state", sayWebhookState(webhook)],
    ["made", sayInstant(createdAt)],
  ]);
}
