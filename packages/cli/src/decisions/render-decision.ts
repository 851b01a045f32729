import type { RouteBody, routes } from "@holdfast/api";
import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";

/** A decision, as the API lists it. */
export type Decision = RouteBody<typeof routes.listDecisions>["items"][number];

/** A decision with what was known of the subscriber. */
type DecisionDetail = RouteBody<typeof routes.readDecision>;

type Response = NonNullable<Decision["delivered"]>;

/** Returns one decision in a line: when, what for, what decided, what was sent, and what was amiss. */
export function decisionLine(decision: Decision, style: Style): string {
  const { requestedAt, productId, userLocale, deviation, delivered } = decision;
  const parts = [
    style.dim(sayInstant(requestedAt)),
    printable(productId),
    printable(userLocale),
    style.bold(sayDecider(decision)),
    `→ ${sayResponse(delivered)}`,
    ...(deviation === undefined ? [] : [style.yellow(printable(deviation))]),
    ...(isLookupAmiss(decision) ? [style.yellow(`lookup ${decision.lookup}`)] : []),
    style.dim(printable(decision.requestIdentifier)),
  ];
  return parts.join("  ");
}

/** Returns a decision for people, a field a line. */
export function renderDecision(decision: DecisionDetail, style: Style): readonly string[] {
  const { assigned, delivered, deviation, state } = decision;
  const rows = [
    ["request", decision.requestIdentifier],
    ["requested", sayInstant(decision.requestedAt)],
    ["product", decision.productId],
    ["locale", decision.userLocale],
    ["subscription", decision.pseudonym],
    ["decided by", sayDecider(decision)],
    ["assigned", sayResponse(assigned)],
    ["delivered", sayResponse(delivered)],
    ...(deviation === undefined ? [] : [["because of", style.yellow(printable(deviation))]]),
    ["lookup", decision.lookup],
    ["latency", `${decision.latencyMs} ms`],
    ["snapshot", decision.snapshot.slice(0, 12)],
    ["received", sayInstant(decision.receivedAt)],
  ].map(([name = "", value = ""]) => [
    style.dim(name),
    name === "because of" ? value : printable(value),
  ]);
  const known = Object.entries(state?.attributes ?? {}).map(([name, value]) => [
    style.dim(`  ${printable(name)}`),
    value === null ? "absent" : printable(JSON.stringify(value)),
  ]);
  return columns([...rows, ...(known.length === 0 ? [] : [[style.dim("known"), ""], ...known])]);
}

/** Says what decided: a rule with its arm, the holdout, or the fallback. */
function sayDecider({ source, rule, experiment }: Decision): string {
  if (source !== "rule") return source;
  const arm = experiment === undefined ? "" : `/${experiment.arm}`;
  return printable(`${rule ?? "rule"}${arm}`);
}

/** Says what was sent, by the names in the flow. */
function sayResponse(response: Response | undefined): string {
  if (response === undefined) return "nothing";
  if (response.kind === "deferToApple") return "left to Apple";
  const { message = "", locale = "" } = response;
  const [product, offer] = [textOf(response["productId"]), textOf(response["offerIdentifier"])];
  const what = [product, offer].filter((part) => part !== "").join("/");
  return printable(`${message} (${locale})${what === "" ? "" : ` with ${what}`}`);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isLookupAmiss({ lookup }: Decision): boolean {
  return lookup === "failed" || lookup === "late" || lookup === "circuitOpen";
}
