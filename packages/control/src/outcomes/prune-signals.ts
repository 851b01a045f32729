import type { Queries } from "../storage/index.ts";
import { LAST_SIGNALS_KEPT_MS, SIGNALS_KEPT_MS } from "./outcome-times.ts";

/** Where a pass through old signals goes on. */
export type PrunePosition = readonly [at: number, pseudonym: string];

/**
 * Deletes old signals, looking at so many, and returns where to go on; undefined once there are no more. Of
 * those older than 200 days each subscription keeps the last one of a kind, which says how it was before what
 * came later; older than 800 days none is kept.
 *
 * @param now - milliseconds since 1970
 */
export async function pruneSignals(
  queries: Queries,
  {
    now,
    after,
    limit,
  }: { readonly now: number; readonly after: PrunePosition; readonly limit: number },
): Promise<PrunePosition | undefined> {
  const before = now - SIGNALS_KEPT_MS;
  const page = await queries
    .selectFrom("outcome_signals")
    .select(["at", "pseudonym"])
    .where((row) => row(row.refTuple("at", "pseudonym"), ">", row.tuple(after[0], after[1])))
    .where("at", "<", before)
    .orderBy("at")
    .orderBy("pseudonym")
    .limit(limit)
    .execute();
  const last = page.at(-1);
  if (last === undefined) return undefined;
  await queries
    .deleteFrom("outcome_signals as old")
    .where((row) =>
      row.and([
        row(row.refTuple("old.at", "old.pseudonym"), ">", row.tuple(after[0], after[1])),
        row(row.refTuple("old.at", "old.pseudonym"), "<=", row.tuple(last.at, last.pseudonym)),
      ]),
    )
    .where((row) =>
      row.or([
        row("old.at", "<", now - LAST_SIGNALS_KEPT_MS),
        row.exists(
          row
            .selectFrom("outcome_signals as newer")
            .select("newer.at")
            .whereRef("newer.app", "=", "old.app")
            .whereRef("newer.environment", "=", "old.environment")
            .whereRef("newer.pseudonym", "=", "old.pseudonym")
            .whereRef("newer.kind", "=", "old.kind")
            .whereRef("newer.at", ">", "old.at")
            .where("newer.at", "<", before),
        ),
      ]),
    )
    .execute();
  return [last.at, last.pseudonym];
}

/** Deletes what was remembered of when notifications came, once it is as old as signals are kept. */
export async function pruneHeard(queries: Queries, now: number): Promise<void> {
  await queries
    .deleteFrom("outcome_heard")
    .where("slot", "<", now - SIGNALS_KEPT_MS)
    .execute();
}
