import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator, StartEmulatorOptions } from "@holdfast/emulator";
import type { Io } from "../../command.ts";
import { createFakeIo, FAKE_NOW } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";

/** The app of the local App Store that tests act for: `com.example.app`. */
export const SEED = "seed";

/** A local App Store, and outside worlds whose credentials it knows. They all share a clock. */
export interface LocalApple extends AsyncDisposable {
  readonly emulator: RunningEmulator;
  /** Makes a world with the app's key in the environment; sleeping there only moves the clock. */
  io(
    overrides?: Partial<Pick<Io, "env" | "sleep" | "fetch" | "isTty" | "isErrTty">>,
  ): Promise<FakeIo>;
  /** The variables {@link LocalApple.io} has: the key, the app, and where Apple is. */
  readonly env: Readonly<Record<string, string>>;
  /** The variables that say where Apple is, without a key. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Starts a local App Store on a free port. */
export async function startLocalApple(options: StartEmulatorOptions = {}): Promise<LocalApple> {
  let now = FAKE_NOW;
  const advance = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    now += ms;
  };
  const clock = { now: () => now, elapsed: () => performance.now(), sleep: advance };
  const emulator = await startEmulator({ port: 0, clock, ...options });
  const { keyId, issuerId, privateKey, bundleId } = emulator.credentials(SEED);
  const urls = {
    HOLDFAST_STOREKIT_SANDBOX_URL: `${emulator.url}/sandbox`,
    HOLDFAST_STOREKIT_PRODUCTION_URL: `${emulator.url}/production`,
  };
  const env = {
    ...urls,
    HOLDFAST_STOREKIT_KEY_ID: keyId,
    HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
    HOLDFAST_STOREKIT_PRIVATE_KEY: privateKey,
    HOLDFAST_STOREKIT_BUNDLE_ID: bundleId,
  };
  return {
    emulator,
    env,
    urls,
    io: (overrides = {}) =>
      createFakeIo({
        now: () => now,
        sleep: advance,
        ...overrides,
        env: { ...env, ...overrides.env },
      }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
