import type { SubscriberState } from "@holdfast/flow/evaluate";
import { fromJsonText } from "../../storage/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";
import { deriveState } from "./derive-state.ts";
import type { StoredSubscriber } from "./derive-state.ts";
import { teamAttributeOf } from "./team-attributes.ts";

/**
 * Returns the state of a subscription as rules see it at `now`, milliseconds since 1970; undefined where there
 * is none. Three statements, each for rows by their whole key.
 */
export async function readSubscriberState(
  queries: Queries,
  place: SubscriptionPlace,
  { pseudonym, now }: { readonly pseudonym: string; readonly now: number },
): Promise<SubscriberState | undefined> {
  const stored = await readStored(queries, place, pseudonym);
  return stored === undefined ? undefined : deriveState(stored, now);
}

/** Returns all that is stored of a subscription; undefined where that is nothing. */
export async function readStored(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
): Promise<StoredSubscriber | undefined> {
  const subscriber = await queries
    .selectFrom("subscribers")
    .select(["facts", "account_hash"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  const history = await queries
    .selectFrom("subscriber_histories")
    .select("exposures")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  const account = subscriber?.account_hash ?? pseudonym;
  const attributes = await queries
    .selectFrom("subscriber_attributes")
    .select(["owner", "name", "value", "set_at", "expires_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("owner", "in", [pseudonym, account])
    .execute();
  if (subscriber === undefined && history === undefined && attributes.length === 0) {
    return undefined;
  }
  return {
    pseudonym,
    facts: subscriber && fromJsonText(subscriber.facts),
    exposures: history && fromJsonText(history.exposures),
    attributes: attributes.map(teamAttributeOf),
  };
}
