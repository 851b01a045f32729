import type { DecisionRecord } from "@holdfast/runtime/wire";

/** The offer that test decisions deliver. */
export const OFFER = "plain.monthly/STAY";

/** Returns a decision of the rule `winback` that delivered an offer, changed as given. */
export function testDecision(
  pseudonym: string,
  { requestedAt, ...rest }: Partial<DecisionRecord> & { readonly requestedAt: number },
): DecisionRecord {
  const text = { message: "stay", locale: "en-US", messageIdentifier: "m" };
  const response = {
    kind: "promotionalOffer",
    productId: "plain.monthly",
    offerIdentifier: "STAY",
    signature: "v2",
    ...text,
  } as const;
  return {
    format: "holdfast.decision/1",
    app: "yoga",
    environment: "sandbox",
    requestIdentifier: `${pseudonym}-${requestedAt}`,
    requestedAt,
    decidedAt: requestedAt,
    latencyMs: 1,
    subject: {
      productId: "plain.monthly",
      userLocale: "en-US",
      pseudonym,
      sealedId: "sealed",
      subscriber: { status: "notFound" },
    },
    snapshot: "not stored",
    stopListSequence: 0,
    source: "rule",
    rule: "winback",
    hashes: [],
    hashVersion: 1,
    assigned: response,
    delivered: response,
    ...rest,
  };
}
