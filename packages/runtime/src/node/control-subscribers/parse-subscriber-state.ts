import type { AttributeValue, ExposureHistory, SubscriberState } from "@holdfast/flow/evaluate";
import { isRecord } from "../../wire/fields.ts";

/**
 * Reads a subscriber's state. Fields that are not known are left out, so that a newer control plane may add some;
 * one known field that is not as it must be makes the whole undefined, for half a state would be a wrong one.
 */
export function parseSubscriberState(value: unknown): SubscriberState | undefined {
  if (!isRecord(value)) return undefined;
  const { attributes, subscriptionStartedAt, previousDecisions } = value;
  if (!isRecord(previousDecisions)) return undefined;
  const known = parseEach(attributes, parseAttribute);
  const rules = parseEach(previousDecisions["rules"], parseHistory);
  const offers = parseEach(previousDecisions["offers"], parseHistory);
  if (known === undefined || rules === undefined || offers === undefined) return undefined;
  const state = { attributes: known, previousDecisions: { rules, offers } };
  if (subscriptionStartedAt === undefined) return state;
  return isNumber(subscriptionStartedAt) ? { ...state, subscriptionStartedAt } : undefined;
}

/** Returns nothing when one of them is not as it must be. */
function parseEach<T>(
  value: unknown,
  parse: (entry: unknown) => T | undefined,
): Readonly<Record<string, T>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries: [string, T][] = [];
  for (const [name, entry] of Object.entries(value)) {
    const parsed = parse(entry);
    if (parsed === undefined) return undefined;
    entries.push([name, parsed]);
  }
  return Object.fromEntries(entries);
}

function parseAttribute(value: unknown): AttributeValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (isNumber(value)) return value;
  return Array.isArray(value) && value.every((entry) => typeof entry === "string")
    ? value
    : undefined;
}

function parseHistory(value: unknown): ExposureHistory | undefined {
  if (!isRecord(value)) return undefined;
  const { count, firstAt, lastAt, redeemedAt } = value;
  if (!isNumber(count) || !isNumber(firstAt) || !isNumber(lastAt)) return undefined;
  const history = { count, firstAt, lastAt };
  if (redeemedAt === undefined) return history;
  return isNumber(redeemedAt) ? { ...history, redeemedAt } : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
