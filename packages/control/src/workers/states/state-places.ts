import type { Selectable } from "kysely";
import { insertNew, sequenceFloor } from "../../storage/index.ts";
import type { Database, Queries } from "../../storage/index.ts";
import type { WorkerStatePlacesTable } from "./tables.ts";

/** How writing stands of an app and environment. */
export type StatePlace = Selectable<WorkerStatePlacesTable>;

const ENVIRONMENTS = ["production", "sandbox"] as const;

/**
 * Begins with the places of namespaces that were connected since, and anew with all of them after the database
 * was put back to an earlier state: what is written is of a later one.
 */
export async function followTargets(
  { queries }: Pick<Database, "queries">,
  now: number,
): Promise<void> {
  // The time of the last restore, where there was one.
  const restoredAt = await sequenceFloor(queries);
  if (restoredAt > 0) {
    await queries.deleteFrom("worker_state_places").where("begun_at", "<=", restoredAt).execute();
  }
  const targets = await queries
    .selectFrom("workers_targets as target")
    .select("target.app")
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom("worker_state_places as place")
            .select("place.app")
            .whereRef("place.app", "=", "target.app"),
        ),
      ),
    )
    .orderBy("target.app")
    .execute();
  const rows = targets.flatMap(({ app }) =>
    ENVIRONMENTS.map((environment) =>
      beginning({ app, environment, begun_at: Math.max(now, restoredAt + 1) }),
    ),
  );
  const keys = ["app", "environment"] as const;
  await insertNew({ queries }, { table: "worker_state_places", rows, keys });
}

function beginning(place: Pick<StatePlace, "app" | "environment" | "begun_at">): StatePlace {
  return {
    ...place,
    fill_from: "subscribers",
    fill_after: "",
    written: 0,
    last_written_at: null,
    problem: null,
    next_at: 0,
  };
}

/**
 * Returns the places where something is to be written at `now`, ms since 1970, and may be tried. One that is to be
 * left alone for longer than a failure has it, `pauseMs`, is tried: the clock was set back.
 */
export async function busyPlaces(
  queries: Queries,
  { now, pauseMs }: { readonly now: number; readonly pauseMs: number },
): Promise<readonly StatePlace[]> {
  return queries
    .selectFrom("worker_state_places as place")
    .selectAll("place")
    .where((row) =>
      row.or([row("place.next_at", "<=", now), row("place.next_at", ">", now + pauseMs)]),
    )
    .where((row) =>
      row.or([
        row("place.fill_from", "is not", null),
        row.exists(
          row
            .selectFrom("worker_state_marks as mark")
            .select("mark.id")
            .whereRef("mark.app", "=", "place.app")
            .whereRef("mark.environment", "=", "place.environment"),
        ),
        row.exists(
          row
            .selectFrom("worker_state_times as time")
            .select("time.pseudonym")
            .whereRef("time.app", "=", "place.app")
            .whereRef("time.environment", "=", "place.environment")
            .where("time.changes_at", "<=", now),
        ),
      ]),
    )
    .orderBy("place.app")
    .orderBy("place.environment")
    .execute();
}
