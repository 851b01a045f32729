import type { EffectiveFlow } from "@holdfast/flow/compile";
import type { FlowResponse, FlowRule } from "@holdfast/flow/document";

/** As what a message is shown. */
export type MessageUseKind = "message" | "offer" | "switch" | "advancedCommerce" | "default";

/** One place of a flow that shows a message. */
export interface MessageUse {
  readonly kind: MessageUseKind;
  /** Like `rule annual_winback`. */
  readonly by: string;
  /** The offers, the products to switch to, or where it is the default: one text each. */
  readonly details: readonly string[];
}

/** Returns every place of a flow that shows a message. */
export function usesOf(message: string, flow: EffectiveFlow): readonly MessageUse[] {
  const { holdout, fallback, rules } = flow.document;
  const all: readonly (MessageUse & { readonly message: string })[] = [
    ...rules.flatMap(ruleUses),
    ...(holdout === undefined ? [] : [plain(holdout.respond.message, "the holdout")]),
    plain(fallback.message, "the fallback"),
    ...flow.defaults.map((entry) => ({
      kind: "default" as const,
      message: entry.message,
      by: "the defaults",
      details: [`products: ${sayAllOr(entry.products)}`, `locales: ${sayAllOr(entry.locales)}`],
    })),
  ];
  return all
    .filter((use) => use.message === message)
    .map(({ kind, by, details }) => ({ kind, by, details }));
}

type PlacedUse = MessageUse & { readonly message: string };

function plain(message: string, by: string): PlacedUse {
  return { kind: "message", message, by, details: [] };
}

function sayAllOr(list: "all" | readonly string[]): string {
  return list === "all" ? "all" : list.join(", ");
}

function ruleUses({ name, respond, experiment }: FlowRule): readonly PlacedUse[] {
  const by = `rule ${name}`;
  if (respond !== undefined) return responseUses(respond, by);
  return (experiment?.arms ?? []).flatMap((arm) =>
    responseUses(arm.respond, `${by}, arm ${arm.name}`),
  );
}

function responseUses(response: FlowResponse, by: string): readonly PlacedUse[] {
  const { message, promotionalOffer, alternateProduct, advancedCommerceInfo, fallback } = response;
  return [
    ...(message === undefined ? [] : [plain(message, by)]),
    ...(promotionalOffer === undefined ? [] : [offerUse(promotionalOffer, by)]),
    ...(alternateProduct === undefined ? [] : [switchUse(alternateProduct, by)]),
    ...(advancedCommerceInfo === undefined
      ? []
      : [{ ...plain(advancedCommerceInfo.message, by), kind: "advancedCommerce" as const }]),
    ...(fallback === undefined ? [] : [plain(fallback.message, `the fallback of ${by}`)]),
  ];
}

function offerUse(
  { message, offers }: NonNullable<FlowResponse["promotionalOffer"]>,
  by: string,
): PlacedUse {
  const details = Object.entries(offers).map(([current, offer]) =>
    typeof offer === "string"
      ? `offer ${offer} of ${current}`
      : `offer ${offer.offer} of ${offer.product}, for ${current}`,
  );
  return { kind: "offer", message, by, details };
}

function switchUse(
  { message, products }: NonNullable<FlowResponse["alternateProduct"]>,
  by: string,
): PlacedUse {
  const details = Object.entries(products).map(([current, target]) => {
    if (typeof target === "string") return `${current} → ${target}`;
    const { product, billingPlanType } = target;
    return `${current} → ${product}${billingPlanType === undefined ? "" : `, ${billingPlanType}`}`;
  });
  return { kind: "switch", message, by, details };
}
