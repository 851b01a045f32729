import { createHash } from "node:crypto";
import { HISTORY_ATTRIBUTE } from "@holdfast/flow/evaluate";
import type { ResolvedResponse, SubscriberLookup } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { countedHost } from "./senders/counted-host.ts";
import type { CountedHost } from "./senders/tables.ts";
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
  readonly hosts: readonly Tally<HostEnding>[];
  readonly attributes: readonly AttributeTally[];
}

/** How lookups ended on a kind of host on a day. */
interface HostEnding {
  readonly day: number;
  readonly host: CountedHost;
  readonly ending: string;
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
  const days = new Map<number, TalliesOfDay>();
  for (const record of records) {
    const day = dayOf(record.requestedAt);
    const tallies = days.get(day) ?? {
      counts: new Map(),
      lookups: new Map(),
      hosts: new Map(),
      attributes: new Map(),
    };
    days.set(day, tallies);
    countOne(tallies.counts, record, day);
    const { subscriber } = record.subject;
    const ending = endingOf(subscriber);
    addOne(tallies.lookups, ending, () => ({ day, ending }));
    const host = countedHost(record.host);
    addOne(tallies.hosts, `${host} ${ending}`, () => ({ day, host, ending }));
    countKnown(tallies.attributes, subscriber, day);
  }
  const ofDays = [...days].sort(([one], [other]) => one - other).map(([, tallies]) => tallies);
  return {
    counts: ofDays.flatMap(({ counts }) => sorted(counts)),
    lookups: ofDays.flatMap(({ lookups }) => sorted(lookups)),
    hosts: ofDays.flatMap(({ hosts }) => sorted(hosts)),
    attributes: ofDays.flatMap(({ attributes }) => sorted(attributes)),
  };
}

/** By what tells them apart on a day. */
interface TalliesOfDay {
  readonly counts: Map<string, Tally<CountedBy>>;
  readonly lookups: Map<string, DecisionTallies["lookups"][number]>;
  readonly hosts: Map<string, DecisionTallies["hosts"][number]>;
  readonly attributes: Map<string, AttributeTally>;
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
    message: messageOf(delivered),
    offer: offerOf(delivered),
    deviation,
  };
  const values = Object.values(dimensions);
  // None of them has a control character.
  addOne(counts, values.join("\0"), () => {
    const key = createHash("sha256")
      .update(sortable(day, JSON.stringify(values)))
      .digest("base64url");
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

/** By its kind: a response that has none may have anything under that name. */
function messageOf(delivered: ResolvedResponse | undefined): string {
  return delivered === undefined || delivered.kind === "deferToApple" ? "" : delivered.message;
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

/** What a lookup made known. History is known wherever a lookup succeeded, if only as empty. */
function countKnown(
  attributes: Map<string, AttributeTally>,
  subscriber: SubscriberLookup,
  day: number,
): void {
  if (subscriber.status === "unavailable") return;
  const add = (attribute: string, isAbsent: boolean): void => {
    const tally = attributes.get(attribute) ?? { day, attribute, known: 0, absent: 0 };
    if (tally.known + tally.absent === 0) attributes.set(attribute, tally);
    tally.known += isAbsent ? 0 : 1;
    tally.absent += isAbsent ? 1 : 0;
  };
  add(HISTORY_ATTRIBUTE, false);
  if (subscriber.status === "notFound") return;
  const { attributes: stored, subscriptionStartedAt } = subscriber.state;
  const isTenureKnown = subscriptionStartedAt !== undefined;
  if (isTenureKnown) add(TENURE_ATTRIBUTE, false);
  for (const [attribute, value] of Object.entries(stored)) {
    if (!isTenureKnown || attribute !== TENURE_ATTRIBUTE) add(attribute, value === null);
  }
}
