import type { DecisionSource } from "@holdfast/flow/evaluate";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { daysHeld } from "./days-held.ts";
import { DECISION_COLUMNS, decisionOf } from "./stored-decision.ts";
import type { StoredDecision } from "./stored-decision.ts";

/** Where a list goes on: after this request. */
export type DecisionPosition = readonly [requestedAt: number, requestIdentifier: string];

/** Which decisions. */
export interface DecisionFilter extends SubscriptionPlace {
  readonly pseudonym?: string | undefined;
  readonly rule?: string | undefined;
  readonly source?: DecisionSource | undefined;
  /** Requested then or later, ms since 1970. */
  readonly since?: number | undefined;
  readonly after?: DecisionPosition | undefined;
  readonly limit: number;
}

/** A page of decisions, the newest request first. */
export interface DecisionPage {
  readonly decisions: readonly StoredDecision[];
  /** Where there may be more; absent at the end. */
  readonly next?: DecisionPosition;
}

/**
 * How many decisions are looked through for one page where no index finds them: a source that hardly ever
 * decides must not make SQLite read millions of rows while everybody else waits.
 */
const LOOKED_THROUGH = 20_000;

/** Returns a page of decisions; filtered by source it may be short, or empty, before the end. */
export async function listDecisions(
  queries: Queries,
  filter: DecisionFilter,
): Promise<DecisionPage> {
  const { source, pseudonym, limit } = filter;
  const floor = source === undefined ? undefined : await scanFloor(queries, filter);
  let query = matching(queries, filter)
    .select(DECISION_COLUMNS)
    .limit(limit + 1);
  if (pseudonym !== undefined) {
    const days = await daysHeld(queries, filter);
    if (days.length === 0) return { decisions: [] };
    query = query.where("day", "in", days).where("pseudonym", "=", pseudonym);
  }
  if (source !== undefined) query = query.where("source", "=", source);
  if (floor !== undefined) query = query.where("requested_at", ">=", floor);
  const found = (await query.execute()).map(decisionOf);
  const decisions = found.slice(0, limit);
  const last = decisions.at(-1)?.record;
  if (found.length > limit && last !== undefined) {
    return { decisions, next: [last.requestedAt, last.requestIdentifier] };
  }
  // The empty text is before every identifier of that moment, and all of these were looked through.
  return floor === undefined ? { decisions } : { decisions, next: [floor, ""] };
}

/** Returns the moment down to which a page looks; undefined where it looks to the end. */
async function scanFloor(queries: Queries, filter: DecisionFilter): Promise<number | undefined> {
  const row = await matching(queries, filter)
    .select("requested_at")
    .offset(LOOKED_THROUGH)
    .limit(1)
    .executeTakeFirst();
  return row?.requested_at;
}

function matching(queries: Queries, filter: DecisionFilter) {
  const { app, environment, rule, since, after } = filter;
  let query = queries
    .selectFrom("decisions")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("requested_at", "desc")
    .orderBy("request_identifier", "desc");
  if (rule !== undefined) query = query.where("rule", "=", rule);
  if (since !== undefined) query = query.where("requested_at", ">=", since);
  if (after !== undefined) {
    const [at, identifier] = after;
    // The first condition is for the index, which has no identifiers.
    query = query
      .where("requested_at", "<=", at)
      .where((row) =>
        row(row.refTuple("requested_at", "request_identifier"), "<", row.tuple(at, identifier)),
      );
  }
  return query;
}
