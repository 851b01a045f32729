import { createContext } from "./context.ts";
import type { Evaluation, Stops } from "./decision.ts";
import { evaluate, isHeldOut, rulesFor } from "./evaluate.ts";
import type { EvaluationContext, PreparedRule, PreparedSnapshot } from "./prepared-snapshot.ts";
import { resolveLocale } from "./resolve-locale.ts";
import type { Subject } from "./subject.ts";
import { traceRange, traceRule } from "./trace-rule.ts";
import type { EvaluationTrace, RuleTrace } from "./trace.ts";

/** An evaluation with its trace. */
export interface ExplainedEvaluation {
  readonly evaluation: Evaluation;
  readonly trace: EvaluationTrace;
}

/**
 * Returns the same evaluation as {@link evaluate} and how it came about, rule by rule and
 * condition by condition. Slower: it judges also what evaluation skips.
 */
export function explainEvaluation(
  prepared: PreparedSnapshot,
  subject: Subject,
  stops: Stops,
): ExplainedEvaluation {
  const evaluation = evaluate(prepared, subject, stops);
  const context = createContext(prepared, subject);
  const trace = {
    ...traceHoldout(context),
    rules: traceRules(context),
    ...traceText(evaluation, prepared, subject),
  };
  return { evaluation, trace };
}

function traceHoldout(context: EvaluationContext): Pick<EvaluationTrace, "holdout"> {
  const { holdout } = context.prepared;
  if (holdout === undefined) return {};
  const { key, salt, parts } = holdout;
  const range = { layer: "holdout", key, salt, fromParts: 0, toParts: parts } as const;
  return { holdout: traceRange(range, context) };
}

function traceRules(context: EvaluationContext): readonly RuleTrace[] {
  const { prepared, subject } = context;
  const forProduct = new Map<string, PreparedRule>();
  for (const rule of rulesFor(prepared, subject.productId).rules) forProduct.set(rule.name, rule);
  let isAnswered = isHeldOut(context);
  const traces: RuleTrace[] = [];
  for (const { name } of prepared.snapshot.rules) {
    const rule = forProduct.get(name);
    const trace = traceOne(name, rule, isAnswered ? undefined : context);
    isAnswered ||= trace.result === "held";
    traces.push(trace);
  }
  return traces;
}

function traceOne(
  name: string,
  rule: PreparedRule | undefined,
  context: EvaluationContext | undefined,
): RuleTrace {
  if (rule === undefined) return { rule: name, result: "notForProduct" };
  return context === undefined ? { rule: name, result: "notReached" } : traceRule(rule, context);
}

function traceText(
  { assigned }: Evaluation,
  prepared: PreparedSnapshot,
  { userLocale }: Subject,
): Pick<EvaluationTrace, "text"> {
  if (assigned === undefined || assigned.kind === "deferToApple") return {};
  const message = prepared.messages.get(assigned.message);
  if (message === undefined) return {};
  const choice = resolveLocale(userLocale, message.available, message.defaultLocale);
  return choice === undefined ? {} : { text: { message: assigned.message, ...choice } };
}
