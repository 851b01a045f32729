import type { Evaluation, ResolvedResponse } from "../evaluate/decision.ts";
import { explainEvaluation } from "../evaluate/explain-evaluation.ts";
import type { PreparedSnapshot } from "../evaluate/prepared-snapshot.ts";
import type { Subject } from "../evaluate/subject.ts";
import type { EvaluationTrace } from "../evaluate/trace.ts";
import type { CaseExpectation } from "./case-schema.ts";
import { caseStops, caseSubject } from "./case-subject.ts";
import type { PlacedCase } from "./parse-cases.ts";

/** How one case went. */
export interface CaseResult {
  readonly name: string;
  /** `skipped`: the case is for the other environment. */
  readonly status: "passed" | "failed" | "skipped";
  /** Empty unless it failed. */
  readonly differences: readonly CaseDifference[];
  readonly file?: string;
  readonly line?: number;
  /** The subject as evaluated; absent when skipped or when no id falls into its buckets. */
  readonly subject?: Subject;
  readonly evaluation?: Evaluation;
  /** How it came about, to explain a failure with. */
  readonly trace?: EvaluationTrace;
}

/** One field that is not as expected. */
export interface CaseDifference {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

const NOTHING = "none";

/** Runs cases against a snapshot; each stands alone. */
export function runCases(
  prepared: PreparedSnapshot,
  cases: readonly PlacedCase[],
): readonly CaseResult[] {
  return cases.map((flowCase) => runCase(prepared, flowCase));
}

function runCase(prepared: PreparedSnapshot, flowCase: PlacedCase): CaseResult {
  const { name, file, line, environment } = flowCase;
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
  if (environment !== undefined && environment !== prepared.snapshot.environment) {
    return { name, ...place, status: "skipped", differences: [] };
  }
  const subject = caseSubject(prepared, flowCase.subject);
  if (subject === undefined) {
    const actual = "no subscription falls into them";
    const difference = { field: "buckets", expected: "a subscription in these buckets", actual };
    return { name, ...place, status: "failed", differences: [difference] };
  }
  const { evaluation, trace } = explainEvaluation(prepared, subject, caseStops(flowCase));
  const differences = compare(flowCase.expect, actualOf(evaluation));
  const status = differences.length === 0 ? "passed" : "failed";
  return { name, ...place, status, differences, subject, evaluation, trace };
}

type Actual = Readonly<Record<keyof CaseExpectation, string | undefined>>;

function actualOf({ source, rule, experiment, candidates, deviation }: Evaluation): Actual {
  const [sent] = candidates;
  return {
    source,
    rule,
    arm: experiment?.arm,
    answer: sent?.kind ?? "nothing",
    ...detailsOf(sent),
    deviation: deviation ?? NOTHING,
  };
}

function detailsOf(sent: ResolvedResponse | undefined) {
  const text = sent === undefined || sent.kind === "deferToApple" ? undefined : sent;
  const product = sent !== undefined && "productId" in sent ? sent.productId : undefined;
  const offer = sent?.kind === "promotionalOffer" ? sent.offerIdentifier : undefined;
  return { message: text?.message, locale: text?.locale, product, offer };
}

const FIELDS = [
  "source",
  "rule",
  "arm",
  "answer",
  "message",
  "locale",
  "product",
  "offer",
  "deviation",
] as const;

function compare(expected: CaseExpectation, actual: Actual): readonly CaseDifference[] {
  return FIELDS.flatMap((field) => {
    const wanted = expected[field];
    const came = actual[field] ?? NOTHING;
    return wanted === undefined || wanted === came
      ? []
      : [{ field, expected: wanted, actual: came }];
  });
}

/** Returns a failed case as lines for people: what was expected, what came. */
export function formatCaseFailure({ name, file, line, differences }: CaseResult): string {
  const place =
    line === undefined ? "" : ` (${file ?? "line"}${file === undefined ? " " : ":"}${line})`;
  const lines = differences.flatMap(({ field, expected, actual }) => [
    `  - ${field}: ${expected}`,
    `  + ${field}: ${actual}`,
  ]);
  return [`${name}${place}`, ...lines].join("\n");
}
