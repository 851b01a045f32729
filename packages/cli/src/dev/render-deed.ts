import type { DecisionEvent, LifeEvent } from "@holdfast/emulator";
import type { Style } from "../style.ts";

/** What subscribers decide, as it is shown. */
const DECISIONS: Readonly<Record<DecisionEvent["type"], string>> = {
  stay: "stays",
  cancel: "turns renewal off",
  redeem: "takes the offer",
  switch: "goes on with the other product",
  retentionOffer: "takes App Store Connect's offer",
};

/** What lives bring, as it is shown. */
const LIVES: Readonly<Record<LifeEvent["type"], string>> = {
  join: "subscribes",
  resubscribe: "subscribes again",
  resume: "turns renewal on again",
  renew: "renews",
  failToRenew: "cannot be billed",
  endGracePeriod: "cannot be billed any longer",
  expire: "has ended",
  refund: "is given the money back",
};

/** Returns one line for what a subscriber decided, or for what happened to a subscription without a page. */
export function renderDeed(event: DecisionEvent | LifeEvent, style: Style): string {
  return "view" in event ? renderDecision(event, style) : renderLife(event, style);
}

function renderDecision({ type, view, at }: DecisionEvent, style: Style): string {
  const who = `${view.request.productId.padEnd(13)} ${view.request.userLocale.padEnd(14)}`;
  return `${style.dim(timeOf(at))} ${style.bold("then ")} ${who} → ${colourOf(type, style)(DECISIONS[type])}`;
}

function colourOf(type: DecisionEvent["type"], style: Style): Style["dim"] {
  if (type === "stay") return style.dim;
  return type === "cancel" ? style.yellow : style.green;
}

function renderLife({ type, at, subscriber, subscription }: LifeEvent, style: Style): string {
  const [first, ...later] = subscription.transactions;
  const { productId, price, currency } = later.at(-1) ?? first;
  const who = `${productId.padEnd(13)} ${subscriber.locale.padEnd(14)}`;
  const paid = PAYING.has(type) ? ` for ${(price / 1000).toFixed(2)} ${currency}` : "";
  return style.dim(`${timeOf(at)} life  ${who} → ${LIVES[type]}${paid}`);
}

function timeOf(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** What is paid for when it happens. */
const PAYING: ReadonlySet<LifeEvent["type"]> = new Set(["join", "resubscribe", "renew"]);
