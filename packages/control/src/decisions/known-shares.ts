import type { RouteBody, routes } from "@holdfast/api";
import { BUILT_IN_ATTRIBUTES, HISTORY_ATTRIBUTE } from "@holdfast/flow/evaluate";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/subscription-place.ts";
import type { Days } from "./count-decisions.ts";
import { dayOf } from "./tally-decisions.ts";

/** What was known of subscribers, as the API shows it. */
export type KnownSharesBody = RouteBody<typeof routes.readKnownShares>;

type Lookup = KnownSharesBody["lookups"][number];

/** What the language itself knows of subscribers. */
const STORED: readonly string[] = [
  ...[...BUILT_IN_ATTRIBUTES].filter(([, { source }]) => source === "stored").map(([name]) => name),
  HISTORY_ATTRIBUTE,
];

const MAX_ATTRIBUTES = 1900;

/** Fewer requests than these say nothing about how often an attribute is known. */
const ENOUGH_REQUESTS = 100;

/** How many days flows are judged by. */
const JUDGED_MS = 7 * 86_400_000;

/** Returns what was known of subscribers on some days, from the counts alone. */
export async function readKnownShares(
  queries: Queries,
  place: SubscriptionPlace,
  days: Days,
): Promise<KnownSharesBody> {
  const lookups = await countLookups(queries, place, days);
  const { requests, needed, inTime } = sharesOf(lookups);
  const counts = await countAttributes(queries, place, days);
  const names = new Set([...STORED, ...counts.keys()]);
  const attributes = [...names].map((attribute) => {
    const { known = 0, absent = 0 } = counts.get(attribute) ?? {};
    const unknown = Math.max(0, needed - known - absent);
    const share = needed === 0 ? 0 : Math.min(1, (known + absent) / needed);
    return { attribute, known, absent, unknown, share };
  });
  return {
    requests,
    needed,
    inTime,
    lookups: [...lookups],
    hosts: await countHosts(queries, place, days),
    attributes,
  };
}

/** How many there were, needed to know the subscriber, and knew in time. */
function sharesOf(lookups: readonly Lookup[]) {
  const countOf = (endings: readonly Lookup["ending"][]): number =>
    lookups
      .filter(({ ending }) => endings.includes(ending))
      .reduce((sum, { count }) => sum + count, 0);
  const requests = lookups.reduce((sum, { count }) => sum + count, 0);
  return {
    requests,
    needed: requests - countOf(["notNeeded"]),
    inTime: countOf(["found", "notFound"]),
  };
}

type HostShares = KnownSharesBody["hosts"][number];

async function countHosts(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { first, last }: Days,
): Promise<HostShares[]> {
  const rows = await queries
    .selectFrom("lookup_days")
    .select(["host", "ending"])
    .select((row) => row.fn.sum<number>("count").as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", first)
    .where("day", "<=", last)
    .groupBy(["host", "ending"])
    .orderBy("host")
    .orderBy("ending")
    .execute();
  return [...Map.groupBy(rows, ({ host }) => host)].map(([host, counted]) => {
    // Only endings of a parsed record are counted.
    const lookups = counted.map(({ ending, count }) => ({ ending, count })) as Lookup[];
    return Object.assign({ host, lookups }, sharesOf(lookups));
  });
}

/**
 * Returns for which share of the last seven days' requests each attribute was known, by its name, as flows
 * are validated with; undefined where too few requests needed a lookup to tell.
 */
export async function recentKnownShares(
  queries: Queries,
  place: SubscriptionPlace,
  now: number,
): Promise<Readonly<Record<string, number>> | undefined> {
  const days = { first: dayOf(now - JUDGED_MS), last: dayOf(now) };
  const { needed, attributes } = await readKnownShares(queries, place, days);
  if (needed < ENOUGH_REQUESTS) return undefined;
  return Object.fromEntries(attributes.map(({ attribute, share }) => [attribute, share]));
}

async function countLookups(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { first, last }: Days,
): Promise<readonly Lookup[]> {
  const rows = await queries
    .selectFrom("decision_lookups")
    .select("ending")
    .select((row) => row.fn.sum<number>("count").as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", first)
    .where("day", "<=", last)
    .groupBy("ending")
    .orderBy("ending")
    .execute();
  // Only endings of a parsed record are counted.
  return rows as readonly Lookup[];
}

type AttributeCount = Partial<Readonly<Record<"known" | "absent", number>>>;

async function countAttributes(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { first, last }: Days,
): Promise<ReadonlyMap<string, AttributeCount>> {
  const rows = await queries
    .selectFrom("attribute_counts")
    .select("attribute")
    .select((row) => row.fn.sum<number>("known").as("known"))
    .select((row) => row.fn.sum<number>("absent").as("absent"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", first)
    .where("day", "<=", last)
    .groupBy("attribute")
    .orderBy("attribute")
    .limit(MAX_ATTRIBUTES)
    .execute();
  return new Map(rows.map(({ attribute, ...count }) => [attribute, count]));
}
