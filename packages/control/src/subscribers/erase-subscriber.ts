import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { readApp } from "../apps/index.ts";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { whileBusy } from "../storage/index.ts";
import type { Transaction } from "../storage/index.ts";
import {
  requireOneName,
  resolveSubscribers,
  subscriptionsOfAccount,
} from "./resolve-subscriber.ts";
import type { ResolvedSubscriber } from "./resolve-subscriber.ts";
import type { ErasedRows, SubscribersMeans } from "./subscribers-means.ts";
import type { SubscriptionIds } from "./subscription-ids.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

type Erasure = RouteBody<typeof routes.eraseSubscriber>;

/** In the order in which whoever writes for several places does. */
const BOTH: readonly FlowEnvironment[] = ["production", "sandbox"];

/** Forgets a subscription, or all of an account, with every feature's rows of it in one transaction. */
export function eraseSubscriber(means: SubscribersMeans): Implementation {
  const { database, idsOf } = means;
  return implement(routes.eraseSubscriber, async ({ params: { app }, body }, { change, now }) => {
    requireOneName("eraseSubscriber", body);
    await readApp(database.queries, app);
    const ids = await idsOf(app);
    const environments = body.environment === undefined ? BOTH : [body.environment];
    const erase: Parameters<typeof change>[0] = async (transaction) => {
      const subscriptions = new Set<string>();
      const deleted: Erasure["deleted"] = [];
      const targets = new Set<string>();
      for (const environment of environments) {
        const place = { app, environment };
        const names = [body];
        const [who] = await resolveSubscribers(transaction.queries, place, { names, ids });
        if (who === undefined) continue;
        const erased = await eraseIn(means, transaction, { place, who, ids, now });
        for (const pseudonym of erased.pseudonyms) subscriptions.add(pseudonym);
        targets.add(who.by === "account" ? who.accountHash : who.pseudonym);
        deleted.push(...rowsOf(environment, erased.rows));
      }
      const rows = deleted.reduce((sum, one) => sum + one.rows, 0);
      for (const target of new Set([...targets, ...subscriptions])) {
        await transaction.audit({
          target,
          summary: `erased what was stored of ${target}, ${rows} rows in all`,
          ...(body.environment === undefined ? {} : { environment: body.environment }),
        });
      }
      return { body: { subscriptions: [...subscriptions], deleted } };
    };
    return whileBusy(() => change(erase));
  });
}

interface ErasedSubject {
  readonly place: SubscriptionPlace;
  readonly who: ResolvedSubscriber;
  readonly ids: SubscriptionIds;
  readonly now: number;
}

interface Erased {
  readonly pseudonyms: readonly string[];
  readonly rows: ErasedRows;
}

async function eraseIn(
  { erasures }: SubscribersMeans,
  transaction: Transaction,
  { place, who, ids, now }: ErasedSubject,
): Promise<Erased> {
  const { queries } = transaction;
  const pseudonyms =
    who.by === "account"
      ? await subscriptionsOfAccount(queries, place, who.accountHash)
      : [who.pseudonym];
  const names = [...new Set([...pseudonyms, ...calledBefore(who, ids)])].sort();
  const accountHash = who.by === "account" ? who.accountHash : undefined;
  const erased = { ...place, pseudonyms: names, accountHash, now };
  let rows: ErasedRows = {};
  for (const erase of erasures) rows = added(rows, await erase(transaction, erased));
  return { pseudonyms, rows };
}

/** What a later transaction was called before it was known whose it is: something may still wait for it. */
function calledBefore(who: ResolvedSubscriber, ids: SubscriptionIds): readonly string[] {
  return who.by === "knownTransaction" ? [ids.pseudonymOf(who.rawId)] : [];
}

function added(rows: ErasedRows, more: ErasedRows): ErasedRows {
  const names = [...new Set([...Object.keys(rows), ...Object.keys(more)])];
  return Object.fromEntries(names.map((name) => [name, (rows[name] ?? 0) + (more[name] ?? 0)]));
}

function rowsOf(environment: FlowEnvironment, rows: ErasedRows): Erasure["deleted"] {
  return Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ environment, what, rows: count }));
}
