import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { OutcomeCountsTable, OutcomeGroup, OutcomeRevenueTable } from "./tables.ts";

/** Which outcomes. */
export interface OutcomesAsked extends SubscriptionPlace {
  /** The beginnings of the first and the last day, ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** Only this unit. */
  readonly unit?: string | undefined;
}

/** Days do not show any more. */
type Grouped = Omit<OutcomeGroup, "day">;

/** How many subscriptions there are of a kind. */
export type CountedOutcomes = Grouped & Pick<OutcomeCountsTable, "outcome" | "renewal" | "count">;

/** What was paid. */
export type CountedRevenue = Grouped &
  Pick<OutcomeRevenueTable, "currency" | "milliunits" | "renewals">;

/** Returns what was counted in some days, added up. */
export async function readOutcomes(
  queries: Queries,
  asked: OutcomesAsked,
): Promise<{
  readonly counts: readonly CountedOutcomes[];
  readonly revenue: readonly CountedRevenue[];
}> {
  const group = ["unit", "rule", "arm", "message", "delivered"] as const;
  const { app, environment, from, to, unit } = asked;
  let counts = queries
    .selectFrom("outcome_counts")
    .select([...group, "outcome", "renewal"])
    .select(({ fn }) => fn.sum<number>("count").as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", from)
    .where("day", "<=", to)
    .groupBy([...group, "outcome", "renewal"]);
  let revenue = queries
    .selectFrom("outcome_revenue")
    .select([...group, "currency"])
    .select(({ fn }) => [
      fn.sum<number>("milliunits").as("milliunits"),
      fn.sum<number>("renewals").as("renewals"),
    ])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", from)
    .where("day", "<=", to)
    .groupBy([...group, "currency"]);
  if (unit !== undefined) {
    counts = counts.where("unit", "=", unit);
    revenue = revenue.where("unit", "=", unit);
  }
  const [counted, paid] = [await counts.execute(), await revenue.execute()];
  return {
    counts: counted.filter(({ count }) => count > 0),
    revenue: paid.filter(({ renewals }) => renewals > 0),
  };
}
