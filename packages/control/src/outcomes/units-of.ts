import type { ResolvedResponse } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { DAY_MS } from "./outcome-times.ts";
import type { OutcomeUnit } from "./outcome-units.ts";

/** The arm of a holdout's unit that was held out, and the one that was answered by the flow. */
export const HOLDOUT_ARMS = { heldOut: "holdout", answered: "flow" } as const;

/**
 * Returns the units a decision counts in, still open: its experiment's, or its rule's where that has none,
 * or the fallback's. Where the flow has a holdout, in the holdout's as well, in one of two arms: only so can
 * those who were held out be compared with all others.
 */
export function unitsOf(
  place: SubscriptionPlace,
  decision: DecisionRecord,
): readonly OutcomeUnit[] {
  const { source, rule, experiment, hashes } = decision;
  const holdout = hashes.find(({ layer }) => layer === "holdout")?.key;
  const isHeldOut = source === "holdout";
  const units: { unit: string; arm: string }[] = [];
  if (holdout !== undefined) {
    const arm = isHeldOut ? HOLDOUT_ARMS.heldOut : HOLDOUT_ARMS.answered;
    units.push({ unit: `holdout:${holdout}`, arm });
  }
  if (experiment !== undefined) {
    units.push({ unit: `experiment:${experiment.key}`, arm: experiment.arm });
  } else if (rule !== undefined) units.push({ unit: `rule:${rule}`, arm: "" });
  else if (!isHeldOut) units.push({ unit: "fallback", arm: "" });
  const unitOf = (named: Pick<OutcomeUnit, "unit" | "arm">): OutcomeUnit =>
    Object.assign(openUnit(place, decision), named);
  return units.map(unitOf);
}

/** Tells whether a unit's exposure was before another's. */
export function isEarlier(
  one: Pick<OutcomeUnit, "exposed_at" | "request">,
  other: Pick<OutcomeUnit, "exposed_at" | "request">,
): boolean {
  if (one.exposed_at !== other.exposed_at) return one.exposed_at < other.exposed_at;
  return one.request < other.request;
}

function openUnit(
  { app, environment }: SubscriptionPlace,
  { subject, requestIdentifier, requestedAt, snapshot, rule = "", delivered }: DecisionRecord,
): Omit<OutcomeUnit, "unit" | "arm"> {
  return {
    app,
    environment,
    pseudonym: subject.pseudonym,
    request: requestIdentifier,
    exposed_at: requestedAt,
    day: requestedAt - (requestedAt % DAY_MS),
    snapshot,
    rule,
    product: subject.productId,
    ...deliveredIn(delivered),
    outcome: "open",
    outcome_at: null,
    renewal: "open",
    renewal_at: null,
    period_ends_at: null,
    revenue: null,
    currency: null,
  };
}

function deliveredIn(
  delivered: ResolvedResponse | undefined,
): Pick<OutcomeUnit, "message" | "delivered" | "offer" | "target_product"> {
  const nothing = { message: "", offer: "", target_product: "" };
  switch (delivered?.kind) {
    case undefined:
      return { ...nothing, delivered: "none" };
    case "deferToApple":
      return { ...nothing, delivered: delivered.kind };
    case "message":
    case "advancedCommerceInfo":
      return { ...nothing, delivered: delivered.kind, message: delivered.message };
    case "alternateProduct":
    case "promotionalOffer":
      return {
        delivered: delivered.kind,
        message: delivered.message,
        offer: delivered.kind === "promotionalOffer" ? delivered.offerIdentifier : "",
        target_product: delivered.productId,
      };
  }
}
