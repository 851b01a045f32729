import { randomBytes, randomUUID } from "node:crypto";
import type { DecisionRecord } from "@holdfast/runtime/wire";

const SNAPSHOT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const MESSAGES = ["keep_classes", "three_months_free", "go_annual", "stay", "pause"] as const;
const STOREFRONTS = ["USA", "GBR", "DEU", "FRA", "JPN"] as const;
const RULES = 10;

/**
 * Returns a decision record as a runtime ships one: a subscription of its own, one of ten rules with two arms
 * and five messages, the state of the subscriber known for four of five.
 *
 * @param index - which one; the same numbers in a row spread over all kinds
 */
export function decisionRecord(index: number, requestedAt: number): DecisionRecord {
  const rule = `rule_${index % RULES}`;
  const arm = (index >> 2) % 2 === 0 ? "control" : "offer";
  const message = MESSAGES[index % MESSAGES.length] ?? MESSAGES[0];
  const response = {
    kind: "promotionalOffer",
    message,
    locale: "en-US",
    messageIdentifier: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11",
    productId: "com.example.yoga.premium.monthly",
    offerIdentifier: "YOGA_3M_FREE",
    signature: "v2",
  } as const;
  return {
    format: "holdfast.decision/1",
    app: "yoga",
    environment: "production",
    requestIdentifier: randomUUID(),
    requestedAt,
    decidedAt: requestedAt + 180,
    latencyMs: 2.417,
    subject: {
      productId: "com.example.yoga.premium.monthly",
      userLocale: "en-US",
      pseudonym: randomBytes(32).toString("base64url"),
      sealedId: `1.1.${randomBytes(44).toString("base64url")}`,
      subscriber: index % 5 === 0 ? { status: "notFound" } : foundState(index, requestedAt),
    },
    snapshot: SNAPSHOT,
    stopListSequence: 3,
    source: "rule",
    rule,
    experiment: { key: `experiment_${index % RULES}`, arm },
    hashes: [
      { layer: "holdout", key: "h2026", hash: 1_234_567_890 },
      { layer: "arm", key: `experiment_${index % RULES}`, hash: 987_654_321 },
    ],
    hashVersion: 1,
    assigned: response,
    delivered: response,
  };
}

function foundState(index: number, at: number): DecisionRecord["subject"]["subscriber"] {
  return {
    status: "found",
    state: {
      attributes: {
        storefront: STOREFRONTS[index % STOREFRONTS.length] ?? "USA",
        currency: "USD",
        price: 12.99,
        renewalPrice: 12.99,
        "subscription.paidPeriods": index % 24,
        "subscription.inTrial": false,
        "subscription.inGracePeriod": false,
        "subscription.autoRenew": true,
        "subscription.offerType": null,
        "subscription.ownership": "PURCHASED",
      },
      subscriptionStartedAt: at - 200 * 86_400_000,
      previousDecisions: { rules: {}, offers: {} },
    },
  };
}
