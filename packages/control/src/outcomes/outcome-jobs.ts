import type { JobKind } from "../jobs/index.ts";
import type { Database } from "../storage/index.ts";
import { byPlace } from "../subscribers/index.ts";
import { attributeUnits } from "./attribute-units.ts";
import { pruneHeard, pruneSignals } from "./prune-signals.ts";
import type { PrunePosition } from "./prune-signals.ts";

/** What the jobs need. */
export interface OutcomeJobsOptions {
  readonly database: Database;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

const ATTRIBUTE_EVERY_MS = 30_000;
const PRUNE_EVERY_MS = 24 * 3_600_000;

/** Subscriptions that one transaction decides: SQLite has one writer, who should not write for long. */
const SUBJECTS_A_TRANSACTION = 200;

/** Old signals that one statement looks at. */
const SIGNALS_A_STATEMENT = 2000;

/** Returns the job that decides outcomes, and the one that forgets what they are decided by. */
export function outcomeJobs({ database, now = Date.now }: OutcomeJobsOptions): readonly JobKind[] {
  return [
    {
      name: "outcomes.attribute",
      everyMs: ATTRIBUTE_EVERY_MS,
      async run({ signal }) {
        await recount(database, now, signal);
        await attributeDue(database, now, signal);
      },
    },
    {
      name: "outcomes.retention",
      everyMs: PRUNE_EVERY_MS,
      async run({ signal }) {
        let after: PrunePosition | undefined = [-1, ""];
        while (after !== undefined) {
          signal.throwIfAborted();
          const pass = { now: now(), after, limit: SIGNALS_A_STATEMENT };
          after = await pruneSignals(database.queries, pass);
        }
        await pruneHeard(database.queries, now());
      },
    },
  ];
}

/** Goes on until nobody is due. */
async function attributeDue(
  database: Database,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const at = now();
    const due = await database.queries
      .selectFrom("outcome_subjects")
      // What came for an app while it was deleted must not keep the others waiting.
      .innerJoin("apps", "apps.id", "outcome_subjects.app")
      .select(["app", "environment", "pseudonym"])
      .where("due_at", "<=", at)
      .orderBy("due_at")
      .limit(SUBJECTS_A_TRANSACTION)
      .execute();
    if (due.length === 0) return;
    for (const [place, ofPlace] of byPlace(due, (row) => row)) {
      const pseudonyms = ofPlace.map(({ pseudonym }) => pseudonym);
      const attribution = { pseudonyms, now: at, isDueOnly: true };
      await database.transaction((transaction) => attributeUnits(transaction, place, attribution));
    }
  }
}

/** Counts anew what was counted in another way, where somebody changed that. */
async function recount(database: Database, now: () => number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const settings = await database.queries
      .selectFrom("outcome_settings")
      .select(["app", "environment", "version", "swept_after"])
      .where("swept_after", "is not", null)
      .orderBy("app")
      .orderBy("environment")
      .executeTakeFirst();
    if (settings === undefined) return;
    const { app, environment, version, swept_after } = settings;
    const rows = await database.queries
      .selectFrom("outcome_subjects")
      .select("pseudonym")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("pseudonym", ">", swept_after ?? "")
      .where("has_units", "=", 1)
      .orderBy("pseudonym")
      .limit(SUBJECTS_A_TRANSACTION)
      .execute();
    const pseudonyms = rows.map(({ pseudonym }) => pseudonym);
    await database.transaction(async (transaction) => {
      const attribution = { pseudonyms, now: now(), isDueOnly: false };
      await attributeUnits(transaction, { app, environment }, attribution);
      await transaction.queries
        .updateTable("outcome_settings")
        .set({ swept_after: pseudonyms.at(-1) ?? null })
        .where("app", "=", app)
        .where("environment", "=", environment)
        .where("version", "=", version)
        .execute();
    });
  }
}
