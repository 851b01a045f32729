import type { App } from "../../apps/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** How long fetching statuses may rest while somebody waits for one before it is a condition, ms: 6 hours. */
const LONG_MS = 6 * 3_600_000;

/**
 * Finds the environments in which Apple has answered no question about a status for 6 hours, for a key that
 * is not accepted or a limit that is used up, while somebody waits for one.
 *
 * @param now - milliseconds since 1970
 */
export async function findPausedStatuses(
  queries: Queries,
  { id: app, environments }: Pick<App, "id" | "environments">,
  now: number,
): Promise<readonly FoundCondition[]> {
  const paused = await queries
    .selectFrom("status_queues as queue")
    .select(["queue.environment", "queue.paused_since", "queue.problem"])
    .where("queue.app", "=", app)
    .where("queue.paused_since", "<=", now - LONG_MS)
    .where((row) =>
      row.exists(
        row
          .selectFrom("wanted_statuses as wanted")
          .select("wanted.subject")
          .whereRef("wanted.app", "=", "queue.app")
          .whereRef("wanted.environment", "=", "queue.environment")
          .where("wanted.step", "in", ["status", "history"])
          .where("wanted.urgency", "in", [0, 1, 2])
          .where("wanted.next_at", "<=", now),
      ),
    )
    .orderBy("queue.environment")
    .execute();
  return paused
    .filter(({ environment }) => environments[environment] !== undefined)
    .map(({ environment, paused_since, problem }) => ({
      kind: "statuses.paused",
      app,
      environment,
      subject: "",
      state: "standing",
      details: { pausedSince: paused_since ?? now, problem: problem ?? "UNKNOWN" },
    }));
}
