import type { CancelSheetView, Shown } from "@holdfast/emulator";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import type { Style } from "../style.ts";

/** Returns lines that tell who was asked about, what was answered, and what a tap on Cancel shows. */
export function renderCancelSheet(view: CancelSheetView, style: Style): readonly string[] {
  const { request, subscriber, url, verdict } = view;
  const who = `${request.productId}, ${request.userLocale}, ${subscriber.storefront}`;
  const [header, ...rest] = linesOfShown(view.shown, style);
  return columns([
    ["about", printable(who)],
    ["asked", printable(url ?? "nobody: no URL is set")],
    ...(url === undefined ? [] : [["answered", describeAnswer(view, style)]]),
    ...verdict.broken.map(({ rule, detail }) => ["refused", printable(`${rule}: ${detail}`)]),
    ...verdict.warnings.map(({ rule, detail }) => ["warning", printable(`${rule}: ${detail}`)]),
    ["Cancel", header ?? ""],
    ...rest.map((line) => ["", line]),
  ]);
}

function describeAnswer(
  { status, latencyMs, outcome, verdict }: CancelSheetView,
  style: Style,
): string {
  const time = latencyMs === undefined ? "" : ` in ${latencyMs.toFixed(1)} ms`;
  const what = verdict.accepted ? ` with ${describeResponse(verdict.response)}` : ` (${outcome})`;
  const said = `${status ?? "nothing"}${time}${what}`;
  return verdict.accepted ? `${said}, ${style.green("accepted")}` : style.red(said);
}

/** By the one member that an answer has. */
function describeResponse(response: CancelSheetView["verdict"]["response"]): string {
  if (response === undefined) return "nothing";
  if ("promotionalOffer" in response) return "a promotional offer";
  if ("alternateProduct" in response) {
    return `another product, ${printable(response.alternateProduct.productId)}`;
  }
  return "message" in response ? "a message" : "an advanced commerce change";
}

function linesOfShown(shown: Shown, { bold, dim }: Style): readonly string[] {
  if (shown.source === "nothing") {
    return [dim("shows nothing: there is no default message for this product and locale")];
  }
  const { header, body } = shown.message;
  return [`${WHOSE[shown.source]} ${bold(printable(`“${header}”`))}`, printable(body)];
}

const WHOSE = {
  realtime: "shows",
  default: "shows the default message",
  appStoreConnect: "shows App Store Connect's",
} as const satisfies Record<Exclude<Shown["source"], "nothing">, string>;
