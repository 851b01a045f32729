import { fromJsonText } from "../../storage/index.ts";
import type { Transaction } from "../../storage/index.ts";
import { readErasures } from "../erased-before.ts";
import type { SubscriptionIds } from "../subscription-ids.ts";
import type { SubscriptionNews } from "../subscription-news.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";
import { NO_STATES } from "../touched-states.ts";
import type { TouchedStates } from "../touched-states.ts";
import { writeAttributes } from "./write-attributes.ts";

/** Owners of one statement. */
const OWNERS = 1000;

/**
 * Gives subscriptions the attributes that the team sent for one of their later transactions before anybody
 * knew whose that is: they were kept as if it began a subscription of its own. Those that were said before
 * the subscription was erased go. Returns whose states are others now.
 */
export async function moveAttributes(
  { queries }: Transaction,
  place: SubscriptionPlace,
  { news, ids }: { readonly news: readonly SubscriptionNews[]; readonly ids: SubscriptionIds },
): Promise<TouchedStates> {
  const { app, environment } = place;
  const moves = movesOf(news, ids);
  let touched = NO_STATES;
  const owners = [...moves.keys()].sort();
  for (let from = 0; from < owners.length; from += OWNERS) {
    const batch = owners.slice(from, from + OWNERS);
    const rows = await queries
      .selectFrom("subscriber_attributes")
      .select(["owner", "name", "value", "set_at", "expires_at"])
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("owner", "in", batch)
      .execute();
    if (rows.length === 0) continue;
    const erasures = await readErasures(queries, place, [...new Set(moves.values())]);
    const statements = rows.flatMap(({ owner, name, value, set_at, expires_at }) => {
      const to = moves.get(owner);
      if (to === undefined || set_at <= (erasures.get(to) ?? -1)) return [];
      const expiresAt = expires_at ?? undefined;
      return [{ owner: to, name, value: fromJsonText(value), setAt: set_at, expiresAt }];
    });
    await writeAttributes(queries, place, statements);
    await queries
      .deleteFrom("subscriber_attributes")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where(
        "owner",
        "in",
        rows.map(({ owner }) => owner),
      )
      .execute();
    touched = {
      changed: [...touched.changed, ...statements.map(({ owner }) => owner)],
      gone: [...touched.gone, ...rows.map(({ owner }) => owner)],
    };
  }
  return touched;
}

/** What subscriptions would be called if their later transactions began them → what they are called. */
function movesOf(
  news: readonly SubscriptionNews[],
  ids: SubscriptionIds,
): ReadonlyMap<string, string> {
  const moves = new Map<string, string>();
  for (const { transaction, pseudonym } of news) {
    if (transaction?.transactionId === undefined) continue;
    if (transaction.transactionId === transaction.originalTransactionId) continue;
    moves.set(ids.pseudonymOf(transaction.transactionId), pseudonym);
  }
  return moves;
}
