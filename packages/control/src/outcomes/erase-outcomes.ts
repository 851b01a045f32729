import { randomUUID } from "node:crypto";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { moveCounts } from "./move-counts.ts";
import { deleteSubjects, holdSubjects } from "./outcome-subjects.ts";
import { readUnits, replaceUnits } from "./outcome-units.ts";

/**
 * Makes a subscription's units nobody's: pseudonym, request and time of day are gone, what is counted stays.
 * What was still open can never be known and becomes unknown. Its signals are deleted.
 */
export async function eraseOutcomesOf(
  { queries }: Transaction,
  place: SubscriptionPlace,
  pseudonym: string,
): Promise<void> {
  await holdSubjects(queries, place, [pseudonym]);
  const moves = (await readUnits(queries, place, [pseudonym])).map((before) => ({
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
  await replaceUnits({ queries }, place, { had: [pseudonym], units });
  await queries
    .deleteFrom("outcome_signals")
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .where("pseudonym", "=", pseudonym)
    .execute();
  await moveCounts(queries, place, moves);
  await deleteSubjects(queries, place, [pseudonym]);
}

/** Deletes what an app has of outcomes. */
export async function deleteOutcomesOfApp(queries: Queries, app: string): Promise<void> {
  const tables = [
    "outcome_subjects",
    "outcome_signals",
    "outcome_units",
    "outcome_counts",
    "outcome_revenue",
    "outcome_heard",
  ] as const;
  for (const table of tables) await queries.deleteFrom(table).where("app", "=", app).execute();
}
