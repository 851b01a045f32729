import type { MaybePromise } from "@holdfast/appstore/crypto";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { Evaluation, SubscriberLookup } from "@holdfast/flow/evaluate";
import type { LivePublication } from "../ports/publications.ts";
import { DECISION_RECORD_FORMAT } from "../wire/decision-record.ts";
import type { DecisionHost, DecisionRecord } from "../wire/decision-record.ts";
import { sealValue } from "../wire/sealed-value.ts";
import type { Delivery } from "./respond.ts";

/** Everything one decision is recorded from. */
export interface RecordInput {
  readonly live: LivePublication;
  readonly request: DecodedRealtimeRequestBody;
  readonly pseudonym: string;
  readonly subscriber: SubscriberLookup;
  readonly evaluation: Evaluation;
  readonly evaluationFailed: boolean;
  readonly delivery: Delivery;
  /** Milliseconds since 1970. */
  readonly decidedAt: number;
  readonly latencyMs: number;
  readonly host?: DecisionHost | undefined;
}

/** The id of the key that decision records' ids are sealed under: the runtime secret's first. */
const DECISION_KEY_ID = "1";
const encoder = new TextEncoder();

/** Makes the decision record of one answered request. */
export function createDecisionRecord(input: RecordInput): MaybePromise<DecisionRecord> {
  const { live, request } = input;
  const sealed = sealValue(live.keys.decisionSeal, encoder.encode(request.originalTransactionId), {
    app: live.app,
    environment: live.environment,
    purpose: "decision",
    keyId: DECISION_KEY_ID,
  });
  return sealed instanceof Promise
    ? sealed.then((sealedId) => assemble(input, sealedId))
    : assemble(input, sealed);
}

function assemble(input: RecordInput, sealedId: string): DecisionRecord {
  const { live, request, evaluation, delivery } = input;
  const { rule, experiment, assigned } = evaluation;
  const deviation = deviationOf(input);
  return {
    format: DECISION_RECORD_FORMAT,
    app: live.app,
    environment: live.environment,
    requestIdentifier: request.requestIdentifier,
    requestedAt: request.signedDate,
    decidedAt: input.decidedAt,
    latencyMs: Math.round(input.latencyMs * 1000) / 1000,
    subject: {
      productId: request.productId,
      userLocale: request.userLocale,
      pseudonym: input.pseudonym,
      sealedId,
      subscriber: input.subscriber,
    },
    snapshot: live.snapshotHash,
    stopListSequence: live.stops.sequence,
    source: evaluation.source,
    ...(rule === undefined ? {} : { rule }),
    ...(experiment === undefined ? {} : { experiment }),
    hashes: evaluation.hashes,
    hashVersion: evaluation.hashVersion,
    ...(assigned === undefined ? {} : { assigned }),
    ...(delivery.delivered === undefined ? {} : { delivered: delivery.delivered }),
    ...(deviation === undefined ? {} : { deviation }),
    ...(input.host === undefined ? {} : { host: input.host }),
  };
}

function deviationOf(input: RecordInput): DecisionRecord["deviation"] {
  if (input.evaluationFailed) return "evaluationFailed";
  return input.delivery.deviation ?? input.evaluation.deviation;
}
