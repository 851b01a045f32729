import { routes } from "@holdfast/api";
import { implement } from "../../http/index.ts";
import type { Implementation } from "../../http/index.ts";
import { whileBusy } from "../../storage/index.ts";
import type { Transaction } from "../../storage/index.ts";
import { resolveSubscribers } from "../resolve-subscriber.ts";
import type { ResolvedSubscriber } from "../resolve-subscriber.ts";
import { requirePlace } from "../require-place.ts";
import type { SubscribersMeans } from "../subscribers-means.ts";
import { checkEntry } from "./check-entry.ts";
import type { AttributeEntry, EntryProblem } from "./check-entry.ts";
import { declaredAttributes } from "./declared-attributes.ts";
import { holdUnheard } from "./hold-unheard.ts";
import { writeAttributes } from "./write-attributes.ts";
import type { TeamStatement } from "./write-attributes.ts";

/** An entry that is stored, and which one of the request it is. */
interface GoodEntry {
  readonly index: number;
  readonly entry: AttributeEntry;
}

/**
 * Stores what the team says of subscribers. Not in the audit log: it comes by the thousand, and each row has
 * as of when it holds.
 */
export function putAttributes(means: SubscribersMeans): Implementation {
  const { database, idsOf, wantStatuses, markStates } = means;
  return implement(routes.putAttributes, async ({ params, body: { entries } }, { now }) => {
    await requirePlace(database.queries, params);
    const declared = await declaredAttributes(database.queries, params);
    const problems: ({ readonly index: number } & EntryProblem)[] = [];
    const good: GoodEntry[] = [];
    for (const [index, entry] of entries.entries()) {
      const problem = checkEntry(entry, { declared, now });
      if (problem === undefined) good.push({ index, entry });
      else problems.push({ index, ...problem });
    }
    const ids = await idsOf(params.app);
    const store = async (transaction: Transaction) => {
      const { queries } = transaction;
      const names = good.map(({ entry }) => entry);
      let resolved = await resolveSubscribers(queries, params, { names, ids });
      if (await holdUnheard(transaction, params, { resolved, ids })) {
        resolved = await resolveSubscribers(queries, params, { names, ids });
      }
      await writeAttributes(
        queries,
        params,
        good.flatMap(({ entry }, at) => statementsOf(entry, resolved[at], now)),
      );
      await markStates(transaction, params, {
        changed: resolved.flatMap((one) => (one.by === "account" ? [] : [one.pseudonym])),
        accounts: resolved.flatMap((one) => (one.by === "account" ? [one.accountHash] : [])),
      });
      const unheard = good.flatMap(({ index }, at) => {
        const one = resolved[at];
        return one?.by === "assumedOriginal" ? [{ index, ...one }] : [];
      });
      const wanted = new Map(unheard.map(({ pseudonym, rawId }) => [pseudonym, rawId]));
      await wantStatuses(
        transaction,
        params,
        [...wanted].map(([pseudonym, rawId]) => ({
          pseudonym,
          sealedId: ids.seal(params, pseudonym, rawId),
          reason: "import",
        })),
      );
      return unheard.map(({ index }) => index);
    };
    const assumed = await whileBusy(() => database.transaction(store));
    return { body: { stored: good.length, assumed, problems } };
  });
}

function statementsOf(
  { attributes, asOf, expiresAt, ttlSeconds }: AttributeEntry,
  subscriber: ResolvedSubscriber | undefined,
  now: number,
): readonly TeamStatement[] {
  if (subscriber === undefined) return [];
  const owner = subscriber.by === "account" ? subscriber.accountHash : subscriber.pseudonym;
  const until = ttlSeconds === undefined ? expiresAt : now + ttlSeconds * 1000;
  return Object.entries(attributes).map(([name, value]) => ({
    owner,
    name,
    value,
    setAt: asOf ?? now,
    expiresAt: until,
  }));
}
