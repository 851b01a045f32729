import type { Selectable } from "kysely";
import type { Database, Queries } from "../../storage/index.ts";
import type { WorkersValuesTable } from "../tables.ts";
import { holdTarget } from "../target.ts";
import type { WorkersTarget } from "../target.ts";
import { LONGEST_WAIT_MS } from "./judge-setback.ts";
import type { ValuePlace, WantedValue } from "./value-kind.ts";

/**
 * When it is looked whether a value is there: first after it was written, and then again, ms. Whether
 * Cloudflare's API always reads what was written last is UNCONFIRMED: one that does not costs one write more.
 */
export const CHECK_MS = { first: 60_000, again: 3_600_000 } as const;

/** How a value stands, as it is written down. */
export type StoredValue = Selectable<WorkersValuesTable>;

/** A value that is to be, with what is known of it. */
export interface KnownValue {
  readonly wanted: WantedValue;
  readonly stored: StoredValue | undefined;
}

/** Returns how values stand, of one app or of all. */
export async function readStoredValues(
  queries: Queries,
  app?: string,
): Promise<readonly StoredValue[]> {
  const all = queries.selectFrom("workers_values").selectAll();
  return (app === undefined ? all : all.where("app", "=", app)).execute();
}

/** Returns values that are to be with what is known of each, in their order. */
export function withStored(
  wanted: readonly WantedValue[],
  stored: readonly StoredValue[],
): readonly KnownValue[] {
  const byName = new Map(stored.map((value) => [nameOf(value), value]));
  return wanted.map((value) => ({ wanted: value, stored: byName.get(nameOf(value)) }));
}

/** Tells whether a value is to be written: it changed, and is not older than what was written. */
export function isWaiting({ wanted, stored }: KnownValue): boolean {
  return wanted.tag !== stored?.tag && wanted.sequence >= (stored?.sequence ?? 0);
}

/** Tells whether a value is to be written or looked at by `now`, ms since 1970. */
export function needsTending(known: KnownValue, now: number): boolean {
  return isWaiting(known) ? isDue(known, now) : isToCheck(known, now);
}

/** Tells whether a value that waits may be tried. */
export function isDue({ stored }: KnownValue, now: number): boolean {
  return isTime(stored?.next_at ?? 0, LONGEST_WAIT_MS, now);
}

/** Tells whether it is time to look whether a value is there. */
export function isToCheck({ stored }: KnownValue, now: number): boolean {
  if (stored === undefined || stored.check_at === null) return false;
  return isTime(stored.check_at, CHECK_MS.again, now);
}

/** A moment further ahead than any is set was set by a clock that has been set back: nobody waits for it. */
function isTime(moment: number, longestMs: number, now: number): boolean {
  return moment <= now || moment > now + longestMs;
}

/** What is written down of a value; what is not named stays. */
export type ValueNote = Partial<Omit<StoredValue, keyof ValuePlace>>;

/** Writes down how a value stands. Of a target that was changed meanwhile nothing is. */
export async function noteValue(
  database: Database,
  { target, place }: { readonly target: WorkersTarget; readonly place: ValuePlace },
  note: ValueNote,
): Promise<void> {
  const { app, kind, environment } = place;
  await database.transaction(async ({ queries }) => {
    if (!(await holdTarget(queries, target))) return;
    await queries
      .insertInto("workers_values")
      .values({ ...NOTHING_WRITTEN, app, kind, environment, ...note })
      .onConflict((conflict) => conflict.columns(["app", "kind", "environment"]).doUpdateSet(note))
      .execute();
  });
}

const NOTHING_WRITTEN: Required<ValueNote> = {
  tag: null,
  digest: null,
  sequence: null,
  written_at: null,
  check_at: null,
  failing_since: null,
  attempts: 0,
  problem: null,
  next_at: null,
};

function nameOf({ app, kind, environment }: ValuePlace): string {
  return `${app} ${kind} ${environment}`;
}
