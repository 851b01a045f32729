import type { Queries, Transaction } from "../storage/index.ts";
import { enqueueJob } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { daysHeld } from "./days-held.ts";

/** The job that deletes the decisions of a deleted app. */
export const FORGET_APP_JOB = "decisions.forgetApp";

/**
 * Deletes the decisions of a subscription, with the sealed ids in them; the counts, which name nobody, stay.
 * Returns how many there were.
 */
export async function eraseDecisionsOf(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
): Promise<number> {
  const days = await daysHeld(queries, { app, environment });
  if (days.length === 0) return 0;
  const { numDeletedRows } = await queries
    .deleteFrom("decisions")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", "in", days)
    .where("pseudonym", "=", pseudonym)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/**
 * Returns what has the decisions of an app deleted after it, by a job: there may be millions of them. The
 * counts go with the app itself.
 */
export function deleteDecisionsOfApp({
  ids,
  now,
}: {
  readonly ids: () => string;
  readonly now: () => number;
}): (queries: Queries, app: string) => Promise<void> {
  return async (queries, app) => {
    const at = now();
    const payload = { app, before: at };
    await enqueueJob({ queries }, { id: ids(), kind: FORGET_APP_JOB, payload, dueAt: at, now: at });
  };
}
