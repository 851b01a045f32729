import type { SubscriberState } from "@holdfast/flow/evaluate";
import {
  fieldOf,
  isPlainText,
  malformed,
  MAX_DECISION_TEXT,
  requireCount,
  requireList,
  requireObject,
  requireOneOf,
  requireText,
} from "./decision-fields.ts";
import type { UnknownRecord } from "./decision-fields.ts";

/** The most attributes of one subscriber. */
const MAX_ATTRIBUTES = 500;
/** The most texts in one attribute. */
const MAX_TEXTS = 1000;
/** The most rules, and offers, of one subscriber's history. */
const MAX_HISTORY = 2000;
/** The most characters of an attribute's text. */
const MAX_VALUE = 4096;

const REASONS: ReadonlySet<unknown> = new Set([
  "notNeeded",
  "noStore",
  "failed",
  "late",
  "circuitOpen",
]);

/**
 * Checks how a lookup of subscriber state ended, with the state where there is one.
 *
 * @throws WireError `WIRE_MALFORMED`
 */
export function checkSubscriber(subscriber: UnknownRecord): void {
  const status = fieldOf(subscriber, "status");
  if (status === "notFound") return;
  if (status === "unavailable") {
    requireOneOf(fieldOf(subscriber, "reason"), "subject.subscriber.reason", REASONS);
    return;
  }
  if (status !== "found") {
    throw malformed("subject.subscriber.status", "found, notFound or unavailable");
  }
  parseSubscriberState(fieldOf(subscriber, "state"));
}

/**
 * Returns a subscriber's state as it came, checked as far as anything relies on it; fields that are not known
 * are passed on. What is a state here can be recorded with a decision.
 *
 * @throws WireError `WIRE_MALFORMED`
 */
export function parseSubscriberState(came: unknown): SubscriberState {
  const state = requireObject(came, "subject.subscriber.state");
  checkAttributes(requireObject(fieldOf(state, "attributes"), "state.attributes"));
  const startedAt = fieldOf(state, "subscriptionStartedAt");
  if (startedAt !== undefined) requireCount(startedAt, "state.subscriptionStartedAt");
  const history = requireObject(fieldOf(state, "previousDecisions"), "state.previousDecisions");
  for (const kind of ["rules", "offers"]) {
    const place = `state.previousDecisions.${kind}`;
    for (const [name, value] of entriesOf(fieldOf(history, kind), place, MAX_HISTORY)) {
      requireText(name, `${place}, a name`, 2 * MAX_DECISION_TEXT + 1);
      const exposure = requireObject(value, place);
      for (const field of ["count", "firstAt", "lastAt"]) {
        requireCount(fieldOf(exposure, field), `${place}.${field}`);
      }
      const redeemedAt = fieldOf(exposure, "redeemedAt");
      if (redeemedAt !== undefined) requireCount(redeemedAt, `${place}.redeemedAt`);
    }
  }
  // All that the type says was checked above; parsing anew would cost every decision a copy.
  return came as SubscriberState;
}

function checkAttributes(attributes: UnknownRecord): void {
  for (const [name, value] of entriesOf(attributes, "state.attributes", MAX_ATTRIBUTES)) {
    requireText(name, "state.attributes, a name");
    if (isValue(value)) continue;
    const texts = requireList(value, "state.attributes, a value", MAX_TEXTS);
    if (texts.every((text) => isPlainText(text, MAX_VALUE))) continue;
    throw malformed("state.attributes, a value", "texts");
  }
}

function isValue(value: unknown): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  return isPlainText(value, MAX_VALUE);
}

function entriesOf(value: unknown, field: string, max: number): readonly [string, unknown][] {
  const entries = Object.entries(requireObject(value, field));
  if (entries.length <= max) return entries;
  throw malformed(field, `an object of at most ${max} members`);
}
