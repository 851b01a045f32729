import { fromJsonText, readRows } from "../../storage/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";
import type { StoredSubscriber } from "./derive-state.ts";
import { teamAttributeOf } from "./team-attributes.ts";

/**
 * Returns all that is stored of subscriptions, by pseudonym; those of which that is nothing are not there.
 * What `readStored` returns for each, by three statements for all of them.
 *
 * @param pseudonyms - each once, some hundreds: a state may have as many KB as all of its attributes
 */
export async function readManyStored(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, StoredSubscriber>> {
  const where = { app, environment };
  const subscribers = await readRows(queries, {
    table: "subscribers",
    columns: ["pseudonym", "facts", "account_hash"],
    where,
    by: "pseudonym",
    values: pseudonyms,
  });
  const histories = await readRows(queries, {
    table: "subscriber_histories",
    columns: ["pseudonym", "exposures"],
    where,
    by: "pseudonym",
    values: pseudonyms,
  });
  const accounts = subscribers.flatMap(({ account_hash }) => account_hash ?? []);
  const attributes = await readRows(queries, {
    table: "subscriber_attributes",
    columns: ["owner", "name", "value", "set_at", "expires_at"],
    where,
    by: "owner",
    values: [...pseudonyms, ...accounts],
  });
  const told = new Map(subscribers.map((row) => [row.pseudonym, row]));
  const answered = new Map(histories.map((row) => [row.pseudonym, row]));
  const stated = Map.groupBy(attributes.map(teamAttributeOf), ({ owner }) => owner);
  return new Map(
    pseudonyms.flatMap((pseudonym) => {
      const [subscriber, history] = [told.get(pseudonym), answered.get(pseudonym)];
      const owners = new Set([pseudonym, subscriber?.account_hash ?? pseudonym]);
      const said = [...owners].flatMap((owner) => stated.get(owner) ?? []);
      if (subscriber === undefined && history === undefined && said.length === 0) return [];
      const stored: StoredSubscriber = {
        pseudonym,
        facts: subscriber && fromJsonText(subscriber.facts),
        exposures: history && fromJsonText(history.exposures),
        attributes: said,
      };
      return [[pseudonym, stored]];
    }),
  );
}
