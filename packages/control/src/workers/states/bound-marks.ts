import type { Database } from "../../storage/index.ts";
import { deleteMarks } from "./settle-marks.ts";
import type { StatePlace } from "./state-places.ts";

/** More marks than these are not kept while nothing can be written. */
const MAX_MARKS = 500_000;

/** Rows of one statement. */
const DELETED_ROWS = 5000;

/** What bounds marks. */
export interface MarksBound {
  /** Default {@link MAX_MARKS}. */
  readonly max?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Where more is marked than is kept, forgets what changed and has all states of the place written once it can
 * be: that is no more than one mark a subscription. What is gone stays marked.
 */
export async function boundMarks(
  { queries }: Database,
  place: StatePlace,
  { max = MAX_MARKS, signal }: MarksBound,
): Promise<void> {
  const { app, environment } = place;
  const beyond = await queries
    .selectFrom("worker_state_marks")
    .select("id")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("id")
    .offset(max)
    .limit(1)
    .executeTakeFirst();
  if (beyond === undefined) return;
  // First, so that whatever a deleted mark stood for is found again.
  await queries
    .updateTable("worker_state_places")
    .set({ fill_from: "subscribers", fill_after: "" })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("begun_at", "=", place.begun_at)
    .execute();
  for (;;) {
    signal.throwIfAborted();
    const rows = await queries
      .selectFrom("worker_state_marks")
      .select("id")
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("kind", "!=", "gone")
      .limit(DELETED_ROWS)
      .execute();
    if (rows.length === 0) return;
    await deleteMarks(
      { queries },
      place,
      rows.map(({ id }) => id),
    );
  }
}
