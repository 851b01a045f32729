import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { nodeCryptography } from "../node/node-cryptography.ts";
import { createLiveValue } from "../publications/create-live-value.ts";
import type { Publishing } from "../publications/create-live-value.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { liveKey, stopListKey } from "../wire/kv-layout.ts";
import { signStopList } from "../wire/stop-list.ts";
import type { StopList } from "../wire/stop-list.ts";
import type { WorkerApp, WorkerConfig } from "../workers/worker-config.ts";
import type { FakeKv } from "./fake-kv.ts";
import { compileTestFlow } from "./test-flow.ts";
import { signedBody } from "./test-host.ts";
import { TEST_STOP_LIST } from "./test-publication.ts";
import { createTestPublisher } from "./test-publisher.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID, TEST_NOW } from "./test-runtime.ts";

/** The one place of a test Worker. */
export const TEST_PLACE = { app: "test", environment: "sandbox" } as const;

/** What a Worker of the app `test` is configured with, and what publishes for it. */
export interface TestWorkerApp {
  readonly store: TestAppStore;
  readonly config: WorkerConfig;
  /** The one app of it. */
  readonly configured: WorkerApp;
  /** 32 bytes in base64. */
  readonly secret: string;
  /** A live value as it lies in KV; fields that are given replace the usual ones. */
  live(fields?: Partial<Publishing>): Promise<string>;
  /** A stop list as it lies in KV; fields that are given replace the usual ones. */
  stopList(fields?: Partial<StopList>): Promise<string>;
  /** A signed request; fields that are given replace the usual ones. */
  request(fields?: object, base?: string): Request;
}

/** Makes the app `test` in the sandbox, with a publisher and a secret of its own. */
export async function createTestWorkerApp(): Promise<TestWorkerApp> {
  const store = await createTestAppStore();
  const secretBytes = crypto.getRandomValues(new Uint8Array(32));
  const runtimeKeys = await deriveRuntimeKeys(secretBytes, nodeCryptography);
  const publisher = await createTestPublisher();
  const environments = { sandbox: { trustedRoots: [store.rootPem] } };
  const configured: WorkerApp = {
    bundleId: TEST_BUNDLE_ID,
    appAppleId: TEST_APPLE_ID,
    publisherKey: publisher.publicKeyPem,
    environments,
  };
  return {
    store,
    config: { apps: { test: configured } },
    configured,
    secret: Buffer.from(secretBytes).toString("base64"),
    async live(fields) {
      const value = await createLiveValue({
        app: "test",
        snapshot: compileTestFlow(),
        label: "test_sandbox_1",
        sequence: 1,
        publishedAt: TEST_NOW,
        pseudonymKey: new Uint8Array(32).fill(1),
        publisher,
        runtimeKeys,
        ...fields,
      });
      return JSON.stringify(value);
    },
    stopList: (fields) => signStopList({ ...TEST_STOP_LIST, ...fields }, publisher),
    request: (fields, base = "http://localhost") =>
      new Request(`${base}/apple/retention/test/sandbox`, {
        method: "POST",
        body: signedBody(store, fields),
        headers: { "content-type": "application/json" },
      }),
  };
}

/** Puts what an app publishes into a namespace. */
export async function publishTo(kv: Pick<FakeKv, "values">, app: TestWorkerApp): Promise<void> {
  kv.values.set(liveKey(TEST_PLACE), await app.live());
  kv.values.set(stopListKey(TEST_PLACE), await app.stopList());
}

/** What an invocation was asked to wait for. */
export interface TestContext {
  waitUntil(work: Promise<unknown>): void;
  /** Resolves when all of it is done, what is added meanwhile too. */
  settled(): Promise<void>;
}

/** Returns the context of one invocation. */
export function createTestContext(): TestContext {
  const works: Promise<unknown>[] = [];
  return {
    waitUntil: (work) => void works.push(work),
    async settled() {
      for (let work = works.shift(); work !== undefined; work = works.shift()) await work;
    },
  };
}
