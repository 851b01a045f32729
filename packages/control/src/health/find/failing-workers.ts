import type { App } from "../../apps/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** How long nothing may be written for Workers before it is a condition, ms: what is shorter mends itself. */
const LONG_MS = 60_000;

/**
 * Finds where what is live or stopped could not be written for Cloudflare Workers for a minute: they answer
 * by what was before.
 *
 * @param now - milliseconds since 1970
 */
export async function findFailingWorkers(
  queries: Queries,
  { id: app }: Pick<App, "id">,
  now: number,
): Promise<readonly FoundCondition[]> {
  const failing = await queries
    .selectFrom("workers_values")
    .select(["environment", "failing_since", "problem"])
    .where("app", "=", app)
    .where("failing_since", "<=", now - LONG_MS)
    .orderBy("environment")
    .orderBy("failing_since")
    .orderBy("kind")
    .execute();
  // The one that fails the longest stands for the others of its environment.
  const first = new Map(failing.toReversed().map((value) => [value.environment, value]));
  return [...first.values()].map(({ environment, failing_since, problem }) => ({
    kind: "workers.failing",
    app,
    environment,
    subject: "",
    state: "standing",
    details: { failingSince: failing_since ?? now, problem: problem ?? "UNKNOWN" },
  }));
}
