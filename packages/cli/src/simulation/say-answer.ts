import type { RouteBody, routes } from "@holdfast/api";
import { printable } from "../style.ts";

/** What is sent, by the names in the flow. */
type NamedResponse = RouteBody<typeof routes.compareFlows>["byResponse"][number]["from"];

/** Which part of a flow decided. */
type Decider = RouteBody<typeof routes.compareFlows>["byRule"][number]["from"];

/** A {@link Decider}, where there is one. */
type SayableDecider = { readonly [Member in keyof Decider]?: Decider[Member] | undefined };

/** Returns a response in a few words. */
export function sayResponse(response: NamedResponse | undefined): string {
  if (response === undefined || response.kind === "nothing") return "nothing";
  const { kind, message = "", offerIdentifier, productId = "" } = response;
  switch (kind) {
    case "promotionalOffer":
      return printable(`offer ${offerIdentifier ?? ""} of ${productId} (${message})`);
    case "alternateProduct":
      return printable(`switch to ${productId} (${message})`);
    case "deferToApple":
      return "Apple's own message";
    default:
      return printable(`${kind === "message" ? "message" : "advanced commerce"} ${message}`);
  }
}

/** Returns in a few words which part of a flow decided. */
export function sayDecider({ source, rule, arm }: SayableDecider): string {
  if (source === undefined) return "nothing";
  if (source !== "rule") return source;
  return printable(`rule ${rule ?? ""}${arm === undefined ? "" : `, arm ${arm}`}`);
}
