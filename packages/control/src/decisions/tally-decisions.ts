import { createHash } from "node:crypto";
import { HISTORY_ATTRIBUTE } from "@holdfast/flow/evaluate";
import type { ResolvedResponse, SubscriberLookup } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { DecisionCountsTable } from "./tables.ts";

/** What decisions are counted by. */
type CountedBy = Omit<DecisionCountsTable, "app" | "environment" | "count">;

/** How many there were of one kind. */
interface Tally<Of> {
  readonly of: Of;
  count: number;
}

/** How often an attribute was known on a day. */
interface AttributeTally {
  readonly day: number;
  readonly attribute: string;
  known: number;
  absent: number;
}

/** The counts of decisions of one place, each list in the order of its keys. */
export interface DecisionTallies {
  readonly counts: readonly Tally<CountedBy>[];
  readonly lookups: readonly Tally<{ readonly day: number; readonly ending: string }>[];
  readonly attributes: readonly AttributeTally[];
}

/** A day, ms. */
export const DAY_MS = 86_400_000;

/** The attribute that is known wherever an instant is, from which it is computed. */
const TENURE_ATTRIBUTE = "subscription.tenureDays";

/** Returns when the UTC day of a moment begins. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** Counts decisions of one place. */
export function tallyDecisions(records: readonly DecisionRecord[]): DecisionTallies {
  const counts = new Map<string, Tally<CountedBy>>();
  const lookups = new Map<string, DecisionTallies["lookups"][number]>();
  const attributes = new Map<string, AttributeTally>();
  for (const record of records) {
    const day = dayOf(record.requestedAt);
    countOne(counts, record, day);
    const { subscriber } = record.subject;
    const ending = endingOf(subscriber);
    addOne(lookups, sortable(day, ending), () => ({ day, ending }));
    for (const { attribute, isAbsent } of knownOf(subscriber)) {
      const key = sortable(day, attribute);
      const tally = attributes.get(key) ?? { day, attribute, known: 0, absent: 0 };
      attributes.set(key, tally);
      tally.known += isAbsent ? 0 : 1;
      tally.absent += isAbsent ? 1 : 0;
    }
  }
  return { counts: sorted(counts), lookups: sorted(lookups), attributes: sorted(attributes) };
}

function countOne(
  counts: Map<string, Tally<CountedBy>>,
  record: DecisionRecord,
  day: number,
): void {
  const { rule = "", experiment, delivered, deviation = "" } = record;
  const dimensions = {
    snapshot: record.snapshot,
    source: record.source,
    rule,
    experiment: experiment?.key ?? "",
    arm: experiment?.arm ?? "",
    kind: delivered?.kind ?? "",
    message: delivered !== undefined && "message" in delivered ? delivered.message : "",
    offer: offerOf(delivered),
    deviation,
  };
  const text = sortable(day, JSON.stringify(Object.values(dimensions)));
  addOne(counts, text, () => {
    const key = createHash("sha256").update(text).digest("base64url");
    return { day, key, ...dimensions };
  });
}

function addOne<Of>(tallies: Map<string, Tally<Of>>, key: string, of: () => Of): void {
  const known = tallies.get(key);
  if (known === undefined) tallies.set(key, { of: of(), count: 1 });
  else known.count += 1;
}

/** A day is of one length until the year 2286. */
function sortable(day: number, text: string): string {
  return `${String(day).padStart(16, "0")} ${text}`;
}

function sorted<Value>(map: ReadonlyMap<string, Value>): readonly Value[] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}

function offerOf(delivered: ResolvedResponse | undefined): string {
  if (delivered?.kind === "promotionalOffer") {
    return `${delivered.productId}/${delivered.offerIdentifier}`;
  }
  return delivered?.kind === "alternateProduct" ? delivered.productId : "";
}

function endingOf(subscriber: SubscriberLookup): string {
  return subscriber.status === "unavailable" ? subscriber.reason : subscriber.status;
}

interface KnownAttribute {
  readonly attribute: string;
  readonly isAbsent: boolean;
}

const HISTORY: KnownAttribute = { attribute: HISTORY_ATTRIBUTE, isAbsent: false };

/** What a lookup made known. History is known wherever a lookup succeeded, if only as empty. */
function knownOf(subscriber: SubscriberLookup): readonly KnownAttribute[] {
  if (subscriber.status === "unavailable") return [];
  if (subscriber.status === "notFound") return [HISTORY];
  const { attributes, subscriptionStartedAt } = subscriber.state;
  const stored = Object.entries(attributes).map(([attribute, value]) => ({
    attribute,
    isAbsent: value === null,
  }));
  if (subscriptionStartedAt === undefined) return [HISTORY, ...stored];
  return [
    HISTORY,
    { attribute: TENURE_ATTRIBUTE, isAbsent: false },
    ...stored.filter(({ attribute }) => attribute !== TENURE_ATTRIBUTE),
  ];
}
