import type { App } from "../../apps/index.ts";
import { failingFixtures } from "../../simulator/fixture-checks.ts";
import type { Queries } from "../../storage/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** Finds where the last check of captured requests failed, by environment that is served. */
export async function findFailingFixtures(
  queries: Queries,
  { id: app, environments }: Pick<App, "id" | "environments">,
): Promise<readonly FoundCondition[]> {
  const failing = await failingFixtures(queries, app);
  const served = failing.filter(({ environment }) => environments[environment] !== undefined);
  return served.map(({ environment, failed }) => ({
    kind: "fixtures.failing",
    app,
    environment,
    subject: "",
    state: "standing",
    details: { failed },
  }));
}
