import { insertNew, upsertRows } from "../storage/index.ts";
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

const KEYS = ["app", "environment", "pseudonym"] as const;

/**
 * Holds subscriptions until the transaction ends, making their rows where there are none, and returns them
 * by their pseudonyms. What of their outcomes is read after this, nobody else changes before the end. In one
 * order everywhere, so that two transactions wait for each other in turn.
 *
 * @param dueAtOf - when the units are due of subscriptions whose rows are made, where they are to have some
 */
export async function holdSubjects(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: Iterable<string>,
  dueAtOf: ReadonlyMap<string, number> = new Map(),
): Promise<ReadonlyMap<string, OutcomeSubject>> {
  const fresh = [...new Set(pseudonyms)].sort().map((pseudonym) => {
    const dueAt = dueAtOf.get(pseudonym) ?? null;
    const has_units = dueAt === null ? 0 : 1;
    return { app, environment, pseudonym, revision: 1, has_units, due_at: dueAt };
  });
  const table = "outcome_subjects";
  const inserted = new Set(await insertNew({ queries }, { table, rows: fresh, keys: KEYS }));
  const others = await upsertRows(
    { queries },
    {
      table,
      rows: fresh.filter((row) => !inserted.has(row)),
      keys: KEYS,
      changes: { revision: "add" },
      returning: ["pseudonym", "revision", "has_units", "due_at"],
    },
  );
  const rows = [...fresh.filter((row) => inserted.has(row)), ...others];
  return new Map(
    rows.map(({ pseudonym, revision, has_units, due_at }) => [
      pseudonym,
      { pseudonym, hasUnits: has_units === 1, dueAt: due_at, isNew: revision === 1 },
    ]),
  );
}

/** Writes whether subscriptions that are held have units, and when these are to be looked at. */
export async function writeSubjects(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  subjects: readonly Pick<OutcomeSubject, "pseudonym" | "hasUnits" | "dueAt">[],
): Promise<void> {
  await upsertRows(
    { queries },
    {
      table: "outcome_subjects",
      rows: subjects.map(({ pseudonym, hasUnits, dueAt }) => {
        const has_units = hasUnits ? 1 : 0;
        return { app, environment, pseudonym, revision: 1, has_units, due_at: dueAt };
      }),
      keys: KEYS,
      changes: { has_units: "replace", due_at: "replace" },
    },
  );
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
