import type { SnapshotResponse } from "../snapshot/snapshot.ts";

/** Returns a response in English, as it would follow "answers with", ended by a full stop. */
export function describeResponse(response: SnapshotResponse): string {
  if (response.kind === "deferToApple") {
    return "a deliberate 503, so that Apple shows its own message and offers.";
  }
  const { fallback } = response;
  const otherwise =
    fallback === undefined ? "" : ` If that cannot be sent: the message ${fallback.message}.`;
  return `${mainPart(response)}.${otherwise}`;
}

function mainPart(response: Exclude<SnapshotResponse, { kind: "deferToApple" }>): string {
  switch (response.kind) {
    case "message":
      return `the message ${response.message}`;
    case "alternateProduct": {
      const targets = Object.entries(response.products).map(
        ([current, { product, billingPlanType }]) =>
          `${current} to ${product}${billingPlanType === undefined ? "" : ` (${billingPlanType})`}`,
      );
      return `the message ${response.message} and a switch of plan: ${targets.join(", ")}`;
    }
    case "promotionalOffer": {
      const targets = Object.entries(response.offers).map(([current, { product, offer }]) =>
        current === product ? `${offer} for ${current}` : `${offer} of ${product} for ${current}`,
      );
      return `the message ${response.message} and an offer: ${targets.join(", ")}`;
    }
    default:
      return `the message ${response.message} and an Advanced Commerce change`;
  }
}
