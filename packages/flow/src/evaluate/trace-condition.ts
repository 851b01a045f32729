import { valueOf } from "./context.ts";
import { judgeRollout, judgeTest } from "./judge-condition.ts";
import type { EvaluationContext, PreparedCondition, PreparedTest } from "./prepared-snapshot.ts";
import type { ConditionTrace, UnknownReason } from "./trace.ts";
import { and, FALSE, not, or, TRUE, truthName } from "./truth.ts";
import type { Truth } from "./truth.ts";
import { sayUnknown, unknownReason } from "./unknown-reason.ts";

interface Traced {
  readonly truth: Truth;
  readonly trace: ConditionTrace;
}

/**
 * Judges a condition without stopping early and says for each part why. Its truth is always that
 * of `judgeCondition`.
 */
export function traceCondition(condition: PreparedCondition, context: EvaluationContext): Traced {
  switch (condition.kind) {
    case "test":
      return traceTest(condition, context);
    case "not": {
      const part = traceCondition(condition.part, context);
      return combined("not", not(part.truth), [part]);
    }
    case "rollout": {
      const truth = judgeRollout(condition, context);
      const reason = `${truth === TRUE ? "inside" : "outside"} the rollout ${condition.name}`;
      return { truth, trace: { kind: "rollout", truth: truthName(truth), reason } };
    }
    default:
      return traceParts(condition.kind, condition.parts, context);
  }
}

function traceParts(
  kind: "all" | "any",
  conditions: readonly PreparedCondition[],
  context: EvaluationContext,
): Traced {
  const parts = conditions.map((part) => traceCondition(part, context));
  const truths = parts.map((part) => part.truth);
  const truth = kind === "all" ? truths.reduce(and, TRUE) : truths.reduce(or, FALSE);
  return combined(kind, truth, parts);
}

function combined(kind: "all" | "any" | "not", truth: Truth, parts: readonly Traced[]): Traced {
  const count = (wanted: Truth) => parts.filter((part) => part.truth === wanted).length;
  const reason = `${count(2)} true, ${count(0)} false, ${count(1)} unknown`;
  const traces = parts.map((part) => part.trace);
  return { truth, trace: { kind, truth: truthName(truth), reason, parts: traces } };
}

function traceTest(test: PreparedTest, context: EvaluationContext): Traced {
  const truth = judgeTest(test, context);
  const value = valueOf(test.attribute, context);
  const because = value === undefined ? unknownReason(test.attribute, context.subject) : undefined;
  const trace: ConditionTrace = {
    kind: "test",
    truth: truthName(truth),
    reason: testReason(test, value, because),
    attribute: attributeName(test),
    operator: test.operator,
    operand: test.value,
    ...(value === undefined ? {} : { value }),
    ...(because === undefined ? {} : { unknownBecause: because }),
  };
  return { truth, trace };
}

function attributeName({ attribute }: PreparedTest): string {
  const { name, history } = attribute;
  if (history === undefined) return name;
  return `${name} of ${history.of} ${history.name}: ${history.measure}`;
}

function testReason(test: PreparedTest, value: unknown, because?: UnknownReason): string {
  if (because === undefined) {
    return value === null ? "absent: known not to exist" : `known: ${JSON.stringify(value)}`;
  }
  const said = sayUnknown(because);
  if (test.ifUnknown === 1) return `unknown: ${said}`;
  return `unknown: ${said}; ifUnknown says ${truthName(test.ifUnknown)}`;
}
