import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import type { Io } from "../../command.ts";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";

/** The yoga app's local App Store, and an outside world whose environment leads there. */
export interface YogaStore {
  readonly emulator: RunningEmulator;
  readonly io: FakeIo;
  /** The same store for another command line, with nothing written yet. */
  readonly again: () => Promise<FakeIo>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where the yoga app's sandbox is. */
export const YOGA_SANDBOX = { app: "yoga", environment: "sandbox" } as const;

/** Starts a local App Store; sleeping takes no time. */
export async function openYogaStore(
  overrides: Partial<Pick<Io, "isErrTty">> = {},
): Promise<YogaStore> {
  const emulator = await startEmulator({ port: 0 });
  const { keyId, issuerId, bundleId, privateKey, sandboxBaseUrl, productionBaseUrl } =
    emulator.credentials("yoga");
  const env = {
    HOLDFAST_STOREKIT_KEY_ID: keyId,
    HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
    HOLDFAST_STOREKIT_PRIVATE_KEY: privateKey,
    HOLDFAST_STOREKIT_BUNDLE_ID: bundleId,
    HOLDFAST_STOREKIT_ENVIRONMENT: "sandbox",
    HOLDFAST_STOREKIT_SANDBOX_URL: sandboxBaseUrl,
    HOLDFAST_STOREKIT_PRODUCTION_URL: productionBaseUrl,
  };
  // Tokens are made for the local App Store's clock, which is the real one.
  const io = await createFakeIo({ env, now: () => Date.now(), ...overrides });
  return {
    emulator,
    io,
    again: () => createFakeIo({ env, now: () => Date.now(), cwd: io.cwd, ...overrides }),
    async [Symbol.asyncDispose]() {
      await io[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
}
