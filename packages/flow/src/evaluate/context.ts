import { hashOf } from "./bucketing.ts";
import type { BucketLayer } from "./bucketing.ts";
import { parseLocale } from "./locale.ts";
import { UNREAD } from "./prepared-snapshot.ts";
import type {
  EvaluationContext,
  PreparedAttribute,
  PreparedSnapshot,
} from "./prepared-snapshot.ts";
import type { AttributeValue, Subject } from "./subject.ts";

/** Starts one evaluation. */
export function createContext(prepared: PreparedSnapshot, subject: Subject): EvaluationContext {
  return {
    prepared,
    subject,
    locale: parseLocale(subject.userLocale),
    values: unreadSlots(prepared.attributeCount),
    hashes: [],
    hashesBySalt: new Map(),
  };
}

/** A plain loop: it is the fastest for the handful of attributes a flow tests. */
function unreadSlots(count: number): unknown[] {
  const slots: unknown[] = [];
  for (let slot = 0; slot < count; slot += 1) slots.push(UNREAD);
  return slots;
}

/** Returns an attribute's value, read at most once per evaluation: `undefined` is unknown. */
export function valueOf(
  attribute: PreparedAttribute,
  context: EvaluationContext,
): AttributeValue | undefined {
  if (attribute.slot < 0) return attribute.read(context);
  const kept = context.values[attribute.slot];
  // A slot holds what its own reader returned, or UNREAD.
  if (kept !== UNREAD) return kept as AttributeValue | undefined;
  const value = attribute.read(context);
  context.values[attribute.slot] = value;
  return value;
}

/** Returns the subject's hash in one layer and keeps it among the evaluation's hashes. */
export function hashIn(
  context: EvaluationContext,
  {
    layer,
    key,
    salt,
  }: { readonly layer: BucketLayer; readonly key: string; readonly salt: string },
): number {
  const kept = context.hashesBySalt.get(salt);
  if (kept !== undefined) return kept;
  const hash = hashOf(salt, context.subject.originalTransactionId);
  context.hashesBySalt.set(salt, hash);
  context.hashes.push({ layer, key, hash });
  return hash;
}
