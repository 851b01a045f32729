import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { daysHeld } from "./days-held.ts";
import { DECISION_COLUMNS, decisionOf } from "./stored-decision.ts";
import type { StoredDecision } from "./stored-decision.ts";

/** Which decision. */
export interface DecisionPlace extends SubscriptionPlace {
  /** Apple's identifier of the request. */
  readonly request: string;
}

/**
 * Returns a decision.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readDecision(
  queries: Queries,
  { app, environment, request }: DecisionPlace,
): Promise<StoredDecision> {
  const days = await daysHeld(queries, { app, environment });
  const row =
    days.length === 0
      ? undefined
      : await queries
          .selectFrom("decisions")
          .select(DECISION_COLUMNS)
          .where("app", "=", app)
          .where("environment", "=", environment)
          .where("day", "in", days)
          .where("request_identifier", "=", request)
          .executeTakeFirst();
  if (row !== undefined) return decisionOf(row);
  throw new ApiRefusal("NOT_FOUND", `${app} has no decision of that request in ${environment}`, {
    advice:
      "check the identifier; a decision is here once its runtime has shipped it, and for as long as they are kept",
  });
}
