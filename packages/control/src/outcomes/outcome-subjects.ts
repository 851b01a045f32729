import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";

/** A subscription that is held by this transaction. */
export interface OutcomeSubject {
  readonly pseudonym: string;
  readonly hasUnits: boolean;
  /** When its units are to be looked at, ms since 1970; 0 for at once, null for not before something is heard. */
  readonly dueAt: number | null;
  /** Whether nothing was known of it before. */
  readonly isNew: boolean;
}

/** Rows of one statement. */
const ROWS_A_STATEMENT = 1000;

/**
 * Holds subscriptions until the transaction ends, making their rows where there are none, and returns them
 * by their pseudonyms. What of their outcomes is read after this, nobody else changes before the end. In one
 * order everywhere, so that two transactions wait for each other in turn.
 */
export async function holdSubjects(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: Iterable<string>,
): Promise<ReadonlyMap<string, OutcomeSubject>> {
  const ordered = [...new Set(pseudonyms)].sort();
  const held = new Map<string, OutcomeSubject>();
  for (const batch of inBatches(ordered)) {
    const rows = await queries
      .insertInto("outcome_subjects")
      .values(
        batch.map((pseudonym) => ({
          app,
          environment,
          pseudonym,
          revision: 1,
          has_units: 0,
          due_at: null,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["app", "environment", "pseudonym"])
          .doUpdateSet((row) => ({ revision: row("outcome_subjects.revision", "+", 1) })),
      )
      .returning(["pseudonym", "revision", "has_units", "due_at"])
      .execute();
    for (const { pseudonym, revision, has_units, due_at } of rows) {
      const subject = { hasUnits: has_units === 1, dueAt: due_at, isNew: revision === 1 };
      held.set(pseudonym, { pseudonym, ...subject });
    }
  }
  return held;
}

/** Writes whether subscriptions that are held have units, and when these are to be looked at. */
export async function writeSubjects(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  subjects: readonly Pick<OutcomeSubject, "pseudonym" | "hasUnits" | "dueAt">[],
): Promise<void> {
  for (const batch of inBatches(subjects)) {
    await queries
      .insertInto("outcome_subjects")
      .values(
        batch.map(({ pseudonym, hasUnits, dueAt }) => ({
          app,
          environment,
          pseudonym,
          revision: 1,
          has_units: hasUnits ? 1 : 0,
          due_at: dueAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["app", "environment", "pseudonym"]).doUpdateSet((row) => ({
          has_units: row.ref("excluded.has_units"),
          due_at: row.ref("excluded.due_at"),
        })),
      )
      .execute();
  }
}

/** Forgets subscriptions that are held. */
export async function deleteSubjects(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<void> {
  if (pseudonyms.length === 0) return;
  await queries
    .deleteFrom("outcome_subjects")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
}

/** Returns entries in batches that fit into a statement each. */
export function inBatches<Entry>(
  entries: readonly Entry[],
  size = ROWS_A_STATEMENT,
): readonly (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  );
}
