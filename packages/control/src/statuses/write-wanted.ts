import type { ExpressionBuilder, Insertable } from "kysely";
import { insertNew, readRows } from "../storage/index.ts";
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
  const each = mostUrgent(wanted);
  for (let first = 0; first < each.length; first += ROWS_AT_ONCE) {
    const batch = each.slice(first, first + ROWS_AT_ONCE);
    const found = await findWanted(queries, place, batch);
    const waits = ({ pseudonym }: WantedStatus): boolean =>
      found.get(pseudonym)?.isWaiting === true;
    const rows = batch
      .filter((one) => !waits(one))
      .map((one) => rowOf(place, one, { now, nextAt: nextAt(one, found.get(one.pseudonym), now) }));
    const inserted = new Set(
      await insertNew(
        { queries },
        {
          table: "wanted_statuses",
          rows: rows.filter(({ subject }) => !found.has(subject)),
          keys: ["app", "environment", "subject"],
        },
      ),
    );
    await insertOrRenew(
      queries,
      rows.filter((row) => !inserted.has(row)),
      now,
    );
    await raiseUrgency(
      queries,
      place,
      batch.filter(
        (one) => waits(one) && URGENCY[one.reason] < (found.get(one.pseudonym)?.urgency ?? 0),
      ),
    );
    await bringForward(queries, place, {
      now,
      subjects: batch.flatMap((one) => {
        const row = found.get(one.pseudonym);
        const isFresh = row?.nextAt === undefined || nextAt(one, row, now) >= row.nextAt;
        return waits(one) && !isFresh ? [one.pseudonym] : [];
      }),
    });
  }
}

/** When Apple is asked about somebody: at once, or when what was fetched lately is fresh no more. */
function nextAt(
  { signedAfter = -Infinity }: WantedStatus,
  found: FoundRow | undefined,
  now: number,
): number {
  const { fetchedAt = null } = found ?? {};
  const isFresh = fetchedAt !== null && fetchedAt > now - FRESH_MS && fetchedAt >= signedAfter;
  return isFresh ? fetchedAt + FRESH_MS : now;
}

/** Each subject once, for its most urgent reason, with whatever id is known of it. */
function mostUrgent(wanted: readonly WantedStatus[]): readonly WantedStatus[] {
  const chosen = new Map<string, WantedStatus>();
  for (const one of wanted) {
    const other = chosen.get(one.pseudonym);
    const isFirst = other !== undefined && URGENCY[other.reason] <= URGENCY[one.reason];
    const signedAfter = Math.max(one.signedAfter ?? -Infinity, other?.signedAfter ?? -Infinity);
    chosen.set(one.pseudonym, {
      ...(isFirst ? { ...one, ...other } : { ...other, ...one }),
      signedAfter,
    });
  }
  return [...chosen.values()].sort((one, other) => (one.pseudonym < other.pseudonym ? -1 : 1));
}

function rowOf(
  { app, environment }: SubscriptionPlace,
  { pseudonym, sealedId, decisionSealedId, reason }: WantedStatus,
  { now, nextAt: next_at }: { readonly now: number; readonly nextAt: number },
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
    wanted_at: now,
    wants_history: reason === "outcome" ? 0 : 1,
    next_at,
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
 * Inserts rows, and makes rows wait again that do not wait for a status: where that is older than
 * {@link FRESH_MS} or an outcome waits, and else not.
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
          wanted_at: row.ref("excluded.wanted_at"),
          sealed_id: known(row, "sealed_id"),
          decision_sealed_id: known(row, "decision_sealed_id"),
          wants_history: row
            .case()
            .when("wanted_statuses.next_at", "is not", null)
            .then(1)
            .else(row.ref("excluded.wants_history"))
            .end(),
          next_at: row.ref("excluded.next_at"),
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

/** A row as it is. */
interface FoundRow {
  readonly urgency: number;
  /** Whether it waits for its status: most of a busy time's do. */
  readonly isWaiting: boolean;
  /** When, where nothing has failed yet. */
  readonly nextAt?: number;
  readonly fetchedAt: number | null;
}

/** Returns the rows that are there. */
async function findWanted(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  wanted: readonly WantedStatus[],
): Promise<ReadonlyMap<string, FoundRow>> {
  const found = await readRows(queries, {
    table: "wanted_statuses",
    columns: ["subject", "step", "urgency", "next_at", "attempts", "fetched_at"],
    where: { app, environment },
    by: "subject",
    values: wanted.map(({ pseudonym }) => pseudonym),
  });
  return new Map(
    found.map(({ subject, step, urgency, next_at, attempts, fetched_at }) => [
      subject,
      {
        urgency,
        isWaiting: step === "status" && next_at !== null,
        ...(next_at === null || attempts > 0 ? {} : { nextAt: next_at }),
        fetchedAt: fetched_at,
      },
    ]),
  );
}

/** Has those asked about now who wait only because they were asked about lately. */
async function bringForward(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { now, subjects }: { readonly now: number; readonly subjects: readonly string[] },
): Promise<void> {
  if (subjects.length === 0) return;
  await queries
    .updateTable("wanted_statuses")
    .set({ next_at: now })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("subject", "in", subjects)
    .where("step", "=", "status")
    .where("attempts", "=", 0)
    .where("next_at", ">", now)
    .execute();
}

/** Makes rows that wait for their status as urgent as the reason they are wanted for now. */
async function raiseUrgency(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  wanted: readonly WantedStatus[],
): Promise<void> {
  for (const [reason, members] of Map.groupBy(wanted, (one) => one.reason)) {
    await queries
      .updateTable("wanted_statuses")
      .set({ reason, urgency: URGENCY[reason] })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where(
        "subject",
        "in",
        members.map(({ pseudonym }) => pseudonym),
      )
      .where("step", "=", "status")
      .where("next_at", "is not", null)
      .where("urgency", ">", URGENCY[reason])
      .execute();
  }
}
