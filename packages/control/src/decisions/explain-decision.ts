import { ApiRefusal } from "@holdfast/api/server";
import { explainEvaluation, NO_STOPS } from "@holdfast/flow/evaluate";
import type { Evaluation, EvaluationTrace, Subject } from "@holdfast/flow/evaluate";
import { parseSnapshot, prepareSnapshot } from "@holdfast/flow/snapshot";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { openSealedValue, WireError } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { readApp } from "../apps/index.ts";
import { readSnapshotText } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/** What decisions are explained with. */
export interface ExplainMeans {
  readonly queries: Queries;
  /** What runtimes sealed the ids under. */
  readonly runtimeKeys: Pick<RuntimeKeys, "decisionSeal">;
}

/** How a decision came about. */
export interface ExplainedDecision {
  readonly trace: EvaluationTrace;
  /** Whether the same comes out again; what was stopped since is no part of it. */
  readonly agrees: boolean;
}

/**
 * Evaluates the request of a decision again: by the snapshot it was decided by, with what was known of the
 * subscriber then. The id that buckets depend on is opened, and only in memory.
 *
 * @throws ApiRefusal `CONFLICT` where the snapshot is gone or the id does not open; `NOT_FOUND` for an app
 *   that is none
 */
export async function explainDecision(
  { queries, runtimeKeys }: ExplainMeans,
  record: DecisionRecord,
): Promise<ExplainedDecision> {
  const { app, environment, subject } = record;
  const { appAppleId, bundleId } = await readApp(queries, app);
  const snapshot = await preparedSnapshot(queries, record, bundleId);
  const evaluated: Subject = {
    originalTransactionId: await openId(runtimeKeys, record),
    appAppleId,
    productId: subject.productId,
    userLocale: subject.userLocale,
    environment,
    requestedAt: record.requestedAt,
    subscriber: subject.subscriber,
  };
  const { evaluation, trace } = explainEvaluation(snapshot, evaluated, NO_STOPS);
  return { trace, agrees: isSame(evaluation, record) };
}

/** A decision says itself which snapshot it is of: one of another app is none of whoever sees this app. */
async function preparedSnapshot(
  queries: Queries,
  { snapshot: hash, environment }: DecisionRecord,
  bundleId: string,
) {
  let text: string;
  try {
    text = await readSnapshotText(queries, hash);
  } catch (error) {
    if (!(error instanceof ApiRefusal && error.code === "NOT_FOUND")) throw error;
    throw notHere(hash);
  }
  const snapshot = parseSnapshot(JSON.parse(text));
  if (snapshot.app !== bundleId || snapshot.environment !== environment) throw notHere(hash);
  return prepareSnapshot(snapshot);
}

function notHere(hash: string): ApiRefusal {
  return new ApiRefusal("CONFLICT", `the snapshot ${hash.slice(0, 12)} is not here`, {
    advice:
      "it was published elsewhere, or by an app that was deleted; the decision itself can be read",
  });
}

async function openId(
  { decisionSeal }: ExplainMeans["runtimeKeys"],
  { app, environment, subject }: DecisionRecord,
): Promise<string> {
  try {
    const { plaintext } = await openSealedValue(decisionSeal, subject.sealedId, {
      app,
      environment,
      purpose: "decision",
    });
    return new TextDecoder().decode(plaintext);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ApiRefusal("CONFLICT", "the decision's sealed id does not open", {
      advice: "it was sealed under another runtime secret; the decision itself can be read",
    });
  }
}

function isSame(evaluation: Evaluation, record: DecisionRecord): boolean {
  return decidedText(evaluation) === decidedText(record);
}

function decidedText({
  source,
  rule,
  experiment,
  hashes,
  hashVersion,
}: Evaluation | DecisionRecord): string {
  const buckets = hashes.map(({ layer, key, hash }) => [layer, key, hash]);
  return JSON.stringify([source, rule, experiment?.key, experiment?.arm, hashVersion, buckets]);
}
