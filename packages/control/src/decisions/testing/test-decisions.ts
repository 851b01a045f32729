import { randomUUID } from "node:crypto";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { DecisionStream } from "../index.ts";

/** When the tests' decisions are made unless they say otherwise: some day at noon, UTC. */
export const NOON = Date.UTC(2026, 10, 20, 12);

/** A SHA-256 that is no snapshot's. */
const SNAPSHOT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** Returns a decision record of the app `yoga` in the sandbox: the fallback, to a subscriber nothing is known of. */
export function testRecord(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  const message = {
    kind: "message",
    message: "stay",
    locale: "en-US",
    messageIdentifier: "00000000-0000-4000-8000-000000000001",
  } as const;
  return {
    format: "holdfast.decision/1",
    app: "yoga",
    environment: "sandbox",
    requestIdentifier: randomUUID(),
    requestedAt: NOON,
    decidedAt: NOON + 100,
    latencyMs: 2.5,
    subject: {
      productId: "yoga.monthly",
      userLocale: "en-US",
      pseudonym: "p".repeat(43),
      sealedId: "1.1.c2VhbGVk",
      subscriber: { status: "notFound" },
    },
    snapshot: SNAPSHOT,
    stopListSequence: 0,
    source: "fallback",
    hashes: [],
    hashVersion: 1,
    assigned: message,
    delivered: message,
    ...changes,
  };
}

/** Listens to decisions and writes their identifiers down, as committed or not as the transaction is. */
export function collectingStream(): DecisionStream & { readonly taken: string[] } {
  const taken: string[] = [];
  return {
    taken,
    takeDecisions(_transaction, place, decisions) {
      for (const { app, environment, requestIdentifier } of decisions) {
        if (app !== place.app || environment !== place.environment) throw new Error("wrong place");
        taken.push(requestIdentifier);
      }
      return Promise.resolve();
    },
  };
}
