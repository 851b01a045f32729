import type {
  CancelSheetView,
  PerformanceTestResult,
  PopulationEvent,
  Shown,
} from "@holdfast/emulator";
import type { ResolvedResponse } from "@holdfast/flow/evaluate";
import type { AnswerEvent } from "@holdfast/runtime";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { renderDeed } from "./render-deed.ts";
import { createStyle } from "../style.ts";
import type { Style } from "../style.ts";

/** How many answers wait for the page they belong to. */
const MAX_WAITING = 1000;

/** An answer of a runtime, as far as it is shown. */
export interface SeenAnswer extends Pick<AnswerEvent, "outcome" | "code"> {
  readonly decision?: Pick<DecisionRecord, "requestIdentifier" | "source" | "rule"> & {
    readonly experiment?: { readonly arm: string };
    readonly delivered?: SeenResponse;
  };
}

/** A response that was sent; a log does not tell which product is switched to. */
interface SeenResponse {
  readonly kind: ResolvedResponse["kind"];
  readonly message?: string;
  readonly productId?: string;
  readonly offerIdentifier?: string;
}

/** Puts together what was asked, what was answered and why, and what Apple would show. */
export interface LiveView {
  /** Notes an answer of the runtime until its page is rendered; nothing where there is none. */
  note(answer: SeenAnswer | undefined): void;
  /** One line for a page that was opened, a tap on Cancel, or what came of it or of time. */
  render(event: PopulationEvent): string;
}

/** Makes a view with or without colours. */
export function createLiveView({ colors }: { readonly colors: boolean }): LiveView {
  const style = createStyle({ colors });
  const answers = new Map<string, SeenAnswer>();
  return {
    note(answer) {
      if (answer?.decision === undefined) return;
      answers.set(answer.decision.requestIdentifier, answer);
      const [oldest] = answers.keys();
      if (answers.size > MAX_WAITING && oldest !== undefined) answers.delete(oldest);
    },
    render(event) {
      if (event.type === "tap") return renderTap(event.impression.shown, event.view, style);
      if (event.type !== "view") return renderDeed(event, style);
      const { requestIdentifier } = event.view.request;
      const answer = answers.get(requestIdentifier);
      answers.delete(requestIdentifier);
      return renderView(event.view, answer, style);
    },
  };
}

function renderView(view: CancelSheetView, answer: SeenAnswer | undefined, style: Style): string {
  const { request, subscriber, openedAt } = view;
  const who = `${request.productId.padEnd(13)} ${request.userLocale.padEnd(10)} ${subscriber.storefront}`;
  const latency = view.latencyMs === undefined ? "" : style.dim(` ${view.latencyMs.toFixed(1)} ms`);
  return [
    style.dim(timeOf(openedAt)),
    "asked",
    who,
    "→",
    describeAnswer(view, answer, style),
    describeReason(answer, style) + latency,
    describeVerdict(view, answer, style),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function renderTap(shown: Shown, { request, openedAt }: CancelSheetView, style: Style): string {
  const who = `${request.productId.padEnd(13)} ${request.userLocale.padEnd(14)}`;
  return [
    style.dim(timeOf(openedAt)),
    style.bold("tap  "),
    who,
    "→",
    describeShown(shown, style),
  ].join(" ");
}

function timeOf(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

function describeAnswer(
  { status, outcome }: CancelSheetView,
  answer: SeenAnswer | undefined,
  style: Style,
): string {
  const delivered = answer?.decision?.delivered;
  if (status === 200 && delivered !== undefined) return style.cyan(describeResponse(delivered));
  if (answer?.outcome === "deferred") return style.yellow("deferred to Apple");
  return style.red(status === undefined ? outcome : `${status} ${outcome}`);
}

function describeResponse(response: SeenResponse): string {
  switch (response.kind) {
    case "promotionalOffer":
      return `offer ${response.offerIdentifier} with ${response.message}`;
    case "alternateProduct":
      return `switch to ${response.productId ?? "another product"} with ${response.message}`;
    case "advancedCommerceInfo":
      return `advanced commerce with ${response.message}`;
    case "message":
      return `message ${response.message}`;
    case "deferToApple":
      return "deferred to Apple";
  }
}

function describeReason(answer: SeenAnswer | undefined, style: Style): string {
  const { decision, code } = answer ?? {};
  if (decision === undefined) return "";
  const arm = decision.experiment === undefined ? "" : `, arm ${decision.experiment.arm}`;
  const by = decision.source === "rule" ? `rule ${decision.rule ?? "?"}${arm}` : decision.source;
  return `by ${by}${code === undefined ? "" : style.yellow(` (${code})`)}`;
}

function describeVerdict(
  { verdict, outcome }: CancelSheetView,
  answer: SeenAnswer | undefined,
  style: Style,
): string {
  if (verdict.accepted) return style.green("accepted");
  if (answer?.outcome === "deferred") return "Apple falls back, as asked";
  const [broken] = verdict.broken;
  return broken === undefined ? outcome : style.red(`refused: ${broken.detail}`);
}

function describeShown(shown: Shown, style: Style): string {
  switch (shown.source) {
    case "realtime":
      return `sees “${shown.message.header}”`;
    case "default":
      return `sees the default message “${shown.message.header}”`;
    case "appStoreConnect":
      return `sees App Store Connect's “${shown.message.header}”`;
    case "nothing":
      return style.dim("sees nothing: no default message for this product and locale");
  }
}

/** The result of a performance test, a line each. */
export function renderPerformanceTest(
  result: PerformanceTestResult,
  { colors }: { readonly colors: boolean },
): readonly string[] {
  const style = createStyle({ colors });
  const { config, failures, successRate } = result;
  const times: readonly [string, number][] = Object.entries({ ...result.responseTimes });
  const verdict = result.result === "PASS" ? style.green("PASS") : style.red(result.result);
  const failed = Object.entries(failures)
    .filter(([outcome]) => outcome !== "SUCCESS")
    .map(([outcome, count]) => `${outcome} ${count}`);
  return [
    `performance test ${verdict}: ${config.totalRequests} requests, ${config.maxConcurrentRequests} at a time, ${successRate} % within ${config.responseTimeThreshold} ms (asked for ${config.successRateThreshold} %)`,
    `  response times in ms: ${times.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(", ")}`,
    ...(failed.length === 0 ? [] : [`  failures: ${failed.join(", ")}`]),
  ];
}
