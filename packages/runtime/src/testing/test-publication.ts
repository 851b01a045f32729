import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { createTrustStore } from "@holdfast/appstore/signed-data";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import type { RuntimeKeys } from "../keys/runtime-secret.ts";
import { nodeCryptography } from "../node/node-cryptography.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createLiveValue } from "../publications/create-live-value.ts";
import type { Publishing } from "../publications/create-live-value.ts";
import type { OpeningMeans } from "../publications/open-live-value.ts";
import type { LiveValue } from "../wire/live-value.ts";
import { signStopList } from "../wire/stop-list.ts";
import type { StopList } from "../wire/stop-list.ts";
import { compileTestFlow } from "./test-flow.ts";
import { createTestPublisher } from "./test-publisher.ts";
import type { TestPublisher } from "./test-publisher.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID, TEST_NOW } from "./test-runtime.ts";

/** An app with its publisher, and what a runtime needs to take over what it publishes. */
export interface TestPublication {
  readonly config: AppConfig;
  readonly means: OpeningMeans;
  readonly publisher: TestPublisher;
  readonly snapshot: Snapshot;
  /** What the sealed keys are sealed under. */
  readonly runtimeKeys: RuntimeKeys;
  /** Makes a live value; fields that are given replace the usual ones. */
  live(fields?: Partial<Publishing>): Promise<LiveValue>;
  /** Makes a stop list; fields that are given replace the usual ones. */
  stopList(fields?: Partial<StopList>, publisher?: TestPublisher): Promise<string>;
}

/** The usual stop list of the app `test` in the sandbox, which stops nothing. */
export const TEST_STOP_LIST = {
  app: "test",
  environment: "sandbox",
  sequence: 1,
  issuedAt: TEST_NOW,
  appPaused: false,
  offersPaused: false,
  stoppedOffers: [],
  rejectedMessages: [],
} as const;

/** Makes the app `test` in the sandbox. */
export async function createTestPublication(): Promise<TestPublication> {
  const publisher = await createTestPublisher();
  const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(2), nodeCryptography);
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  const snapshot = compileTestFlow();
  return {
    config: {
      app: "test",
      environment: "sandbox",
      bundleId: TEST_BUNDLE_ID,
      appAppleId: TEST_APPLE_ID,
      publishers: [publisher.publicKey],
      // No request is verified here; a store must trust somebody.
      trust: createTrustStore([Uint8Array.of(0)]),
    },
    means: { runtimeKeys, cryptography: nodeCryptography },
    publisher,
    snapshot,
    runtimeKeys,
    live: (fields) =>
      createLiveValue({
        app: "test",
        snapshot,
        label: "test_sandbox_1",
        sequence: 1,
        publishedAt: TEST_NOW,
        pseudonymKey: new Uint8Array(32).fill(1),
        signingKey: { keyId, issuerId, privateKey },
        publisher,
        runtimeKeys,
        ...fields,
      }),
    stopList: (fields, by = publisher) => signStopList({ ...TEST_STOP_LIST, ...fields }, by),
  };
}
