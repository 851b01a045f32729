import type { ResolvedResponse } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { SubscriptionPlace } from "../../subscribers/index.ts";

/** Where tests are. */
export const PLACE: SubscriptionPlace = { app: "yoga", environment: "production" };

/** What was delivered where a test does not say. */
export const KEEP = {
  kind: "message",
  message: "keep",
  locale: "en-US",
  messageIdentifier: "00000000-0000-4000-8000-000000000001",
} as const satisfies ResolvedResponse;

/** What a test says of a decision. */
export interface Decided extends Partial<
  Pick<
    DecisionRecord,
    "rule" | "experiment" | "source" | "hashes" | "requestIdentifier" | "decidedAt"
  >
> {
  readonly at: number;
  readonly pseudonym?: string;
  readonly delivered?: ResolvedResponse;
}

/** Returns the record of a decision, by the flow's fallback where nothing else is said. */
export function decision({
  at,
  pseudonym = "ann",
  delivered = KEEP,
  requestIdentifier = `request-${pseudonym}-${at}`,
  ...parts
}: Decided): DecisionRecord {
  return {
    format: "holdfast.decision/1",
    ...PLACE,
    requestIdentifier,
    requestedAt: at,
    decidedAt: at + 40,
    latencyMs: 3,
    subject: {
      productId: "yoga.monthly",
      userLocale: "en-US",
      pseudonym,
      sealedId: `sealed-${pseudonym}`,
      subscriber: { status: "unavailable", reason: "noStore" },
    },
    snapshot: "0".repeat(64),
    stopListSequence: 0,
    source: "fallback",
    hashes: [],
    hashVersion: 1,
    assigned: delivered,
    delivered,
    ...parts,
  };
}
