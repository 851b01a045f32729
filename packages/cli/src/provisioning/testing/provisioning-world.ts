import { startEmulator } from "@holdfast/emulator";
import type { AppEnvironment, RunningEmulator } from "@holdfast/emulator";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { copyYoga, writeFiles } from "../../testing/run.ts";

/** A project beside a local App Store, with one clock for both. */
export interface ProvisioningWorld {
  readonly io: FakeIo;
  readonly emulator: RunningEmulator;
  readonly sandbox: AppEnvironment;
  readonly production: AppEnvironment;
  /** Lets time pass. */
  advance(ms: number): void;
  /** What happens when a command sleeps; nothing unless set. */
  onSleep: () => void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a yoga app's project, and credentials for it in the environment. */
export async function createProvisioningWorld(
  env: Readonly<Record<string, string>> = {},
): Promise<ProvisioningWorld> {
  let now = Date.UTC(2026, 10, 21, 9);
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    now += ms;
    world.onSleep();
  };
  const clock = { now: () => now, elapsed: () => now, sleep };
  const emulator = await startEmulator({ port: 0, clock });
  const { keyId, issuerId, privateKey, sandboxBaseUrl, productionBaseUrl } =
    emulator.credentials("yoga");
  const io = await createFakeIo({
    now: clock.now,
    sleep,
    env: {
      HOLDFAST_STOREKIT_KEY_ID: keyId,
      HOLDFAST_STOREKIT_ISSUER_ID: issuerId,
      HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "key.p8",
      HOLDFAST_STOREKIT_SANDBOX_URL: sandboxBaseUrl,
      HOLDFAST_STOREKIT_PRODUCTION_URL: productionBaseUrl,
      ...env,
    },
  });
  await copyYoga(io);
  await writeFiles(io, { "key.p8": privateKey });
  const world: ProvisioningWorld = {
    io,
    emulator,
    sandbox: { app: "yoga", environment: "sandbox" },
    production: { app: "yoga", environment: "production" },
    advance(ms) {
      now += ms;
    },
    onSleep: () => undefined,
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await io[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** Approves everything that is uploaded. */
export function approveAll({ emulator }: ProvisioningWorld, place: AppEnvironment): void {
  for (const { imageIdentifier } of emulator.images(place)) {
    emulator.reviewImage(place, imageIdentifier, "APPROVED");
  }
  for (const { messageIdentifier } of emulator.messages(place)) {
    emulator.reviewMessage(place, messageIdentifier, "APPROVED");
  }
}
