import { ApiRefusal } from "@holdfast/api/server";
import { callApple, readServedApp } from "../catalog/index.ts";
import type { Change } from "../http/index.ts";
import type { AppleClients } from "../keys/index.ts";
import type { Keyring } from "../secrets/index.ts";
import { isStorageError } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import { findDeferringRule } from "./deferring-rule.ts";
import { firstAskAt } from "./next-ask.ts";
import type { PerformanceTest } from "./performance-test.ts";
import { readConfig } from "./read-answer.ts";
import { insertTest } from "./stored-tests.ts";
import { subscriptionPseudonym } from "./subscription-pseudonym.ts";

/** What performance tests are begun with. */
export interface BeginTestMeans {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clients: AppleClients;
}

/** A test somebody wants. */
export interface WantedTest {
  readonly app: string;
  readonly originalTransactionId: string;
  readonly startedBy: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Begins a test at Apple and returns it; {@link writeBegun} has to keep it. Cut off between the two, the
 * test goes on at Apple unseen, for Apple has no list of them: until it is over, Apple refuses another
 * (4000213), and then it takes one.
 *
 * @throws ApiRefusal `NOT_FOUND` where the app is not served in the sandbox; `CONFLICT` naming the rule that
 *   can defer to Apple, or without an In-App Purchase key; `APPLE_REFUSED`, `APPLE_UNREACHABLE`
 */
export async function beginTest(
  { database: { queries }, keyring, clients }: BeginTestMeans,
  { app: id, originalTransactionId, startedBy, now, signal }: WantedTest,
): Promise<PerformanceTest> {
  const environment = "sandbox";
  const app = await readServedApp(queries, { app: id, environment });
  const rule = await findDeferringRule(queries, id);
  if (rule !== undefined) throw wouldDefer(rule);
  const pseudonym = await subscriptionPseudonym({ queries, keyring }, id, originalTransactionId);
  const { requestId, config } = await callApple({ clients }, { app, environment }, (client) =>
    client.initiatePerformanceTest({ originalTransactionId }, { signal }),
  );
  return {
    app: id,
    requestId,
    pseudonym,
    startedAt: now,
    startedBy,
    config: readConfig(config),
    result: "PENDING",
    findings: {},
    readAt: null,
    nextAskAt: firstAskAt(now),
  };
}

/** Writes down a test that Apple began; the job then asks for its result. */
export async function writeBegun({ queries, audit }: Change, test: PerformanceTest): Promise<void> {
  await insertTest(queries, test);
  await audit({
    target: test.requestId,
    environment: "sandbox",
    summary: "began a performance test in the sandbox",
  });
}

/**
 * Returns what to answer where a test that Apple began could not be written down: its id, the only way to
 * its result. Any other error as it is.
 */
export function unwritten({ requestId }: PerformanceTest, error: unknown): unknown {
  const codes = ["DATABASE_UNREACHABLE", "DATABASE_BUSY", "DATABASE_FULL"] as const;
  if (!codes.some((code) => isStorageError(error, code))) return error;
  const message = `Apple began the performance test ${requestId}, and the database could not keep it`;
  return new ApiRefusal("INTERNAL", message, {
    advice: `ask Apple for its result: holdfast storekit retention-messaging performance wait --request-id ${requestId} --environment sandbox`,
    cause: error,
  });
}

function wouldDefer(rule: string): ApiRefusal {
  return new ApiRefusal(
    "CONFLICT",
    `rule ${rule} of what is live in the sandbox can answer deferToApple, which Apple's test counts as a failure; nothing was begun`,
    {
      advice:
        "publish a version without that rule to the sandbox for the test, or test a subscription of another product with holdfast storekit retention-messaging performance start",
    },
  );
}
