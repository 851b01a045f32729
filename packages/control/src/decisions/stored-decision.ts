import type { RouteBody, routes } from "@holdfast/api";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Selectable } from "kysely";
import { RECORD_COLUMNS, recordOf } from "./record-text.ts";
import type { DecisionsTable } from "./tables.ts";

/** A decision as it is kept. */
export interface StoredDecision {
  readonly record: DecisionRecord;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A decision as the API lists it. */
export type DecisionBody = RouteBody<typeof routes.listDecisions>["items"][number];

/** A decision as the API shows it alone. */
export type DecisionDetailBody = RouteBody<typeof routes.readDecision>;

/** The columns a stored decision is read from. */
export const DECISION_COLUMNS = [...RECORD_COLUMNS, "received_at"] as const;

/** Returns a decision from its row. */
export function decisionOf(
  row: Pick<Selectable<DecisionsTable>, (typeof DECISION_COLUMNS)[number]>,
): StoredDecision {
  return { record: recordOf(row), receivedAt: row.received_at };
}

/** Returns a decision as the API lists it: never the sealed id. */
export function decisionBody({ record, receivedAt }: StoredDecision): DecisionBody {
  const { subject, rule, experiment, assigned, delivered, deviation } = record;
  const { subscriber } = subject;
  return {
    requestIdentifier: record.requestIdentifier,
    app: record.app,
    environment: record.environment,
    requestedAt: record.requestedAt,
    decidedAt: record.decidedAt,
    receivedAt,
    latencyMs: record.latencyMs,
    productId: subject.productId,
    userLocale: subject.userLocale,
    pseudonym: subject.pseudonym,
    lookup: subscriber.status === "unavailable" ? subscriber.reason : subscriber.status,
    snapshot: record.snapshot,
    stopListSequence: record.stopListSequence,
    source: record.source,
    ...(rule === undefined ? {} : { rule }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(assigned === undefined ? {} : { assigned: { ...assigned } }),
    ...(delivered === undefined ? {} : { delivered: { ...delivered } }),
    ...(deviation === undefined ? {} : { deviation }),
  };
}

/** Returns a decision with what was known of the subscriber. */
export function decisionDetailBody(decision: StoredDecision): DecisionDetailBody {
  const { subscriber } = decision.record.subject;
  const body = decisionBody(decision);
  return subscriber.status === "found" ? { ...body, state: { ...subscriber.state } } : body;
}
