import type { ExpressionBuilder, Insertable } from "kysely";
import type { Queries, Schema } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { WantedReason, WantedStatusesTable } from "./tables.ts";
import type { WantedStatus } from "./wanted-status.ts";

/** How long a status is good that was fetched, or that Apple said there is none of, ms. */
export const FRESH_MS = 6 * 3_600_000;

/** How urgent each reason is, 0 the most. */
export const URGENCY: Readonly<Record<WantedReason, number>> = {
  unknown: 0,
  outcome: 1,
  import: 2,
};

/** Rows of one statement: 14 columns each, of the 30,000 values that a statement takes. */
const ROWS_AT_ONCE = 1000;

type NewRow = Insertable<WantedStatusesTable>;

/** Writes what is wanted, by its subjects in one order, so that two transactions wait for each other in turn. */
export async function writeWanted(
  queries: Queries,
  place: SubscriptionPlace,
  { wanted, now }: { readonly wanted: readonly WantedStatus[]; readonly now: number },
): Promise<void> {
  const rows = mostUrgent(wanted).map((one) => rowOf(place, one, now));
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const batch = rows.slice(first, first + ROWS_AT_ONCE);
    const found = await findWanted(queries, place, batch);
    const waits = (row: NewRow): boolean => found.get(row.subject)?.isWaiting === true;
    await insertOrRenew(
      queries,
      batch.filter((row) => !waits(row)),
      now,
    );
    await raiseUrgency(
      queries,
      place,
      batch.filter((row) => waits(row) && row.urgency < (found.get(row.subject)?.urgency ?? 0)),
    );
  }
}

/** Each subject once, for its most urgent reason, with whatever id is known of it. */
function mostUrgent(wanted: readonly WantedStatus[]): readonly WantedStatus[] {
  const chosen = new Map<string, WantedStatus>();
  for (const one of wanted) {
    const other = chosen.get(one.pseudonym);
    const isFirst = other !== undefined && URGENCY[other.reason] <= URGENCY[one.reason];
    chosen.set(one.pseudonym, isFirst ? { ...one, ...other } : { ...other, ...one });
  }
  return [...chosen.values()].sort((one, other) => (one.pseudonym < other.pseudonym ? -1 : 1));
}

function rowOf(
  { app, environment }: SubscriptionPlace,
  { pseudonym, sealedId, decisionSealedId, reason }: WantedStatus,
  now: number,
): NewRow {
  return {
    app,
    environment,
    subject: pseudonym,
    step: "status",
    reason,
    urgency: URGENCY[reason],
    sealed_id: sealedId ?? null,
    decision_sealed_id: decisionSealedId ?? null,
    import_id: null,
    wants_history: reason === "outcome" ? 0 : 1,
    next_at: now,
    attempts: 0,
    problem: null,
    fetched_at: null,
  };
}

/** What an upsert sees: the row that is there, and the one that came. */
type Upserted = ExpressionBuilder<
  Schema & { readonly excluded: Schema["wanted_statuses"] },
  "wanted_statuses" | "excluded"
>;

/**
 * Inserts rows, and makes rows wait again that do not wait for a status: at once where that is older than
 * {@link FRESH_MS}, when it will be where an outcome waits, and else not.
 */
async function insertOrRenew(
  queries: Queries,
  rows: readonly NewRow[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  const old = now - FRESH_MS;
  await queries
    .insertInto("wanted_statuses")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "subject"])
        .doUpdateSet((row) => ({
          step: "status" as const,
          reason: row.ref("excluded.reason"),
          urgency: row.ref("excluded.urgency"),
          sealed_id: known(row, "sealed_id"),
          decision_sealed_id: known(row, "decision_sealed_id"),
          wants_history: row
            .case()
            .when("wanted_statuses.next_at", "is not", null)
            .then(1)
            .else(row.ref("excluded.wants_history"))
            .end(),
          next_at: row
            .case()
            .when("wanted_statuses.fetched_at", ">", old)
            .then(row("wanted_statuses.fetched_at", "+", FRESH_MS))
            .else(now)
            .end(),
          attempts: 0,
          problem: null,
        }))
        .where((row) =>
          row.and([
            row.or([
              row("wanted_statuses.next_at", "is", null),
              row("wanted_statuses.step", "=", "history"),
            ]),
            row.or([
              row("excluded.reason", "=", "outcome"),
              row("wanted_statuses.fetched_at", "<=", old),
            ]),
          ]),
        ),
    )
    .execute();
}

function known(row: Upserted, column: "sealed_id" | "decision_sealed_id") {
  return row.fn.coalesce(row.ref(`excluded.${column}`), row.ref(`wanted_statuses.${column}`));
}

/** How urgent those are that are there, and whether they wait for their status: most of a busy time's do. */
async function findWanted(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  rows: readonly NewRow[],
): Promise<ReadonlyMap<string, { readonly urgency: number; readonly isWaiting: boolean }>> {
  const found = await queries
    .selectFrom("wanted_statuses")
    .select(["subject", "step", "urgency", "next_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where(
      "subject",
      "in",
      rows.map(({ subject }) => subject),
    )
    .execute();
  return new Map(
    found.map(({ subject, step, urgency, next_at }) => [
      subject,
      { urgency, isWaiting: step === "status" && next_at !== null },
    ]),
  );
}

/** Makes rows that wait for their status as urgent as the reason they are wanted for now. */
async function raiseUrgency(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  rows: readonly NewRow[],
): Promise<void> {
  for (const [reason, members] of Map.groupBy(rows, (row) => row.reason)) {
    await queries
      .updateTable("wanted_statuses")
      .set({ reason, urgency: URGENCY[reason] })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where(
        "subject",
        "in",
        members.map(({ subject }) => subject),
      )
      .where("step", "=", "status")
      .where("next_at", "is not", null)
      .where("urgency", ">", URGENCY[reason])
      .execute();
  }
}
