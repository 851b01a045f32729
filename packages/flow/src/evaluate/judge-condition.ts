import type { TestOperator } from "../snapshot/snapshot.ts";
import { bucketOf, PARTS_OF_WHOLE } from "./bucketing.ts";
import { hashIn, valueOf } from "./context.ts";
import type {
  EvaluationContext,
  PreparedCondition,
  PreparedRollout,
  PreparedTest,
} from "./prepared-snapshot.ts";
import type { AttributeValue } from "./subject.ts";
import { FALSE, not, TRUE, truthOf } from "./truth.ts";
import type { Truth } from "./truth.ts";

/**
 * Judges a condition in Kleene's three-valued logic. It stops where the rest cannot change the
 * outcome any more.
 */
export function judgeCondition(condition: PreparedCondition, context: EvaluationContext): Truth {
  switch (condition.kind) {
    case "test":
      return judgeTest(condition, context);
    case "all":
      return judgeAll(condition.parts, context);
    case "any":
      return judgeAny(condition.parts, context);
    case "not":
      return not(judgeCondition(condition.part, context));
    default:
      return judgeRollout(condition, context);
  }
}

function judgeAll(parts: readonly PreparedCondition[], context: EvaluationContext): Truth {
  let least: Truth = TRUE;
  for (const part of parts) {
    const truth = judgeCondition(part, context);
    if (truth === FALSE) return FALSE;
    if (truth < least) least = truth;
  }
  return least;
}

function judgeAny(parts: readonly PreparedCondition[], context: EvaluationContext): Truth {
  let greatest: Truth = FALSE;
  for (const part of parts) {
    const truth = judgeCondition(part, context);
    if (truth === TRUE) return TRUE;
    if (truth > greatest) greatest = truth;
  }
  return greatest;
}

/** Judges a named rollout: always known, for it hangs on the subscription's id alone. */
export function judgeRollout(rollout: PreparedRollout, context: EvaluationContext): Truth {
  const { name, salt, parts } = rollout;
  const hash = hashIn(context, { layer: "rollout", key: name, salt });
  return truthOf(bucketOf(hash, PARTS_OF_WHOLE) < parts);
}

/** Judges one comparison of what the subject's attribute is. */
export function judgeTest(test: PreparedTest, context: EvaluationContext): Truth {
  return judgeValue(test, valueOf(test.attribute, context));
}

/** Judges a value: unknown unless `ifUnknown` decides, absent and known by the operator. */
export function judgeValue(test: PreparedTest, value: AttributeValue | undefined): Truth {
  if (value === undefined) return test.ifUnknown;
  if (value === null) return truthOf(holdsForAbsent(test));
  return truthOf(holdsFor(test, value));
}

/** What is known not to exist equals nothing and is in no list. */
function holdsForAbsent({ operator, value }: PreparedTest): boolean {
  if (operator === "exists") return value === false;
  return operator === "notIn" || operator === "notIncludes";
}

function holdsFor(test: PreparedTest, value: NonNullable<AttributeValue>): boolean {
  const { operator, value: operand, members } = test;
  switch (operator) {
    case "equals":
      return value === operand;
    case "in":
      return members?.has(value) === true;
    case "notIn":
      return members?.has(value) === false;
    case "exists":
      return operand === true;
    case "includes":
      return Array.isArray(value) && value.includes(operand);
    case "notIncludes":
      return Array.isArray(value) && !value.includes(operand);
    case "startsWith":
      return typeof value === "string" && value.startsWith(String(operand));
    default:
      return compares(operator, value, operand);
  }
}

function compares(operator: TestOperator, value: unknown, operand: unknown): boolean {
  if (typeof value !== "number" || typeof operand !== "number") return false;
  switch (operator) {
    case "gt":
    case "after":
      return value > operand;
    case "gte":
      return value >= operand;
    case "lt":
    case "before":
      return value < operand;
    default:
      return value <= operand;
  }
}
