import type { App } from "../../apps/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** How long an address may refuse notifications before it is a condition, ms: a day. */
const LONG_MS = 24 * 3_600_000;

/**
 * Finds the addresses that notifications are passed on to and that have taken none for a day. Their URLs may
 * hold a secret, so they are told by their ids.
 *
 * @param now - milliseconds since 1970
 */
export async function findFailingForwards(
  queries: Queries,
  { id: app }: Pick<App, "id">,
  now: number,
): Promise<readonly FoundCondition[]> {
  const failing = await queries
    .selectFrom("notification_forwards")
    .select(["id", "environment", "failing_since", "last_problem"])
    .where("app", "=", app)
    .where("failing_since", "<=", now - LONG_MS)
    .orderBy("id")
    .execute();
  return failing.map(({ id, environment, failing_since, last_problem }) => ({
    kind: "forward.failing",
    app,
    environment,
    subject: id,
    state: "standing",
    details: {
      forward: id,
      failingSince: failing_since ?? now,
      problem: last_problem ?? "UNKNOWN",
    },
  }));
}
