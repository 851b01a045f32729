import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createTestAppStore, generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import type { TestAppStore, TestPrivateKey } from "@holdfast/appstore/testing";
import { pino } from "pino";
import { openLocalPublisher } from "../node/local-publisher.ts";
import type { LocalPublisher } from "../node/local-publisher.ts";
import { decisionsPath } from "../node/decision-shipping/decision-segments.ts";
import { startNodeHost } from "../node/node-host.ts";
import type { NodeHost, NodeHostOptions } from "../node/node-host.ts";
import { readRuntimeConfig } from "../node/runtime-config.ts";
import type { RuntimeConfig, RuntimeConfigInput } from "../node/runtime-config.ts";
import type { AnswerEvent } from "../ports/observer.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { compileTestFlow } from "./test-flow.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID, testPayload } from "./test-runtime.ts";

/** Where the test app's requests go. */
export const TEST_PATH = "/apple/retention/test/sandbox";

/** A Node host that listens, with everything around it. */
export interface TestHost extends NodeHost {
  readonly directory: string;
  readonly store: TestAppStore;
  readonly key: TestPrivateKey;
  readonly publisher: LocalPublisher;
  /** Lines of the log. */
  readonly log: string[];
  readonly events: AnswerEvent[];
  /** Puts the test flow live. */
  publish(): Promise<void>;
  /** The body of a signed request; fields that are given replace the usual ones. */
  body(fields?: object): string;
  post(body: RequestInit["body"], init?: PostOptions): Promise<Response>;
  /** Posts a signed request. */
  ask(fields?: object): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  metrics(): Promise<string>;
  decisions(): Promise<readonly DecisionRecord[]>;
}

/** How a request differs from Apple's. */
interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** What tests change about a host. */
export interface TestHostOptions extends Partial<
  Pick<
    NodeHostOptions,
    | "subscribers"
    | "opsToken"
    | "port"
    | "env"
    | "captureSandbox"
    | "control"
    | "waitForLiveMs"
    | "shutdownDelayMs"
  >
> {
  readonly directory: string;
  readonly store?: TestAppStore;
  /** Replaces the configuration of the test app. */
  readonly config?: (store: TestAppStore) => RuntimeConfigInput;
  /** False starts without anything live. */
  readonly published?: boolean;
}

/** The configuration of the test app, trusting a store's root in the sandbox. */
export function testHostConfig(rootPem: string): RuntimeConfigInput {
  const environments = { sandbox: { trustedRoots: [rootPem] } };
  return { apps: { test: { bundleId: TEST_BUNDLE_ID, appAppleId: TEST_APPLE_ID, environments } } };
}

/** Reads a test host's configuration. */
export function readTestConfig(
  value: RuntimeConfigInput,
  directory: string,
  publisher: LocalPublisher,
): Promise<RuntimeConfig> {
  return readRuntimeConfig(value, { directory, localPublisherKeyPem: publisher.publicKeyPem });
}

/** Starts a host on a free port of this machine; the caller closes it. */
export async function startTestHost(options: TestHostOptions): Promise<TestHost> {
  const { directory, store = await createTestAppStore(), env = {} } = options;
  const key = generateInAppPurchaseKey();
  const publisher = await openLocalPublisher(directory, env);
  const publish = async (): Promise<void> => {
    const { keyId, issuerId, privateKey } = key;
    await publisher.publish({
      app: "test",
      snapshot: compileTestFlow(),
      signingKey: { keyId, issuerId, privateKey },
      publishedAt: Date.now(),
    });
  };
  if (options.published !== false) await publish();
  const value = options.config?.(store) ?? testHostConfig(store.rootPem);
  const log: string[] = [];
  const events: AnswerEvent[] = [];
  const { subscribers, opsToken, captureSandbox } = options;
  const { control, waitForLiveMs, shutdownDelayMs } = options;
  const host = await startNodeHost({
    config: await readTestConfig(value, directory, publisher),
    dataDirectory: directory,
    port: options.port ?? 0,
    env,
    logger: pino({ level: "debug" }, { write: (line: string) => void log.push(line) }),
    onAnswer: (event) => void events.push(event),
    ...(subscribers === undefined ? {} : { subscribers }),
    ...(opsToken === undefined ? {} : { opsToken }),
    ...(captureSandbox === undefined ? {} : { captureSandbox }),
    ...(control === undefined ? {} : { control }),
    ...(waitForLiveMs === undefined ? {} : { waitForLiveMs }),
    ...(shutdownDelayMs === undefined ? {} : { shutdownDelayMs }),
  });
  const post: TestHost["post"] = (body, { path = TEST_PATH, method = "POST", headers } = {}) =>
    fetch(`${host.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: headers ?? { "content-type": "application/json" },
      // A body that is a stream is sent as it comes, without its length.
      ...({ duplex: "half" } as object),
    });
  const body: TestHost["body"] = (fields) => signedBody(store, fields);
  const get: TestHost["get"] = (path, headers = {}) => fetch(`${host.url}${path}`, { headers });
  return {
    ...host,
    directory,
    store,
    key,
    publisher,
    log,
    events,
    publish,
    body,
    post,
    ask: (fields) => post(body(fields)),
    get,
    metrics: async () => (await get("/metrics")).text(),
    decisions: () => readDecisions(directory),
  };
}

/** The body of a request that a store signs now, with a request identifier of its own. */
export function signedBody(store: TestAppStore, fields: object = {}): string {
  const fresh = { signedDate: Date.now(), requestIdentifier: randomUUID(), ...fields };
  return JSON.stringify({ signedPayload: store.sign(testPayload(fresh)) });
}

/** Returns the decisions in a data directory; every line must be whole. */
export async function readDecisions(directory: string): Promise<readonly DecisionRecord[]> {
  const text = await readFile(decisionsPath(directory), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DecisionRecord);
}
