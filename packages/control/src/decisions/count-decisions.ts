import type { DECISIONS_COUNTED_BY, RouteBody, routes } from "@holdfast/api";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/subscription-place.ts";
import type { DecisionCountsTable } from "./tables.ts";

/** What can be counted by. */
export type CountBy = (typeof DECISIONS_COUNTED_BY)[number];

/** The counts as the API shows them. */
export type DecisionCountsBody = RouteBody<typeof routes.countDecisions>;

/** Whole UTC days. */
export interface Days {
  /** When the first begins, ms since 1970. */
  readonly first: number;
  /** When the last begins. */
  readonly last: number;
}

type CountColumn = Exclude<keyof DecisionCountsTable, "app" | "environment" | "key" | "count">;

const MAX_GROUPS = 1000;

/** Returns how many decisions there were of which, from the counts alone. */
export async function countDecisions(
  queries: Queries,
  place: SubscriptionPlace,
  { days, by }: { readonly days: Days; readonly by: readonly CountBy[] },
): Promise<DecisionCountsBody> {
  const columns = [...new Set(by.flatMap(columnsOf))];
  const counted = queries
    .selectFrom("decision_counts")
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .where("day", ">=", days.first)
    .where("day", "<=", days.last);
  const sum = await counted
    .select((row) => row.fn.coalesce(row.fn.sum<number>("count"), row.lit(0)).as("total"))
    .executeTakeFirst();
  const total = sum?.total ?? 0;
  if (columns.length === 0) {
    return { total, isCut: false, groups: total === 0 ? [] : [{ count: total }] };
  }
  let query = counted
    .select(columns)
    .select((row) => row.fn.sum<number>("count").as("sum"))
    .groupBy(columns);
  if (columns.includes("day")) query = query.orderBy("day");
  query = query.orderBy("sum", "desc");
  for (const column of columns) query = query.orderBy(column);
  const rows = await query.limit(MAX_GROUPS + 1).execute();
  const groups = rows
    .slice(0, MAX_GROUPS)
    .map(({ sum: count, ...group }) => Object.assign(withoutEmpty(group), { count }));
  return { total, isCut: rows.length > MAX_GROUPS, groups };
}

/** An arm's name says nothing without its experiment. */
function columnsOf(by: CountBy): readonly CountColumn[] {
  return by === "arm" ? ["experiment", "arm"] : [by];
}

function withoutEmpty<Group extends object>(group: Group): Partial<Group> {
  // What is left out of an object leaves a part of it.
  return Object.fromEntries(
    Object.entries(group).filter(([, value]) => value !== ""),
  ) as Partial<Group>;
}
