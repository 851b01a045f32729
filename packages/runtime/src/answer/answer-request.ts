import type { FlowEnvironment, Subject, SubscriberLookup } from "@holdfast/flow/evaluate";
import { pseudonymOf } from "../keys/pseudonym.ts";
import type { LivePublication } from "../ports/publications.ts";
import type { LookupEnding } from "../ports/subscribers.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { admit, DEFAULT_FRESHNESS_MS } from "./admit.ts";
import type { Admitted } from "./admit.ts";
import { DeadlinePassed } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import { decide } from "./decide.ts";
import { lookupEnding, lookUpSubscriber, wasAsked } from "./lookup.ts";
import type { LookupMeans } from "./lookup.ts";
import { receive } from "./receive.ts";
import { createDecisionRecord } from "./record.ts";
import type { RecordInput } from "./record.ts";
import { RequestRefusal } from "./request-refusal.ts";
import { respond } from "./respond.ts";
import type { Delivery } from "./respond.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

/** How one request was answered. */
export interface Answer {
  readonly delivery: Delivery;
  /** Absent when it could not be made. */
  readonly record?: DecisionRecord;
  readonly lookup: LookupEnding;
  /** How long the lookup took; absent when no store was asked. */
  readonly lookupMs?: number;
  /** The request as it came, verified by now. */
  readonly signedPayload: string;
  /** Our clock less the request's signedDate. */
  readonly clockSkewMs: number;
  /** What went wrong on the way without costing the answer. */
  readonly error?: unknown;
}

/** One answer's share of the runtime. */
export interface AnswerMeans extends RuntimeOptions {
  readonly lookup: LookupMeans;
  readonly deadline: Deadline;
  /** On `clock.elapsed`. */
  readonly arrivedAt: number;
}

/**
 * Answers one real-time request, step by step: receive, admit, verify, look up, decide, respond,
 * record.
 *
 * @throws RequestRefusal, BadDataError, PolicyError for a request that gets no decision
 */
export async function answerRequest(
  httpRequest: Request,
  live: LivePublication,
  means: AnswerMeans,
): Promise<Answer> {
  const { clock, deadline, freshnessMs = DEFAULT_FRESHNESS_MS } = means;
  const signedPayload = await receive(httpRequest);
  const now = clock.now();
  const admitted = admit(signedPayload, live, { now, freshnessMs });
  await verifyInTime(admitted, live, means, now);
  const { request } = admitted;
  const pseudonym = await pseudonymOf(live.keys.pseudonym, request.originalTransactionId);
  const key = { productId: request.productId, pseudonym };
  const lookedUpAt = clock.elapsed();
  const subscriber = await lookUpSubscriber(live, key, means.lookup, deadline);
  const lookup = lookupEnding(subscriber);
  const lookupMs = wasAsked(lookup) ? clock.elapsed() - lookedUpAt : undefined;
  const decided = decide(live, subjectOf(admitted, live.environment, subscriber));
  const delivery = await respond(decided.evaluation.candidates, live, request, deadline);
  const recorded = await recordInTime(
    {
      live,
      request,
      pseudonym,
      subscriber,
      evaluation: decided.evaluation,
      evaluationFailed: decided.error !== undefined,
      delivery,
      decidedAt: now,
      latencyMs: clock.elapsed() - means.arrivedAt,
      host: means.host,
    },
    means,
  );
  return {
    delivery,
    ...(recorded.record === undefined ? {} : { record: recorded.record }),
    lookup,
    ...(lookupMs === undefined ? {} : { lookupMs }),
    signedPayload,
    clockSkewMs: now - request.signedDate,
    error: decided.error ?? delivery.error ?? recorded.error,
  };
}

async function verifyInTime(
  admitted: Admitted,
  live: LivePublication,
  { verifier, revocations, deadline }: AnswerMeans,
  now: number,
): Promise<void> {
  const policy = { trust: live.trust, validAt: now };
  try {
    await deadline.before(
      verifier.verify(
        admitted.data,
        revocations === undefined ? policy : { ...policy, revocations },
      ),
    );
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    throw new RequestRefusal("BUDGET_EXCEEDED", "verification was not done in time");
  }
}

/** Returns the subject rules see: the request's fields and what is known of the subscriber. */
export function subjectOf(
  { request }: Pick<Admitted, "request">,
  environment: FlowEnvironment,
  subscriber: SubscriberLookup,
): Subject {
  return {
    originalTransactionId: request.originalTransactionId,
    appAppleId: request.appAppleId,
    productId: request.productId,
    userLocale: request.userLocale,
    environment,
    requestedAt: request.signedDate,
    subscriber,
  };
}

/** Keeps the record before the response goes out; a fault or a slow disk never costs the answer. */
async function recordInTime(
  input: RecordInput,
  { decisions, deadline }: AnswerMeans,
): Promise<{ readonly record?: DecisionRecord; readonly error?: unknown }> {
  let record: DecisionRecord | undefined;
  try {
    record = await createDecisionRecord(input);
    const appended = decisions.append(record);
    if (appended instanceof Promise) await deadline.before(appended);
    return { record };
  } catch (error) {
    // An append that is late is still queued: that is no fault.
    const fault = error instanceof DeadlinePassed ? undefined : error;
    return { ...(record === undefined ? {} : { record }), error: fault };
  }
}
