import { ApiRefusal } from "@holdfast/api/server";
import type { ExpressionBuilder, Insertable } from "kysely";
import type { Database, Schema, Transaction } from "../../storage/index.ts";
import type { SubscriptionIds } from "../../subscribers/index.ts";
import type { WantedStatusesTable } from "../tables.ts";
import { URGENCY } from "../write-wanted.ts";
import { endImportIfDone } from "./count-imported.ts";
import { readImport } from "./stored-imports.ts";
import type { ImportKey } from "./stored-imports.ts";
import type { SubscriberImport } from "./subscriber-import.ts";

/** Ids of a file that follow each other. */
export interface AddedIds {
  /** How many ids of the file are before them. */
  readonly offset: number;
  readonly transactionIds: readonly string[];
  readonly now: number;
}

/** Transaction ids as Apple makes them: digits, 16 of them as a rule. */
const TRANSACTION_ID = /^\d{1,20}$/;

/**
 * Puts ids in the queue and counts them in their import, together; those that were received before are
 * passed over.
 *
 * @throws ApiRefusal `NOT_FOUND`; `CONFLICT` where some before them are missing, there would be more than
 *   the total, or the import has ended
 */
export async function addIds(
  database: Database,
  { key, ids }: { readonly key: ImportKey; readonly ids: SubscriptionIds },
  { offset, transactionIds, now }: AddedIds,
): Promise<SubscriberImport> {
  const found = await readImport(database.queries, key);
  const end = offset + transactionIds.length;
  if (end > found.total) {
    throw new ApiRefusal(
      "CONFLICT",
      `the import ${key.id} is of ${found.total} ids, and these would make it ${end}`,
    );
  }
  if (offset > found.received) throw moved(found, offset);
  // Also of an import that has ended since: the sender may not know it was heard.
  if (end <= found.received) return found;
  if (found.state !== "receiving") throw moved(found, offset);
  const fresh = transactionIds.slice(found.received - offset);
  const valid = fresh.filter((id) => TRANSACTION_ID.test(id));
  const rows = rowsOf(valid, { key, ids, now });
  return database.transaction(async (transaction) => {
    const accepted = await insertWanted(transaction, rows);
    const counted = await transaction.queries
      .updateTable("subscriber_imports")
      .set((row) => ({
        received: end,
        accepted: row("accepted", "+", accepted),
        repeated: row("repeated", "+", valid.length - accepted),
        invalid: row("invalid", "+", fresh.length - valid.length),
        ...(end === found.total ? { state: "fetching" as const } : {}),
      }))
      .where("id", "=", key.id)
      .where("state", "=", "receiving")
      .where("received", "=", found.received)
      .executeTakeFirst();
    if (counted.numUpdatedRows === 0n) {
      throw moved(await readImport(transaction.queries, key), offset);
    }
    await endImportIfDone(transaction, key.id, now);
    return readImport(transaction.queries, key);
  });
}

function moved({ id, state, received }: SubscriberImport, offset: number): ApiRefusal {
  return new ApiRefusal(
    "CONFLICT",
    state === "receiving"
      ? `expected ids of the import ${id} from offset ${received} on, got them from ${offset} on`
      : `the import ${id} takes no more ids: it is ${state}`,
    { advice: "read the import, and go on at what it has received" },
  );
}

/** Each id once, sealed, by its subject in one order. */
function rowsOf(
  transactionIds: readonly string[],
  { key, ids, now }: { key: ImportKey; ids: SubscriptionIds; now: number },
): readonly Insertable<WantedStatusesTable>[] {
  const { app, environment } = key;
  const bySubject = new Map<string, Insertable<WantedStatusesTable>>();
  for (const transactionId of transactionIds) {
    // As if it were the original one, which most files hold: then it is the subscription's own row.
    const subject = ids.pseudonymOf(transactionId);
    if (bySubject.has(subject)) continue;
    bySubject.set(subject, {
      app,
      environment,
      subject,
      step: "status",
      reason: "import",
      urgency: URGENCY.import,
      sealed_id: ids.seal(key, subject, transactionId),
      decision_sealed_id: null,
      import_id: key.id,
      wanted_at: now,
      wants_history: 1,
      next_at: now,
      attempts: 0,
      problem: null,
      fetched_at: null,
    });
  }
  return [...bySubject.values()].sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

/** What an upsert sees: the row that is there, and the one that came. */
type Upserted = ExpressionBuilder<
  Schema & { readonly excluded: Schema["wanted_statuses"] },
  "wanted_statuses" | "excluded"
>;

/** Whoever waits for nothing, or only until what was fetched lately is old: an import must not wait for hours. */
function isAskedNow(row: Upserted) {
  return row.or([
    row("wanted_statuses.next_at", "is", null),
    row.and([
      row("wanted_statuses.attempts", "=", 0),
      row("wanted_statuses.next_at", ">", row.ref("excluded.next_at")),
    ]),
  ]);
}

/**
 * Inserts rows, and takes over those that no other import under way has: who waits already waits on, for the reason he
 * has. Returns how many are of this import now.
 */
async function insertWanted(
  { queries }: Transaction,
  rows: readonly Insertable<WantedStatusesTable>[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const taken = await queries
    .insertInto("wanted_statuses")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(["app", "environment", "subject"])
        .doUpdateSet((row) => {
          const settled = (isSettled: "reason" | "urgency") =>
            row
              .case()
              .when("wanted_statuses.next_at", "is", null)
              .then(row.ref(`excluded.${isSettled}`))
              .else(row.ref(`wanted_statuses.${isSettled}`))
              .end();
          return {
            import_id: row.ref("excluded.import_id"),
            sealed_id: row.ref("excluded.sealed_id"),
            wanted_at: row.ref("excluded.wanted_at"),
            step: "status" as const,
            reason: settled("reason") as never,
            urgency: settled("urgency") as never,
            wants_history: 1,
            next_at: row
              .case()
              .when(isAskedNow(row))
              .then(row.ref("excluded.next_at"))
              .else(row.ref("wanted_statuses.next_at"))
              .end(),
          };
        })
        .where((row) =>
          row.or([
            row("wanted_statuses.import_id", "is", null),
            // Cancelled, and not taken out of the queue yet.
            row(
              "wanted_statuses.import_id",
              "in",
              queries
                .selectFrom("subscriber_imports")
                .select("id")
                .where("ended_at", "is not", null),
            ),
          ]),
        ),
    )
    .returning("wanted_statuses.subject")
    .execute();
  return taken.length;
}
