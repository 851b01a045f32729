import type {
  DecodedRealtimeRequestBody,
  RealtimeResponseBody,
} from "@holdfast/appstore/retention-messaging";
import type { Evaluation, ResolvedResponse, SubscriberLookup } from "@holdfast/flow/evaluate";
import type { Simulation } from "@holdfast/runtime/simulate";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";
import { renderTrace } from "./render-trace.ts";
import type { SimulatedFlow } from "./simulated-flow.ts";
import type { RequestOrigin } from "./simulated-request.ts";

/** A simulation with everything it was made from. */
export interface SimulationReport {
  readonly flow: SimulatedFlow;
  readonly request: DecodedRealtimeRequestBody;
  readonly origin: RequestOrigin;
  readonly subscriber: SubscriberLookup;
  readonly simulation: Simulation;
}

/** Renders a simulation for people: who asked, how it was decided, what is answered. */
export function renderSimulation(report: SimulationReport, style: Style): readonly string[] {
  const { flow, simulation } = report;
  const declared = flow.prepared.snapshot.attributes;
  return [
    style.bold("Request"),
    ...indented(columns(requestRows(report, style))),
    "",
    style.bold("Decision"),
    ...indented(renderTrace(simulation.trace, { style, declared })),
    "",
    style.bold("Answer"),
    ...indented(columns(answerRows(report, style))),
    "",
    ...indented(bodyLines(simulation.body).map((line) => style.dim(line))),
    ...remarks(report, style),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

const ORIGINS: Readonly<Record<RequestOrigin, string | undefined>> = {
  described: undefined,
  verified: "verified as of its signedDate",
  notVerified: "NOT verified: anyone could have written it",
};

function requestRows(
  { flow, request, origin, subscriber }: SimulationReport,
  style: Style,
): readonly (readonly string[])[] {
  const { productId, userLocale, signedDate, originalTransactionId } = request;
  const said = ORIGINS[origin];
  return [
    ["product", printable(productId)],
    ["locale", printable(userLocale)],
    ["environment", flow.prepared.snapshot.environment],
    ["at", new Date(signedDate).toISOString()],
    ["subscription", printable(originalTransactionId)],
    ["subscriber", sayLookup(subscriber)],
    ...(said === undefined
      ? []
      : [["signature", origin === "verified" ? style.green(said) : style.yellow(said)]]),
  ];
}

function sayLookup(subscriber: SubscriberLookup): string {
  if (subscriber.status === "unavailable") return "unknown, history too: state cannot be had";
  if (subscriber.status === "notFound") return "nothing stored: no history, the rest is unknown";
  const known = Object.entries(subscriber.state.attributes).map(
    ([name, value]) => `${name}=${value === null ? "absent" : JSON.stringify(value)}`,
  );
  return known.join(", ");
}

function answerRows(
  { flow, simulation }: SimulationReport,
  style: Style,
): readonly (readonly string[])[] {
  const { status, delivered, evaluation, deviation, trace } = simulation;
  return [
    ["status", status === 200 ? style.green("200") : style.yellow(sayNoBody(delivered))],
    ["because of", saySource(evaluation)],
    ...(delivered === undefined ? [] : [["answer", style.bold(sayAnswer(delivered))]]),
    ...messageRows(delivered, flow, trace.text),
    ...(deviation === undefined ? [] : [["deviation", style.yellow(sayDeviation(simulation))]]),
  ];
}

function sayNoBody(delivered: ResolvedResponse | undefined): string {
  return delivered === undefined
    ? "503: nothing approved is left to send, so Apple falls back"
    : "503, deliberately: Apple shows its own message and offers";
}

function saySource({ source, rule, experiment }: Evaluation): string {
  if (source === "holdout") return "the holdout";
  if (source === "fallback") return "the flow's fallback: no rule held";
  const arm = experiment === undefined ? "" : `, arm ${experiment.arm} of ${experiment.key}`;
  return `rule ${rule ?? ""}${arm}`;
}

function sayAnswer(delivered: ResolvedResponse): string {
  switch (delivered.kind) {
    case "promotionalOffer":
      return `promotionalOffer ${delivered.offerIdentifier} of ${delivered.productId}, signature ${delivered.signature}`;
    case "alternateProduct": {
      const { productId, billingPlanType } = delivered;
      return `alternateProduct ${productId}${billingPlanType === undefined ? "" : `, ${billingPlanType}`}`;
    }
    default:
      return delivered.kind;
  }
}

function messageRows(
  delivered: ResolvedResponse | undefined,
  { textOf }: SimulatedFlow,
  chosen: Simulation["trace"]["text"],
): readonly (readonly string[])[] {
  if (delivered === undefined || delivered.kind === "deferToApple") return [];
  const { message, locale, messageIdentifier } = delivered;
  const step = chosen?.message === message && chosen.locale === locale ? ` (${chosen.step})` : "";
  const { header, body } = textOf(message, locale) ?? {};
  return [
    ["message", `${message}, ${locale}${step}`],
    ...[header, body].flatMap((text) => (text === undefined ? [] : [["", printable(text)]])),
    ["identifier", messageIdentifier],
  ];
}

function sayDeviation({ deviation = "", evaluation }: Simulation): string {
  const { assigned } = evaluation;
  const meant = assigned === undefined ? "" : `; assigned was ${sayAnswer(assigned)}`;
  return `${deviation}${meant}`;
}

/** Longer values are signatures: their beginning says enough. */
const MAX_VALUE = 60;

function bodyLines(body: RealtimeResponseBody | undefined): readonly string[] {
  return body === undefined ? ["no body"] : JSON.stringify(body, shortened, 2).split("\n");
}

function shortened(_: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length <= MAX_VALUE) return value;
  return `${value.slice(0, MAX_VALUE)}…`;
}

function remarks({ simulation }: SimulationReport, style: Style): readonly string[] {
  const kind = simulation.delivered?.kind;
  if (kind !== "promotionalOffer" && kind !== "advancedCommerceInfo") return [];
  return ["", style.yellow("Signed with a throw-away key: Apple would refuse this signature.")];
}
