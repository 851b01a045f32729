import type { Updateable } from "kysely";
import type { Transaction } from "../storage/index.ts";
import type { DueStatus } from "./due-statuses.ts";
import { countImported } from "./imports/count-imported.ts";
import type { ImportedAs } from "./imports/count-imported.ts";
import type { WantedStatusesTable } from "./tables.ts";

/** What came of asking Apple about one subscription. */
export type Settlement =
  | { readonly to: "fetched" }
  | { readonly to: "notFound"; readonly code: string }
  | { readonly to: "later"; readonly code: string }
  /** There is no id to ask by: the row goes. */
  | { readonly to: "failed"; readonly code: string };

/** How often a subscription is asked about in vain, over about a day. */
const MAX_ATTEMPTS = 8;

const FIRST_DELAY_MS = 60_000;
const LONGEST_DELAY_MS = 6 * 3_600_000;

/** How often, and how long after, Apple is asked again about what it did not find. */
const NOT_FOUND = { attempts: 3, delayMs: 24 * 3_600_000 } as const;

/** When, and whether histories are read. */
export interface SettleOptions {
  readonly now: number;
  readonly readHistories: boolean;
}

/**
 * Writes what came of it, and counts it in its import. Returns whether the row was still as it was read: if
 * not, it is somebody else's, erased or wanted otherwise by now, and nothing was written.
 */
export async function settleWanted(
  transaction: Transaction,
  due: DueStatus,
  settlement: Settlement,
  options: SettleOptions,
): Promise<boolean> {
  const change = changeOf(due, settlement, options);
  const isHeld = await writeIfAsRead(transaction, due, change);
  if (isHeld && due.import_id !== null && change.counts !== undefined) {
    await countImported(transaction, due.import_id, { as: change.counts, now: options.now });
  }
  return isHeld;
}

interface Change {
  /** Undefined: the row goes. */
  readonly set?: Updateable<WantedStatusesTable>;
  /** What it counts as in its import; undefined while that is open. */
  readonly counts?: ImportedAs;
}

function changeOf(due: DueStatus, settlement: Settlement, options: SettleOptions): Change {
  const { now } = options;
  const attempts = due.attempts + 1;
  switch (settlement.to) {
    case "fetched":
      return {
        ...(wantsHistory(due, options) ? { set: historyNext(now) } : finished(due, now, null)),
        ...countsAs(due, "fetched"),
      };
    case "notFound": {
      const { code: problem } = settlement;
      const counts = countsAs(due, "notFound");
      const isOver = due.reason === "import" || due.step === "history";
      if (isOver || attempts >= NOT_FOUND.attempts) {
        return { ...finished(due, now, problem), ...counts };
      }
      const next_at = now + NOT_FOUND.delayMs;
      return { set: { next_at, attempts, problem, import_id: null, fetched_at: now }, ...counts };
    }
    case "later":
      return attempts < MAX_ATTEMPTS
        ? { set: { next_at: now + delayMs(attempts), attempts, problem: settlement.code } }
        : { ...finished(due, now, settlement.code), ...countsAs(due, "failed") };
    case "failed":
      // Apple was not asked: whoever comes with an id that opens must not have to wait.
      return countsAs(due, "failed");
  }
}

/** Of an import only the status counts. */
function countsAs({ step }: DueStatus, counts: ImportedAs): Pick<Change, "counts"> {
  return step === "status" ? { counts } : {};
}

function wantsHistory(
  { step, wants_history }: DueStatus,
  { readHistories }: SettleOptions,
): boolean {
  return step === "status" && wants_history === 1 && readHistories;
}

function historyNext(now: number): Updateable<WantedStatusesTable> {
  return {
    step: "history",
    next_at: now,
    attempts: 0,
    problem: null,
    import_id: null,
    wants_history: 0,
    fetched_at: now,
  };
}

/** What was imported is done with; of the rest it is remembered for a while when Apple was asked. */
function finished(due: DueStatus, now: number, problem: string | null): Pick<Change, "set"> {
  if (due.reason === "import") return {};
  return {
    set: {
      next_at: null,
      sealed_id: null,
      decision_sealed_id: null,
      import_id: null,
      attempts: 0,
      problem,
      fetched_at: due.step === "history" ? (due.fetched_at ?? now) : now,
    },
  };
}

function delayMs(attempts: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 4 ** (attempts - 1));
}

async function writeIfAsRead(
  { queries }: Transaction,
  due: DueStatus,
  { set }: Change,
): Promise<boolean> {
  const { app, environment, subject, step, reason, import_id, next_at, attempts } = due;
  const asRead = { app, environment, subject, step, reason, attempts };
  const names = ["app", "environment", "subject", "step", "reason", "attempts"] as const;
  if (set === undefined) {
    let query = queries.deleteFrom("wanted_statuses").where("next_at", "=", next_at);
    for (const name of names) query = query.where(name, "=", asRead[name]);
    query = query.where("import_id", import_id === null ? "is" : "=", import_id);
    return (await query.executeTakeFirst()).numDeletedRows > 0n;
  }
  let query = queries.updateTable("wanted_statuses").set(set).where("next_at", "=", next_at);
  for (const name of names) query = query.where(name, "=", asRead[name]);
  query = query.where("import_id", import_id === null ? "is" : "=", import_id);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}
