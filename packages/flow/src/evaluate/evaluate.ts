import type { SnapshotPlainMessage, SnapshotResponse } from "../snapshot/snapshot.ts";
import { BUCKETING_HASH_VERSION, bucketOf, PARTS_OF_WHOLE } from "./bucketing.ts";
import { createContext, hashIn } from "./context.ts";
import type { DecisionSource, Deviation, Evaluation, ResolvedResponse, Stops } from "./decision.ts";
import { armOf, failingStep } from "./judge-rule.ts";
import type {
  EvaluationContext,
  PreparedRule,
  PreparedSnapshot,
  ProductRules,
} from "./prepared-snapshot.ts";
import { resolveResponse } from "./resolve-response.ts";
import type { Subject } from "./subject.ts";

/** The response that was chosen, before it is resolved. */
interface Choice {
  readonly source: DecisionSource;
  readonly response: SnapshotResponse;
  readonly rule?: string;
  readonly experiment?: { readonly key: string; readonly arm: string };
}

/**
 * Returns what a flow says for one subject: the holdout's answer, else that of the first rule that
 * holds, else the flow's fallback; then what of it may be sent, given what is stopped.
 *
 * Synchronous and pure: the same snapshot, subject and stops give the same evaluation everywhere.
 */
export function evaluate(prepared: PreparedSnapshot, subject: Subject, stops: Stops): Evaluation {
  const context = createContext(prepared, subject);
  const { response, ...chosen } = choose(context);
  const { assigned, candidates, deviation } = deliver(prepared, response, { subject, stops });
  return {
    environment: subject.environment,
    ...chosen,
    hashes: context.hashes,
    hashVersion: BUCKETING_HASH_VERSION,
    assigned,
    candidates,
    ...(deviation === undefined ? {} : { deviation }),
  };
}

/** Returns the rules that can hold for a product, in order. */
export function rulesFor(prepared: PreparedSnapshot, productId: string): ProductRules {
  return prepared.rulesByProduct.get(productId) ?? prepared.otherRules;
}

function choose(context: EvaluationContext): Choice {
  const { prepared, subject } = context;
  if (isHeldOut(context) && prepared.holdout !== undefined) {
    return { source: "holdout", response: prepared.holdout.respond };
  }
  for (const rule of rulesFor(prepared, subject.productId).rules) {
    if (failingStep(rule, context) === undefined) return chosenBy(rule, context);
  }
  return { source: "fallback", response: prepared.fallback };
}

/** Tells whether the subject is in the holdout. */
export function isHeldOut(context: EvaluationContext): boolean {
  const { holdout } = context.prepared;
  if (holdout === undefined) return false;
  const { key, salt, parts } = holdout;
  const hash = hashIn(context, { layer: "holdout", key, salt });
  return bucketOf(hash, PARTS_OF_WHOLE) < parts;
}

function chosenBy(rule: PreparedRule, context: EvaluationContext): Choice {
  const { name, experiment, respond } = rule;
  if (experiment === undefined) {
    // A rule without an experiment has a response: the snapshot's parser sees to it.
    return { source: "rule", rule: name, response: respond as SnapshotResponse };
  }
  const arm = armOf(experiment, context);
  return {
    source: "rule",
    rule: name,
    experiment: { key: experiment.key, arm: arm.name },
    response: arm.respond,
  };
}

interface Delivery {
  readonly assigned: ResolvedResponse | undefined;
  readonly candidates: readonly ResolvedResponse[];
  readonly deviation?: Deviation | undefined;
}

interface Asked {
  readonly subject: Subject;
  readonly stops: Stops;
}

function deliver(prepared: PreparedSnapshot, response: SnapshotResponse, asked: Asked): Delivery {
  const { assigned, deliverable, deviation } = resolveResponse(prepared, response, asked);
  const flowFallback = plainMessage(prepared, prepared.fallback, asked);
  if (asked.stops.appPaused) {
    const candidates = flowFallback === undefined ? [] : [flowFallback];
    const same = isSameMessage(assigned, flowFallback);
    return { assigned, candidates, deviation: same ? undefined : "appPaused" };
  }
  if (deliverable?.kind === "deferToApple") return { assigned, candidates: [deliverable] };
  const candidates: ResolvedResponse[] = deliverable === undefined ? [] : [deliverable];
  const own = response.kind === "deferToApple" ? undefined : response.fallback;
  if (own !== undefined) addOnce(candidates, plainMessage(prepared, own, asked));
  addOnce(candidates, flowFallback);
  return { assigned, candidates, deviation };
}

/**
 * Returns the flow's fallback for a subject as the only candidate, or none when no text of it may
 * be sent: what is left when evaluation itself cannot be had.
 */
export function resolveFallback(
  prepared: PreparedSnapshot,
  subject: Subject,
  stops: Stops,
): readonly ResolvedResponse[] {
  const fallback = plainMessage(prepared, prepared.fallback, { subject, stops });
  return fallback === undefined ? [] : [fallback];
}

function plainMessage(
  prepared: PreparedSnapshot,
  message: SnapshotPlainMessage,
  asked: Asked,
): ResolvedResponse | undefined {
  return resolveResponse(prepared, message, asked).deliverable;
}

function addOnce(candidates: ResolvedResponse[], candidate: ResolvedResponse | undefined): void {
  if (candidate === undefined) return;
  if (!candidates.some((other) => isSameMessage(other, candidate))) candidates.push(candidate);
}

function isSameMessage(a: ResolvedResponse | undefined, b: ResolvedResponse | undefined): boolean {
  if (a?.kind !== "message" || b?.kind !== "message") return false;
  return a.messageIdentifier === b.messageIdentifier;
}
