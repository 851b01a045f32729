import { readRows } from "../../storage/index.ts";
import type { Database, Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import { insertMarks } from "./mark-states.ts";

/** How many are moved by one transaction. */
const MOVED_ROWS = 1000;

/**
 * Marks states that change by themselves at `now`, ms since 1970, the first {@link MOVED_ROWS} of them. Returns
 * whether there may be more.
 */
export async function markDue(
  database: Database,
  { app, environment }: SubscriptionPlace,
  now: number,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const due = await transaction.queries
      .selectFrom("worker_state_times")
      .select("pseudonym")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("changes_at", "<=", now)
      .orderBy("changes_at")
      .limit(MOVED_ROWS)
      .execute();
    if (due.length === 0) return false;
    const pseudonyms = due.map(({ pseudonym }) => pseudonym);
    const place = { app, environment };
    const marks = pseudonyms.map((owner) => ({ owner, kind: "changed" }) as const);
    await insertMarks(transaction, place, marks);
    await deleteTimes(transaction.queries, place, pseudonyms);
    return due.length === MOVED_ROWS;
  });
}

/** Forgets when states change, of at most some thousands. */
export async function deleteTimes(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<void> {
  if (pseudonyms.length === 0) return;
  await queries
    .deleteFrom("worker_state_times")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
}

/** A mark, with the subscriptions it is about. */
export interface DueMark {
  readonly id: string;
  readonly pseudonyms: readonly string[];
}

/** Returns the oldest marks of a place, each with the subscriptions it is about: an account's as they are now. */
export async function readMarks(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  limit: number,
): Promise<readonly DueMark[]> {
  const marks = await queries
    .selectFrom("worker_state_marks")
    .select(["id", "owner", "kind"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("id")
    .limit(limit)
    .execute();
  const accounts = marks.filter(({ kind }) => kind === "account").map(({ owner }) => owner);
  const rows = await readRows(queries, {
    table: "subscribers",
    columns: ["pseudonym", "account_hash"],
    where: { app, environment },
    by: "account_hash",
    values: accounts,
  });
  const ofAccount = Map.groupBy(rows, ({ account_hash }) => account_hash ?? "");
  return marks.map(({ id, owner, kind }) => {
    if (kind !== "account") return { id, pseudonyms: [owner] };
    return { id, pseudonyms: (ofAccount.get(owner) ?? []).map(({ pseudonym }) => pseudonym) };
  });
}
