import type { SnapshotHistory, SnapshotProduct } from "../snapshot/snapshot.ts";
import { WEEKDAYS } from "./attributes.ts";
import type { AttributeType } from "./attributes.ts";
import { DAY_MS } from "./cooldown.ts";
import type { AttributeReader, EvaluationContext } from "./prepared-snapshot.ts";
import type { AttributeValue, ExposureHistory, Subject, SubscriberState } from "./subject.ts";

/** A reader of what the request or the catalog says. */
const READERS: ReadonlyMap<string, AttributeReader> = new Map<string, AttributeReader>([
  ["productId", ({ subject }) => subject.productId],
  ["environment", ({ subject }) => subject.environment],
  ["appAppleId", ({ subject }) => subject.appAppleId],
  ["locale", ({ locale }) => locale?.tag],
  ["locale.language", ({ locale }) => locale?.language],
  ["locale.region", ({ locale }) => (locale === undefined ? undefined : (locale.region ?? null))],
  ["requestedAt", ({ subject }) => subject.requestedAt],
  ["requestedAt.day", ({ subject }) => new Date(subject.requestedAt).getUTCDate()],
  ["requestedAt.hour", ({ subject }) => new Date(subject.requestedAt).getUTCHours()],
  ["requestedAt.weekday", ({ subject }) => WEEKDAYS[new Date(subject.requestedAt).getUTCDay()]],
  ["subscriptionGroup", (context) => productOf(context)?.subscriptionGroup],
  ["productPeriod", (context) => productOf(context)?.period],
  ["productLevel", (context) => productOf(context)?.level],
  ["subscription.tenureDays", readTenureDays],
]);

/**
 * Returns the reader of an attribute. A stored value of another type than the attribute's is
 * unknown: nothing can be concluded from it.
 */
export function attributeReader(name: string, type: AttributeType): AttributeReader {
  return READERS.get(name) ?? (({ subject }) => storedValue(subject, name, type));
}

/** Returns the reader of a rule's or an offer's history. */
export function historyReader({ of, name, measure }: SnapshotHistory): AttributeReader {
  return ({ subject }) => {
    const history = historyOf(subject, of, name);
    if (history === undefined) return undefined;
    if (measure === "count") return history?.count ?? 0;
    if (history === null) return null;
    if (measure === "lastAt") return history.lastAt;
    return Math.max(0, Math.floor((subject.requestedAt - history.lastAt) / DAY_MS));
  };
}

/**
 * Returns the history of a rule or an offer with this subscriber: `null` when there is none,
 * `undefined` when it is unknown.
 */
export function historyOf(
  { subscriber }: Subject,
  of: "rule" | "offer",
  name: string,
): ExposureHistory | null | undefined {
  if (subscriber.status === "unavailable") return undefined;
  if (subscriber.status === "notFound") return null;
  const { rules, offers } = subscriber.state.previousDecisions;
  return ownValue(of === "rule" ? rules : offers, name) ?? null;
}

function productOf({ prepared, subject }: EvaluationContext): SnapshotProduct | undefined {
  return prepared.products.get(subject.productId);
}

function stateOf({ subscriber }: Subject): SubscriberState | undefined {
  return subscriber.status === "found" ? subscriber.state : undefined;
}

function readTenureDays({ subject }: EvaluationContext): AttributeValue | undefined {
  const startedAt = stateOf(subject)?.subscriptionStartedAt;
  if (startedAt === undefined) return storedValue(subject, "subscription.tenureDays", "number");
  return Math.max(0, Math.floor((subject.requestedAt - startedAt) / DAY_MS));
}

function storedValue(
  subject: Subject,
  name: string,
  type: AttributeType,
): AttributeValue | undefined {
  const attributes = stateOf(subject)?.attributes;
  const value = attributes === undefined ? undefined : ownValue(attributes, name);
  if (value === undefined || value === null) return value;
  return hasType(value, type) ? value : undefined;
}

function hasType(value: AttributeValue, type: AttributeType): boolean {
  if (type === "strings") return Array.isArray(value);
  if (type === "date" || type === "number") return Number.isFinite(value);
  return typeof value === type;
}

/** Reads an own property, so that no name reaches a prototype. */
function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
