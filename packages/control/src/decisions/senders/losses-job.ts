import type { Selectable } from "kysely";
import type { JobKind } from "../../jobs/index.ts";
import { upsertRows } from "../../storage/index.ts";
import type { Database, Queries } from "../../storage/index.ts";
import type { DecisionSendersTable } from "./tables.ts";

const MINUTE_MS = 60_000;

/**
 * How long after its last word something of a sender may still come, ms: Cloudflare's queues keep messages for
 * 14 days at most.
 *
 * @see https://developers.cloudflare.com/queues/platform/limits/
 */
const KEPT_MS = 15 * 86_400_000;

/** Senders counted, and rows deleted, by one statement; statements in one run. */
const AT_ONCE = { rows: 500, batches: 100 } as const;

/** What the job needs. */
export interface LossesJobOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Returns the job that adds what silent senders made, and what of it came, to the totals of days; and what came
 * of it later. It forgets senders of which nothing can come any more.
 */
export function lossesJob({ database, now }: LossesJobOptions): JobKind {
  return {
    name: "decisions.losses",
    everyMs: MINUTE_MS,
    async run({ signal }) {
      for (let batch = 0; batch < AT_ONCE.batches; batch += 1) {
        signal.throwIfAborted();
        const silent = await silentSenders(database.queries, now());
        for (const sender of silent) await countSender(database, sender);
        if (silent.length < AT_ONCE.rows) break;
      }
      await forgetBefore(database.queries, now() - KEPT_MS, signal);
    },
  };
}

async function silentSenders(
  queries: Queries,
  now: number,
): Promise<readonly Selectable<DecisionSendersTable>[]> {
  return queries
    .selectFrom("decision_senders")
    .selectAll()
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(AT_ONCE.rows)
    .execute();
}

/** Nothing, where somebody else did it or it was heard of meanwhile. */
async function countSender(
  database: Database,
  sender: Selectable<DecisionSendersTable>,
): Promise<void> {
  const { app, environment, isolate, host, day, made, received } = sender;
  await database.transaction(async (transaction) => {
    const { numUpdatedRows } = await transaction.queries
      .updateTable("decision_senders")
      .set({ counted_made: made, counted_received: received, due_at: null })
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("isolate", "=", isolate)
      .where("due_at", "=", sender.due_at)
      .where("made", "=", made)
      .where("received", "=", received)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const more = {
      made: made - sender.counted_made,
      received: received - sender.counted_received,
    };
    await upsertRows(transaction, {
      table: "decision_losses",
      rows: [{ app, environment, day, host, ...more }],
      keys: ["app", "environment", "day", "host"],
      changes: { made: "add", received: "add" },
    });
  });
}

async function forgetBefore(queries: Queries, before: number, signal: AbortSignal): Promise<void> {
  // Senders first: of one that is there what came again would be counted again.
  for (const forget of [forgetSenders, forgetRepeats]) {
    for (let batch = 0; batch < AT_ONCE.batches; batch += 1) {
      signal.throwIfAborted();
      if ((await forget(queries, before)) < AT_ONCE.rows) break;
    }
  }
}

async function forgetSenders(queries: Queries, before: number): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("decision_senders")
    .where((row) =>
      row(
        row.refTuple("app", "environment", "isolate"),
        "in",
        row
          .selectFrom("decision_senders as old")
          .select(["old.app", "old.environment", "old.isolate"])
          .where("old.heard_at", "<", before)
          .where("old.due_at", "is", null)
          .limit(AT_ONCE.rows)
          .$asTuple("app", "environment", "isolate"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function forgetRepeats(queries: Queries, before: number): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("sender_repeats")
    .where((row) =>
      row(
        row.refTuple("app", "environment", "isolate", "request_identifier"),
        "in",
        row
          .selectFrom("sender_repeats as old")
          .select(["old.app", "old.environment", "old.isolate", "old.request_identifier"])
          .where("old.heard_at", "<", before)
          .limit(AT_ONCE.rows)
          .$asTuple("app", "environment", "isolate", "request_identifier"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
