import type { Database, Queries } from "../../storage/index.ts";
import { insertMarks } from "./mark-states.ts";
import type { StatePlace } from "./state-places.ts";
import type { StateSource } from "./tables.ts";

/**
 * How long after a namespace was connected something may still be committed by a transaction that began before
 * and marked nothing, ms. On SQLite one transaction ends before another begins.
 */
const UNMARKED_MS = { sqlite: 0, postgres: 2 * 60_000 } as const;

/** How many are marked by one transaction. */
const FILL_ROWS = 1000;

/**
 * In their order. Whom only the team told of is in none of them, for its rows do not say whether they are of a
 * subscription or of an account: such a state is written when something is said of it next. Those that were
 * erased are there because the namespace may have been the app's before.
 */
const NEXT_SOURCE: Readonly<Record<StateSource, StateSource | null>> = {
  subscribers: "histories",
  histories: "erasures",
  erasures: null,
};

const TABLES = {
  subscribers: "subscribers",
  histories: "subscriber_histories",
  erasures: "subscriber_erasures",
} as const satisfies Readonly<Record<StateSource, string>>;

/**
 * Marks the next of those that were there before their namespace was connected, and remembers how far it got,
 * in one transaction. Returns the place as it is then; undefined where nobody is to be marked now.
 */
export async function fillMarks(
  database: Database,
  place: StatePlace,
  now: number,
): Promise<StatePlace | undefined> {
  const { fill_from: source } = place;
  if (source === null) return undefined;
  if (now < place.begun_at + UNMARKED_MS[database.engine]) return undefined;
  return database.transaction(async (transaction) => {
    const found = await nextOf(transaction.queries, place, source);
    const isLast = found.length < FILL_ROWS;
    const position = {
      fill_from: isLast ? NEXT_SOURCE[source] : source,
      fill_after: isLast ? "" : (found.at(-1) ?? ""),
    };
    const { numUpdatedRows } = await transaction.queries
      .updateTable("worker_state_places")
      .set(position)
      .where("app", "=", place.app)
      .where("environment", "=", place.environment)
      .where("begun_at", "=", place.begun_at)
      .where("fill_from", "=", source)
      .where("fill_after", "=", place.fill_after)
      .executeTakeFirst();
    // Somebody else did it, or began anew.
    if (numUpdatedRows === 0n) return undefined;
    const marks = found.map((owner) => ({ owner, kind: "changed" }) as const);
    await insertMarks(transaction, place, marks);
    return { ...place, ...position };
  });
}

async function nextOf(
  queries: Queries,
  { app, environment, fill_after }: StatePlace,
  source: StateSource,
): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom(TABLES[source])
    .select("pseudonym")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", ">", fill_after)
    .orderBy("pseudonym")
    .limit(FILL_ROWS)
    .execute();
  return rows.map(({ pseudonym }) => pseudonym);
}
