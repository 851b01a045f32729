import type { DecisionSource, Evaluation, ResolvedResponse } from "@holdfast/flow/evaluate";

/** Which part of a flow decided. */
export interface ComparedChoice {
  readonly source: DecisionSource;
  readonly rule?: string;
  readonly experiment?: string;
  readonly arm?: string;
}

/** What is sent, by the names in the flow: one for all locales of a message. */
export interface ComparedResponse {
  /** `nothing`: there is no approved text left to send. */
  readonly kind: ResolvedResponse["kind"] | "nothing";
  readonly message?: string;
  /** Of an offer or a switch. */
  readonly productId?: string;
  readonly offerIdentifier?: string;
  readonly billingPlanType?: string;
}

/** Returns which part of its flow an evaluation comes from. */
export function choiceOf({ source, rule, experiment }: Evaluation): ComparedChoice {
  return {
    source,
    ...(rule === undefined ? {} : { rule }),
    ...(experiment === undefined ? {} : { experiment: experiment.key, arm: experiment.arm }),
  };
}

/** Returns what an evaluation sends, where it can be signed. */
export function responseOf({ candidates }: Evaluation): ComparedResponse {
  const [first] = candidates;
  return first === undefined ? { kind: "nothing" } : namesOf(first);
}

/** Returns a response by the names in the flow. */
export function namesOf(response: ResolvedResponse): ComparedResponse {
  if (response.kind === "deferToApple") return { kind: response.kind };
  const { kind, message } = response;
  switch (kind) {
    case "alternateProduct": {
      const { productId, billingPlanType } = response;
      return {
        kind,
        message,
        productId,
        ...(billingPlanType === undefined ? {} : { billingPlanType }),
      };
    }
    case "promotionalOffer": {
      const { productId, offerIdentifier } = response;
      return { kind, message, productId, offerIdentifier };
    }
    default:
      return { kind, message };
  }
}
