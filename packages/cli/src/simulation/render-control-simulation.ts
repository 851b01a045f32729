import type { RouteBody, routes } from "@holdfast/api";
import type { EvaluationTrace } from "@holdfast/flow/evaluate";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";
import { renderTrace } from "./render-trace.ts";
import { sayDecider } from "./say-answer.ts";

/** What the control plane simulated, and how people call the flow. */
export interface ControlSimulation {
  readonly name: string;
  readonly simulation: RouteBody<typeof routes.simulate>;
}

/** Renders for people what the control plane simulated: who asked, how it was decided, what is answered. */
export function renderControlSimulation(
  report: ControlSimulation,
  style: Style,
): readonly string[] {
  const { trace, notes, refused } = report.simulation;
  return [
    style.bold("Request"),
    ...indented(columns(requestRows(report))),
    "",
    ...(refused === undefined
      ? []
      : [style.bold("Refused"), `  ${style.red(refused.code)}: ${printable(refused.message)}`, ""]),
    ...(trace === undefined
      ? []
      : [
          style.bold("Decision"),
          // The API sends the trace as evaluation made it.
          ...indented(renderTrace(trace as unknown as EvaluationTrace, { style, declared: {} })),
          "",
        ]),
    style.bold("Answer"),
    ...indented(columns(answerRows(report, style))),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.map(({ text }) => `  ${style.dim(printable(text))}`),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function requestRows({
  name,
  simulation: { flow, request, subscriber },
}: ControlSimulation): readonly (readonly string[])[] {
  return [
    ["flow", printable(name)],
    ["snapshot", `${flow.hash.slice(0, 12)}${flow.isLive ? ", live" : ""}`],
    ...(request === undefined
      ? []
      : [
          ["product", printable(request.productId)],
          ["locale", printable(request.userLocale)],
          ["at", new Date(request.requestedAt).toISOString()],
          ["signature", request.signature === "verified" ? "verified" : "none: it is made up"],
        ]),
    ...(subscriber === undefined ? [] : [["subscriber", subscriber.reason ?? subscriber.status]]),
  ];
}

function answerRows(
  { simulation: { decision, response } }: ControlSimulation,
  style: Style,
): readonly (readonly string[])[] {
  const status = String(response.status);
  const delivered = decision?.delivered;
  return [
    ["status", response.status === 200 ? style.green(status) : style.yellow(status)],
    ...(decision === undefined ? [] : [["because of", sayDecider(decision)]]),
    ...(delivered === undefined ? [] : [["answer", style.bold(delivered.kind)]]),
    ...(delivered?.message === undefined
      ? []
      : [["message", printable(`${delivered.message}, ${delivered.locale ?? ""}`)]]),
    ...(decision?.deviation === undefined ? [] : [["deviation", style.yellow(decision.deviation)]]),
    ...(response.body === undefined ? [] : [["body", JSON.stringify(response.body)]]),
  ];
}
