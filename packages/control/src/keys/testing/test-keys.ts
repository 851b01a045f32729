import { generateKeyPairSync } from "node:crypto";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator, EmulatorOptions } from "@holdfast/emulator";
import { onTestFinished } from "vitest";
import { createAppsFeature } from "../../apps/index.ts";
import { createTestControl, createTestKeyring } from "../../apps/testing/test-control.ts";
import type { TestCallerOptions } from "../../apps/testing/test-control.ts";
import type { Feature } from "../../http/index.ts";
import type { Keyring } from "../../secrets/index.ts";
import type { Database } from "../../storage/index.ts";
import type { StorageDatabase } from "../../storage/create-database.ts";
import { openTestDatabase, SQLITE } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { createAppleClients, createKeysFeature } from "../index.ts";
import type { AppleClients, AppleClientsOptions, KeysFeatureOptions } from "../index.ts";

/** Returns the text of a new `.p8` file. */
export function newPrivateKey(namedCurve = "P-256"): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  return privateKey.export({ format: "pem", type: "pkcs8" });
}

/** Starts a local App Store that ends with the test. */
async function startTestEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ port: 0, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Returns clients that speak to a local App Store, and try once. */
export function clientsOf(
  emulator: Pick<Emulator, "credentials">,
  options: Pick<AppleClientsOptions, "queries" | "keyring" | "now" | "calling">,
): AppleClients {
  const { connectBaseUrl, sandboxBaseUrl, productionBaseUrl } = emulator.credentials("yoga");
  return createAppleClients({
    ...options,
    calling: { maxAttempts: 1, ...options.calling },
    hosts: {
      connect: connectBaseUrl,
      sandbox: sandboxBaseUrl,
      production: productionBaseUrl,
    },
  });
}

/** What a test of keys is made of. */
export interface KeysSetting {
  readonly database: StorageDatabase;
  readonly keyring: Keyring;
  readonly emulator: Emulator;
  readonly clients: AppleClients;
  readonly control: ReturnType<typeof createTestControl>;
}

/** How a setting differs from the usual. */
export interface KeysSettingOptions extends TestCallerOptions {
  readonly engine?: TestEngine;
  /** Default one with a new master key. */
  readonly keyring?: Keyring;
  readonly emulator?: EmulatorOptions;
  readonly calling?: AppleClientsOptions["calling"];
  readonly signsOffers?: KeysFeatureOptions["signsOffers"];
  /** Further features, made from the same. */
  readonly features?: (setting: {
    readonly database: Database;
    readonly keyring: Keyring;
    readonly clients: AppleClients;
  }) => readonly Feature[];
}

/** Returns a control plane with the app `yoga` of a local App Store, without keys. */
export async function setUpKeys(options: KeysSettingOptions = {}): Promise<KeysSetting> {
  const { engine = SQLITE, calling, signsOffers = () => Promise.resolve(false) } = options;
  const { now = createRisingClock() } = options;
  const database = await openTestDatabase(engine, { now });
  const keyring = options.keyring ?? (await createTestKeyring());
  const emulator = await startTestEmulator(options.emulator);
  const { queries } = database;
  const clients = clientsOf(emulator, {
    queries,
    keyring,
    now,
    ...(calling === undefined ? {} : { calling }),
  });
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const features = [
    createAppsFeature({ database, keyring, dependents }),
    createKeysFeature({ database, keyring, clients, signsOffers }),
    ...(options.features?.({ database, keyring, clients }) ?? []),
  ];
  const control = createTestControl({ database, features }, { ...options, now });
  const { bundleId, appAppleId } = emulator.credentials("yoga");
  await control.call("POST /v1/apps", {
    id: "yoga",
    name: "Yoga",
    bundleId,
    appAppleId,
    environments: { sandbox: {}, production: {} },
  });
  return { database, keyring, emulator, clients, control };
}

/** Returns a clock that is a second later each time, so that what is made later is newer. */
function createRisingClock(): () => number {
  let now = 1_790_000_000_000;
  return () => (now += 1000);
}

/** Adds the keys that the local App Store knows. */
export async function addKnownKeys({ control, emulator }: KeysSetting): Promise<void> {
  await control.call("POST /v1/apps/yoga/in-app-purchase-keys", knownInAppPurchaseKey(emulator));
  await control.call("POST /v1/apps/yoga/connect-keys", knownConnectKey(emulator));
}

/** Returns the In-App Purchase key that the local App Store knows, as it is added. */
export function knownInAppPurchaseKey(emulator: Emulator) {
  const { keyId, issuerId, privateKey } = emulator.credentials("yoga");
  return { keyId, issuerId, privateKey };
}

/** Returns the App Store Connect key that the local App Store knows, as it is added. */
export function knownConnectKey(emulator: Emulator) {
  const { connectKeyId, connectIssuerId, connectPrivateKey } = emulator.credentials("yoga");
  return {
    keyId: connectKeyId,
    kind: "team",
    issuerId: connectIssuerId,
    privateKey: connectPrivateKey,
  };
}
