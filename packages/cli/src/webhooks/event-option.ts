import { WEBHOOK_EVENTS } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec, Options } from "../command.ts";

/** A kind of event that a webhook is told of. */
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Which kinds of events a webhook is told of. */
export const EVENT_OPTION: OptionSpec = {
  flags: "--event <kind>",
  description: "a kind of event it is told of; may come more than once",
  choices: WEBHOOK_EVENTS,
  repeatable: true,
};

/**
 * Returns the kinds that {@link EVENT_OPTION} names; undefined where it is not given.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function findEvents(options: Pick<Options, "list">): WebhookEvent[] | undefined {
  const named = options.list("event");
  return named.length === 0 ? undefined : named.map(parseEvent);
}

/** The parser checks no option that may come more than once. */
function parseEvent(text: string): WebhookEvent {
  const event = WEBHOOK_EVENTS.find((kind) => kind === text);
  if (event !== undefined) return event;
  const message = `--event: expected ${WEBHOOK_EVENTS.join(", ")}, got ${text}`;
  throw new UsageError("OPTION_INVALID", message);
}
