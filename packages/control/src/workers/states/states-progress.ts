import type { Queries } from "../../storage/index.ts";
import type { StatePlace } from "./state-places.ts";
import type { StateSource } from "./tables.ts";

/** How the states of an app's subscribers stand, over both environments. */
export interface StatesProgress {
  /** How many wait to be written, one marked twice counted twice; counted up to 100,000 of each kind. */
  readonly pending: number;
  /** How many were written or deleted since the namespace was connected, each as often as it was. */
  readonly written: number;
  /** Milliseconds since 1970; absent before the first. */
  readonly lastWrittenAt?: number;
  /** The code of why the last attempt failed; absent where it did not. */
  readonly problem?: string;
}

/** Nobody needs to know how much more it is, and counting it would take longer than the answer may. */
const MOST_COUNTED = 100_000;

/** Returns how the states of an app's subscribers stand. */
export async function readStatesProgress(queries: Queries, app: string): Promise<StatesProgress> {
  const places = await queries
    .selectFrom("worker_state_places")
    .selectAll()
    .where("app", "=", app)
    .orderBy("environment")
    .execute();
  let pending = 0;
  for (const place of places) {
    pending += await countMarks(queries, place);
    if (place.fill_from !== null) pending += await countUnmarked(queries, place, place.fill_from);
  }
  const writtenAt = places.flatMap(({ last_written_at }) => last_written_at ?? []);
  const problem = places.find((place) => place.problem !== null)?.problem ?? undefined;
  return {
    pending,
    written: places.reduce((sum, { written }) => sum + written, 0),
    ...(writtenAt.length === 0 ? {} : { lastWrittenAt: Math.max(...writtenAt) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

async function countMarks(queries: Queries, { app, environment }: StatePlace): Promise<number> {
  const row = await queries
    .selectFrom((from) =>
      from
        .selectFrom("worker_state_marks")
        .select("id")
        .where("app", "=", app)
        .where("environment", "=", environment)
        .limit(MOST_COUNTED)
        .as("waiting"),
    )
    .select((from) => from.fn.countAll<number>().as("count"))
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** Of those that were there when the namespace was connected. */
async function countUnmarked(
  queries: Queries,
  { app, environment, fill_after }: StatePlace,
  source: StateSource,
): Promise<number> {
  if (source !== "subscribers") return 0;
  const row = await queries
    .selectFrom((from) =>
      from
        .selectFrom("subscribers")
        .select("pseudonym")
        .where("app", "=", app)
        .where("environment", "=", environment)
        .where("pseudonym", ">", fill_after)
        .limit(MOST_COUNTED)
        .as("unmarked"),
    )
    .select((from) => from.fn.countAll<number>().as("count"))
    .executeTakeFirst();
  return row?.count ?? 0;
}
