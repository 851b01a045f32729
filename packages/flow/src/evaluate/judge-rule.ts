import { bucketOf, PARTS_OF_WHOLE } from "./bucketing.ts";
import { hashIn } from "./context.ts";
import { isCoolingDown } from "./cooldown.ts";
import { judgeCondition } from "./judge-condition.ts";
import type {
  EvaluationContext,
  PreparedArm,
  PreparedExperiment,
  PreparedRange,
  PreparedRule,
} from "./prepared-snapshot.ts";
import { historyOf } from "./read-attribute.ts";
import { TRUE } from "./truth.ts";

/** The steps of a rule, in the order they are taken; the first that fails ends it. */
export type RuleStep = "schedule" | "when" | "cooldown" | "exclusionGroup" | "traffic";

/** Returns the step at which a rule does not hold, `undefined` when it holds. */
export function failingStep(rule: PreparedRule, context: EvaluationContext): RuleStep | undefined {
  const at = context.subject.requestedAt;
  if (at < rule.from || at >= rule.until) return "schedule";
  if (rule.when !== undefined && judgeCondition(rule.when, context) !== TRUE) return "when";
  if (rule.cooldownMs !== undefined && !isOutOfCooldown(rule, rule.cooldownMs, context)) {
    return "cooldown";
  }
  const { experiment } = rule;
  if (experiment === undefined) return undefined;
  if (!isInRange(experiment.exclusionGroup, context)) return "exclusionGroup";
  return isInRange(experiment.traffic, context) ? undefined : "traffic";
}

/** Unknown history never ends a cooldown: an offer made too often cannot be taken back. */
function isOutOfCooldown(
  rule: PreparedRule,
  cooldownMs: number,
  { subject }: EvaluationContext,
): boolean {
  const history = historyOf(subject, "rule", rule.name);
  if (history === undefined) return false;
  return !isCoolingDown(history ?? undefined, cooldownMs, subject.requestedAt);
}

/** Tells whether a subject's bucket is in a range; a missing range takes everybody. */
export function isInRange(range: PreparedRange | undefined, context: EvaluationContext): boolean {
  if (range === undefined) return true;
  const bucket = bucketOf(hashIn(context, range), PARTS_OF_WHOLE);
  return bucket >= range.fromParts && bucket < range.toParts;
}

/** Returns the subject's arm: the same one whatever the traffic is. */
export function armOf(experiment: PreparedExperiment, context: EvaluationContext): PreparedArm {
  const { key, armSalt, arms, totalWeight } = experiment;
  const hash = hashIn(context, { layer: "arm", key, salt: armSalt });
  const bucket = bucketOf(hash, totalWeight);
  const arm = arms.find(({ endsAt }) => bucket < endsAt) ?? arms.at(-1);
  // A snapshot's experiment has at least one arm, and the ends reach the total weight.
  return arm as PreparedArm;
}
