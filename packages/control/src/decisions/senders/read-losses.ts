import type { RouteBody, routes } from "@holdfast/api";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import type { Days } from "../count-decisions.ts";
import type { DecisionLossesTable } from "./tables.ts";

/** What was lost, as the API shows it. */
export type DecisionLossesBody = RouteBody<typeof routes.readDecisionLosses>;

type DayOfLosses = DecisionLossesBody["days"][number];

/** The most days, each of three kinds of hosts, that are shown. */
const MAX_DAYS = 2000;

/** Returns what of silent senders' decisions came on some days, and what did not. */
export async function readLosses(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { first, last }: Days,
): Promise<DecisionLossesBody> {
  const rows = await queries
    .selectFrom("decision_losses")
    .select(["day", "host", "made", "received"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("day", ">=", first)
    .where("day", "<=", last)
    .orderBy("day")
    .orderBy("host")
    .limit(MAX_DAYS)
    .execute();
  const days = rows.map((row): DayOfLosses => Object.assign(row, { lost: lostOf(row) }));
  const sum = (of: (day: DayOfLosses) => number): number =>
    days.reduce((total, day) => total + of(day), 0);
  return {
    made: sum(({ made }) => made),
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    days,
  };
}

/** More than it made nobody can lose, whatever it said. */
function lostOf({ made, received }: Pick<DecisionLossesTable, "made" | "received">): number {
  return Math.max(0, made - received);
}

/** What of a place's decisions was lost. */
export interface PlaceLosses extends SubscriptionPlace {
  readonly host: string;
  readonly lost: number;
}

/** Returns what was lost of every place from a day on, ms since 1970. */
export async function readAllLosses(
  queries: Queries,
  since: number,
): Promise<readonly PlaceLosses[]> {
  const rows = await queries
    .selectFrom("decision_losses")
    .select(["app", "environment", "host"])
    .select((row) => row.fn.sum<number>("made").as("made"))
    .select((row) => row.fn.sum<number>("received").as("received"))
    .where("day", ">=", since)
    .groupBy(["app", "environment", "host"])
    .orderBy("app")
    .orderBy("environment")
    .orderBy("host")
    .execute();
  return rows.map(({ app, environment, host, ...counts }) => ({
    app,
    environment,
    host,
    lost: lostOf(counts),
  }));
}
