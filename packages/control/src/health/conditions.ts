import type { Selectable } from "kysely";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { IdSource, Queries, Transaction } from "../storage/index.ts";
import type { ConditionDetails, ConditionsTable } from "./tables.ts";

/** What a condition that begins is announced under; the change's subject is its id. */
export const CONDITION_TOPIC = "condition.began";

/** How long a condition that ended can be looked at, ms: 30 days. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** What tells two conditions apart. */
type ConditionName = Pick<ConditionsTable, "kind" | "app" | "environment" | "subject">;

/** Something that is wrong, for as long as it is. */
export interface Condition extends ConditionName {
  readonly id: string;
  /** As it was when it began. */
  readonly details: ConditionDetails;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
}

/** What a look found. */
export interface FoundCondition extends ConditionName {
  /** `unknown`: it cannot be told, so that it stands if it stood, and does not begin. */
  readonly state: "standing" | "unknown";
  readonly details: ConditionDetails;
}

/**
 * Takes over what a look at everything found: what stands and did not is announced, what stood and was not
 * found has ended. What ended 30 days ago is forgotten.
 */
export async function keepConditions(
  transaction: Transaction,
  found: readonly FoundCondition[],
  { ids, now }: { readonly ids: IdSource; readonly now: number },
): Promise<void> {
  const { queries } = transaction;
  const standing = await listStanding(queries);
  const names = new Set(found.map(nameOf));
  const known = new Set(standing.map(nameOf));
  for (const condition of found) {
    if (condition.state === "unknown" || known.has(nameOf(condition))) continue;
    await begin(transaction, condition, { id: `condition_${ids()}`, now });
  }
  const ended = standing.filter((condition) => !names.has(nameOf(condition)));
  for (const { id } of ended) {
    await queries.updateTable("conditions").set({ ended_at: now }).where("id", "=", id).execute();
  }
  await queries
    .deleteFrom("conditions")
    .where("ended_at", "<", now - KEPT_MS)
    .execute();
}

async function begin(
  { queries, announce }: Transaction,
  { kind, app, environment, subject, details }: FoundCondition,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<void> {
  const name = { kind, app, environment, subject };
  const added = await queries
    .insertInto("conditions")
    .values({ ...name, id, details: toJsonText(details), began_at: now, ended_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "kind", "subject"])
        .where("ended_at", "is", null)
        .doNothing(),
    )
    .returning("id")
    .executeTakeFirst();
  if (added === undefined) return;
  announce({
    topic: CONDITION_TOPIC,
    app,
    subject: id,
    ...(environment === "both" ? {} : { environment }),
  });
}

/** Returns a condition, ended or not; undefined where there is none. */
export async function findCondition(queries: Queries, id: string): Promise<Condition | undefined> {
  const row = await queries
    .selectFrom("conditions")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : conditionOf(row);
}

/** Returns the conditions that stand, the oldest first; default all. */
export async function listStanding(
  queries: Queries,
  limit?: number,
): Promise<readonly Condition[]> {
  let query = queries
    .selectFrom("conditions")
    .selectAll()
    .where("ended_at", "is", null)
    .orderBy("began_at")
    .orderBy("id");
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(conditionOf);
}

function nameOf({ kind, app, environment, subject }: ConditionName): string {
  return JSON.stringify([kind, app, environment, subject]);
}

function conditionOf(row: Selectable<ConditionsTable>): Condition {
  const { id, kind, app, environment, subject } = row;
  const details = fromJsonText(row.details);
  return { id, kind, app, environment, subject, details, beganAt: row.began_at };
}
