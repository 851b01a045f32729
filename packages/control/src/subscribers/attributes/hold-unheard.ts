import { insertNew } from "../../storage/index.ts";
import type { Transaction } from "../../storage/index.ts";
import type { ResolvedSubscriber } from "../resolve-subscriber.ts";
import type { SubscriptionIds } from "../subscription-ids.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";
import { deleteOwners } from "../update-subscribers.ts";

/**
 * Has whoever tells whose transactions are, of which that is not known yet, wait until this transaction ends,
 * or waits for him: what is said of such a transaction is moved once it is known, and must be there by then.
 * Returns whether somebody told meanwhile, so that they are to be resolved again.
 */
export async function holdUnheard(
  transaction: Transaction,
  place: SubscriptionPlace,
  {
    resolved,
    ids,
  }: { readonly resolved: readonly ResolvedSubscriber[]; readonly ids: SubscriptionIds },
): Promise<boolean> {
  const rows = resolved.flatMap((one) =>
    one.by === "assumedOriginal"
      ? [
          {
            app: place.app,
            environment: place.environment,
            transaction_hash: ids.transactionHashOf(one.rawId),
            pseudonym: one.pseudonym,
          },
        ]
      : [],
  );
  if (rows.length === 0) return false;
  const keys = ["app", "environment", "transaction_hash"] as const;
  const held = await insertNew(transaction, { table: "transaction_owners", rows, keys });
  const hashes = held.map(({ transaction_hash }) => transaction_hash);
  if (hashes.length > 0) await deleteOwners(transaction.queries, place, hashes);
  return held.length < new Set(rows.map(({ transaction_hash }) => transaction_hash)).size;
}
