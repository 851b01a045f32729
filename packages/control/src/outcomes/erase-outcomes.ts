import { randomUUID } from "node:crypto";
import type { TableOfApps, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { moveCounts } from "./move-counts.ts";
import { deleteSubjects, holdSubjects } from "./outcome-subjects.ts";
import { deleteUnits, readUnits, writeUnits } from "./outcome-units.ts";

/**
 * Makes subscriptions' units nobody's: pseudonym, request and time of day are gone, what is counted stays.
 * What was still open can never be known and becomes unknown. Their signals are deleted.
 */
export async function eraseOutcomesOf(
  { queries }: Transaction,
  place: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<void> {
  await holdSubjects(queries, place, pseudonyms);
  const moves = (await readUnits(queries, place, pseudonyms)).map((before) => ({
    before,
    after: {
      ...before,
      // Each its own, so that not even two units of one subscription can be put together.
      pseudonym: `erased:${randomUUID()}`,
      request: "",
      exposed_at: before.day,
      outcome: before.outcome === "open" ? ("unknown" as const) : before.outcome,
      outcome_at: null,
      renewal: before.renewal === "open" ? ("unknown" as const) : before.renewal,
      renewal_at: null,
      period_ends_at: null,
    },
  }));
  const units = moves.map(({ after }) => after);
  await deleteUnits(queries, place, pseudonyms);
  await writeUnits({ queries }, units);
  await queries
    .deleteFrom("outcome_signals")
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
  await moveCounts(queries, place, moves);
  await deleteSubjects(queries, place, pseudonyms);
}

/** What an app has of outcomes. */
export const OUTCOME_TABLES = [
  "outcome_subjects",
  "outcome_signals",
  "outcome_units",
  "outcome_counts",
  "outcome_revenue",
  "outcome_heard",
] as const satisfies readonly TableOfApps[];
