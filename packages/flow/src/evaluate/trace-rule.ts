import { bucketOf, PARTS_OF_WHOLE } from "./bucketing.ts";
import { hashIn } from "./context.ts";
import { isCoolingDown } from "./cooldown.ts";
import { armOf, failingStep } from "./judge-rule.ts";
import type {
  EvaluationContext,
  PreparedExperiment,
  PreparedRange,
  PreparedRule,
} from "./prepared-snapshot.ts";
import { historyOf } from "./read-attribute.ts";
import { traceCondition } from "./trace-condition.ts";
import type { ArmTrace, BucketTrace, RuleTrace, StepTrace } from "./trace.ts";
import { truthName, truthOf } from "./truth.ts";

/** Traces a rule that was looked at: its result, and every step whether it was needed or not. */
export function traceRule(rule: PreparedRule, context: EvaluationContext): RuleTrace {
  const failedAt = failingStep(rule, context);
  const { when, cooldownMs, experiment } = rule;
  return {
    rule: rule.name,
    result: failedAt === undefined ? "held" : "notHeld",
    ...(failedAt === undefined ? {} : { failedAt }),
    ...traceSchedule(rule, context),
    ...(when === undefined ? {} : { when: traceCondition(when, context).trace }),
    ...(cooldownMs === undefined ? {} : { cooldown: traceCooldown(rule, cooldownMs, context) }),
    ...(experiment === undefined ? {} : traceExperiment(experiment, context)),
  };
}

function traceSchedule(
  { from, until }: PreparedRule,
  { subject }: EvaluationContext,
): { readonly schedule?: StepTrace } {
  if (from === -Infinity && until === Infinity) return {};
  const at = subject.requestedAt;
  const truth = truthName(truthOf(at >= from && at < until));
  const range = [
    from === -Infinity ? "" : `from ${isoTime(from)}`,
    until === Infinity ? "" : `until ${isoTime(until)}`,
  ];
  const reason = `${isoTime(at)}; runs ${range.filter((part) => part !== "").join(" ")}`;
  return { schedule: { truth, reason } };
}

function isoTime(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
}

function traceCooldown(
  rule: PreparedRule,
  cooldownMs: number,
  { subject }: EvaluationContext,
): StepTrace {
  const history = historyOf(subject, "rule", rule.name);
  if (history === undefined) {
    const because = subject.subscriber.status === "unavailable" ? subject.subscriber.reason : "";
    return {
      truth: "unknown",
      reason: `history is unknown (${because}), so a rule with a cooldown does not hold`,
    };
  }
  if (history === null) return { truth: "true", reason: "never answered by this rule before" };
  const cooling = isCoolingDown(history, cooldownMs, subject.requestedAt);
  const first = `first exposure ${isoTime(history.firstAt)}`;
  const redeemed =
    history.redeemedAt === undefined ? "" : `, redeemed ${isoTime(history.redeemedAt)}`;
  const state = cooling ? "cooling down" : "not cooling down";
  return { truth: truthName(truthOf(!cooling)), reason: `${state}: ${first}${redeemed}` };
}

function traceExperiment(
  experiment: PreparedExperiment,
  context: EvaluationContext,
): Pick<RuleTrace, "exclusionGroup" | "traffic" | "arm"> {
  const { exclusionGroup, traffic } = experiment;
  return {
    ...(exclusionGroup === undefined
      ? {}
      : { exclusionGroup: traceRange(exclusionGroup, context) }),
    ...(traffic === undefined ? {} : { traffic: traceRange(traffic, context) }),
    arm: traceArm(experiment, context),
  };
}

/** Says where the subject is in relation to a range of buckets. */
export function traceRange(
  range: Omit<PreparedRange, "layer"> & { readonly layer: PreparedRange["layer"] | "holdout" },
  context: EvaluationContext,
): BucketTrace {
  const { key, fromParts, toParts } = range;
  const hash = hashIn(context, range);
  const bucket = bucketOf(hash, PARTS_OF_WHOLE);
  const inside = bucket >= fromParts && bucket < toParts;
  return { key, hash, bucket, fromParts, toParts, inside };
}

function traceArm(experiment: PreparedExperiment, context: EvaluationContext): ArmTrace {
  const { key, armSalt, totalWeight } = experiment;
  const { name: arm } = armOf(experiment, context);
  const hash = hashIn(context, { layer: "arm", key, salt: armSalt });
  return { key, arm, hash, bucket: bucketOf(hash, totalWeight), totalWeight };
}
