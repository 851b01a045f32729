import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { BUILT_IN_ATTRIBUTES, CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { AttributeValue } from "@holdfast/flow/evaluate";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import { declaredAttributes } from "./attributes/declared-attributes.ts";
import { deriveAttributes, TENURE } from "./facts/derive-attributes.ts";
import type { DerivedAttribute } from "./facts/derive-attributes.ts";
import { NO_FACTS } from "./facts/subscription-facts.ts";
import { isComplete, periodsOf } from "./facts/subscription-periods.ts";
import { requirePlace } from "./require-place.ts";
import {
  requireOneName,
  resolveSubscribers,
  subscriptionsOfAccount,
} from "./resolve-subscriber.ts";
import type { ResolvedSubscriber } from "./resolve-subscriber.ts";
import { deriveState } from "./state/derive-state.ts";
import type { StoredSubscriber } from "./state/derive-state.ts";
import { readStored } from "./state/read-stored.ts";
import { teamAttributesAt } from "./state/team-attributes.ts";
import type { TeamAttribute } from "./state/team-attributes.ts";
import type { SubscribersMeans } from "./subscribers-means.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

type Found = RouteBody<typeof routes.findSubscriber>["subscriptions"][number];
type ShownAttribute = Found["attributes"][number];

/** The most subscriptions of an account that are shown. */
const MAX_SHOWN = 100;

const DAY_MS = 86_400_000;

/** Shows subscriptions as rules see them now, and why. */
export function findSubscriber({ database, idsOf }: SubscribersMeans): Implementation {
  const { queries } = database;
  return implement(routes.findSubscriber, async ({ params, body }, { now }) => {
    requireOneName("findSubscriber", body);
    await requirePlace(queries, params);
    const names = [body];
    const [who] = await resolveSubscribers(queries, params, {
      names,
      ids: await idsOf(params.app),
    });
    if (who === undefined) return { body: { subscriptions: [] } };
    const pseudonyms =
      who.by === "account"
        ? await subscriptionsOfAccount(queries, params, who.accountHash)
        : [who.pseudonym];
    const declared = await declaredAttributes(queries, params);
    const subscriptions: Found[] = [];
    for (const pseudonym of pseudonyms.slice(0, MAX_SHOWN)) {
      const stored = await readStored(queries, params, pseudonym);
      const times = await readTimes(queries, params, pseudonym);
      const shown = { stored: stored ?? { pseudonym, attributes: [] }, by: who.by, now };
      const isKnown = stored !== undefined;
      subscriptions.push({ ...shownOf(shown, [...declared.keys()]), ...times, isKnown });
    }
    return { body: { subscriptions } };
  });
}

async function readTimes(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
): Promise<Pick<Found, "firstSeenAt" | "updatedAt">> {
  const row = await queries
    .selectFrom("subscribers")
    .select(["first_seen_at", "updated_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  return row === undefined ? {} : { firstSeenAt: row.first_seen_at, updatedAt: row.updated_at };
}

function shownOf(
  { stored, by, now }: { stored: StoredSubscriber; by: ResolvedSubscriber["by"]; now: number },
  declared: readonly string[],
): Omit<Found, "isKnown"> {
  const { pseudonym, facts = NO_FACTS, attributes } = stored;
  const { rules, offers } = deriveState(stored, now).previousDecisions;
  const stated = teamAttributesAt(attributes, { pseudonym, now });
  const derived = deriveAttributes(facts, now);
  const custom = [...new Set([...declared, ...stated.keys()])].sort();
  return {
    pseudonym,
    resolvedBy: by,
    isHistoryWhole: isComplete(facts, periodsOf(facts)),
    attributes: [
      ...[...BUILT_IN_ATTRIBUTES]
        .filter(([, { source }]) => source === "stored")
        .map(([name]) => builtIn(name, derived.get(name), now)),
      ...custom.map((name) => ofTeam(name, stated.get(name), pseudonym)),
    ],
    previousDecisions: { rules: { ...rules }, offers: { ...offers } },
  };
}

function builtIn(
  name: string,
  attribute: DerivedAttribute | undefined,
  now: number,
): ShownAttribute {
  if (attribute === undefined) return { name, knowledge: "unknown" };
  const { value, source, signedDate } = attribute;
  const said = { name, source, asOf: signedDate };
  if (value === null) return { ...said, knowledge: "absent" };
  const isTenure = name === TENURE && typeof value === "number";
  const shown = isTenure ? Math.max(0, Math.floor((now - value) / DAY_MS)) : writable(value);
  return { ...said, knowledge: "known", value: shown };
}

function ofTeam(
  plainName: string,
  attribute: TeamAttribute | undefined,
  pseudonym: string,
): ShownAttribute {
  const name = `${CUSTOM_ATTRIBUTE_PREFIX}${plainName}`;
  if (attribute === undefined) return { name, knowledge: "unknown" };
  const { owner, value, setAt, expiresAt } = attribute;
  return {
    name,
    knowledge: "known",
    value: writable(value),
    source: "team",
    asOf: setAt,
    ...(expiresAt === null ? {} : { expiresAt }),
    isForAccount: owner !== pseudonym,
  };
}

/** The API's types want a list they might change. */
function writable(value: AttributeValue): Exclude<AttributeValue, readonly string[]> | string[] {
  // A list of texts is the one value that is an object.
  return typeof value === "object" && value !== null ? [...value] : value;
}
