import { createHmac, randomBytes } from "node:crypto";
import { createTestAppStore, generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { deriveRuntimeKeys } from "../../packages/runtime/src/keys/runtime-secret.ts";
import { nodeCryptography } from "../../packages/runtime/src/node/node-cryptography.ts";
import { createLiveValue } from "../../packages/runtime/src/publications/create-live-value.ts";
import type { Publishing } from "../../packages/runtime/src/publications/create-live-value.ts";
import { signedBody } from "../../packages/runtime/src/testing/test-host.ts";
import { TEST_STOP_LIST } from "../../packages/runtime/src/testing/test-publication.ts";
import { createTestPublisher } from "../../packages/runtime/src/testing/test-publisher.ts";
import type { TestPublisher } from "../../packages/runtime/src/testing/test-publisher.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID } from "../../packages/runtime/src/testing/test-runtime.ts";
import { signStopList } from "../../packages/runtime/src/wire/stop-list.ts";
import type { StopList } from "../../packages/runtime/src/wire/stop-list.ts";
import { compileContractFlow } from "./contract-flow.ts";

/** Where the contract's requests go. */
export const CONTRACT_PATH = "/apple/retention/test/sandbox";
/** Where nothing is published though it is configured. */
export const UNPUBLISHED_PATH = "/apple/retention/unpublished/sandbox";

/** A value as it is published for the sandbox. */
export interface PublishedText {
  /** Where it is put, whoever it is for. */
  readonly app: string;
  readonly what: "live" | "stopList";
  readonly text: string;
}

/** Everything around a host: who publishes, who asks, and what the host is told of them. */
export interface ContractApp {
  readonly store: TestAppStore;
  readonly publisher: TestPublisher;
  /** 32 bytes, base64. */
  readonly runtimeSecret: string;
  /** A runtime's configuration with every file read in: JSON data, the same for every host. */
  readonly config: ContractConfig;
  /** Makes a live value; fields that are given replace the usual ones. */
  live(fields?: Partial<Publishing>): Promise<PublishedText>;
  /** Makes the usual live value without a key to sign offers with. */
  liveWithoutKey(): Promise<PublishedText>;
  /** Makes a stop list; fields that are given replace the usual ones. */
  stopList(fields?: Partial<StopList>, by?: TestPublisher): Promise<PublishedText>;
  /** The body of a request signed now; fields that are given replace the usual ones. */
  body(fields?: object): string;
  /** The pseudonym of a subscription. */
  pseudonym(originalTransactionId: string): string;
}

/** A configuration every host reads. */
interface ContractConfig {
  readonly apps: Readonly<Record<string, ContractAppConfig>>;
}

interface ContractAppConfig {
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly publisherKey: string;
  readonly environments: Readonly<
    Partial<Record<FlowEnvironment, { readonly trustedRoots: string[] }>>
  >;
}

/** Makes the app `test`, and `unpublished` beside it. */
export async function createContractApp(): Promise<ContractApp> {
  const store = await createTestAppStore();
  const publisher = await createTestPublisher();
  const [secret, pseudonymKey] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
  const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  const usual = {
    app: "test",
    snapshot: compileContractFlow(),
    label: "contract_1",
    sequence: 1,
    publishedAt: Date.now(),
    pseudonymKey,
    publisher,
    runtimeKeys,
  };
  const app: ContractAppConfig = {
    bundleId: TEST_BUNDLE_ID,
    appAppleId: TEST_APPLE_ID,
    publisherKey: publisher.publicKeyPem,
    environments: { sandbox: { trustedRoots: [store.rootPem] } },
  };
  return {
    store,
    publisher,
    runtimeSecret: Buffer.from(secret).toString("base64"),
    config: { apps: { test: app, unpublished: app } },
    live: (fields) => publish({ ...usual, signingKey: { keyId, issuerId, privateKey }, ...fields }),
    liveWithoutKey: () => publish(usual),
    async stopList(fields, by = publisher) {
      const list = { ...TEST_STOP_LIST, issuedAt: Date.now(), ...fields };
      return {
        app: "test",
        what: "stopList",
        text: await signStopList(list, by),
      };
    },
    body: (fields) => signedBody(store, fields),
    pseudonym: (id) => createHmac("sha256", pseudonymKey).update(id).digest("base64url"),
  };
}

async function publish(publishing: Publishing): Promise<PublishedText> {
  return { app: "test", what: "live", text: JSON.stringify(await createLiveValue(publishing)) };
}
