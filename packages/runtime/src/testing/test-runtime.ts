import { createTestAppStore, generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import type { TestAppStore, TestPrivateKey } from "@holdfast/appstore/testing";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import { createSignedDataVerifier, createTrustStore } from "@holdfast/appstore/signed-data";
import type { RevocationLookup, SignedDataVerifier } from "@holdfast/appstore/signed-data";
import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { prepareSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import { createRuntime } from "../answer/runtime.ts";
import { deriveKey } from "../keys/derive-key.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import type { Cryptography } from "../ports/cryptography.ts";
import type { AnswerEvent } from "../ports/observer.ts";
import type { LivePublication } from "../ports/publications.ts";
import type { SubscriberStore } from "../ports/subscribers.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { compileTestFlow } from "./test-flow.ts";

/** When everything in these tests happens: 2026-11-21T09:00:00Z. */
export const TEST_NOW = Date.UTC(2026, 10, 21, 9);
export const TEST_APPLE_ID = 6_745_974_592;
export const TEST_BUNDLE_ID = "com.example.test";

/** What tests change about a runtime. */
export interface TestRuntimeOptions {
  readonly cryptography?: Cryptography;
  readonly snapshot?: Snapshot;
  readonly live?: Partial<LivePublication>;
  readonly subscribers?: SubscriberStore;
  readonly revocations?: RevocationLookup;
  readonly budgetMs?: number;
  readonly lookupMs?: number;
  readonly unknownChainsPerSecond?: number;
  /** Is told of answers before they are kept in `events`. */
  readonly onAnswer?: (event: AnswerEvent) => void;
  /** Replaces the log that keeps records in memory. */
  readonly append?: (record: DecisionRecord) => void | Promise<void>;
}

/** A runtime in memory, with everything it did. */
export interface TestRuntime {
  readonly store: TestAppStore;
  readonly key: TestPrivateKey;
  readonly live: LivePublication;
  readonly records: DecisionRecord[];
  readonly events: AnswerEvent[];
  readonly verifier: SignedDataVerifier;
  /** Milliseconds since 1970. */
  now: number;
  fetch(request: Request, arrivedAt?: number): Promise<Response>;
  /** A signed request; fields that are given replace the usual ones. */
  request(fields?: object, path?: string): Request;
  /** Posts a signed request; fields that are given replace the usual ones. */
  ask(fields?: object, path?: string): Promise<Response>;
  /** Posts a body as it is. */
  post(body: string | null, headers?: Record<string, string>): Promise<Response>;
}

/** The payload of a request the test app accepts. */
export function testPayload(fields: object = {}): object {
  return {
    originalTransactionId: "2000000123456789",
    appAppleId: TEST_APPLE_ID,
    productId: "p.plain",
    userLocale: "en-US",
    requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
    environment: "Sandbox",
    signedDate: TEST_NOW,
    ...fields,
  };
}

/** The keys of the test app; the secrets are the same in every process, so that hosts can be compared. */
async function createTestKeys(
  key: TestPrivateKey,
  cryptography: Cryptography,
): Promise<LivePublication["keys"]> {
  const pseudonymKey = new Uint8Array(32).fill(1);
  const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(2), cryptography);
  return {
    pseudonym: await cryptography.importHmacKey(pseudonymKey),
    offerNonce: await cryptography.importHmacKey(await deriveKey(pseudonymKey, "offer-nonce/v1")),
    decisionSeal: runtimeKeys.decisionSeal,
    signing: await importInAppPurchaseKey({ ...key, ecdsa: cryptography }),
  };
}

/** Makes a runtime whose app store, keys and time are its own. */
export async function createTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const { cryptography = webCryptography, snapshot = compileTestFlow() } = options;
  const store = await createTestAppStore();
  const key = generateInAppPurchaseKey();
  const live: LivePublication = {
    app: "test",
    environment: "sandbox",
    bundleId: TEST_BUNDLE_ID,
    appAppleId: TEST_APPLE_ID,
    snapshot: prepareSnapshot(snapshot),
    snapshotHash: await snapshotHash(snapshot),
    label: "test_2026_11_21_1",
    sequence: 1,
    publishedAt: TEST_NOW,
    stops: NO_STOPS,
    trust: createTrustStore([store.rootDer]),
    keys: await createTestKeys(key, cryptography),
    ...options.live,
  };
  const records: DecisionRecord[] = [];
  const events: AnswerEvent[] = [];
  const { unknownChainsPerSecond = 20, subscribers, revocations, budgetMs, lookupMs } = options;
  const time = { now: TEST_NOW };
  const now = (): number => time.now;
  const verifier = createSignedDataVerifier({ ecdsa: cryptography, now, unknownChainsPerSecond });
  const test: TestRuntime = {
    store,
    key,
    live,
    records,
    events,
    verifier,
    get now() {
      return time.now;
    },
    set now(milliseconds) {
      time.now = milliseconds;
    },
    fetch: (request, arrivedAt) => runtime.fetch(request, arrivedAt),
    request: (fields, path = "/apple/retention/test/sandbox") =>
      postRequest(JSON.stringify({ signedPayload: store.sign(testPayload(fields)) }), path),
    ask: (fields, path) => runtime.fetch(test.request(fields, path)),
    post: (body, headers) =>
      runtime.fetch(postRequest(body, "/apple/retention/test/sandbox", headers)),
  };
  const runtime = createRuntime({
    publications: {
      find(app, environment) {
        if (app === "unpublished") return "unpublished";
        return app === "test" && environment === "sandbox" ? live : "unknown";
      },
      list: () => [{ app: "test", environment: "sandbox", live }],
    },
    verifier,
    decisions: {
      append: options.append ?? ((record) => void records.push(record)),
      health: () => ({ ready: true, pending: 0, dropped: 0 }),
    },
    observer: {
      onAnswer(event) {
        options.onAnswer?.(event);
        events.push(event);
      },
    },
    clock: { now, elapsed: () => performance.now() },
    ...(subscribers === undefined ? {} : { subscribers }),
    ...(revocations === undefined ? {} : { revocations }),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    ...(lookupMs === undefined ? {} : { lookupMs }),
  });
  return test;
}

function postRequest(
  body: string | null,
  path: string,
  headers: Record<string, string> = { "content-type": "application/json" },
): Request {
  return new Request(`http://localhost${path}`, { method: "POST", body, headers });
}
