import { startEmulator } from "@holdfast/emulator";
import type { Emulator, StartEmulatorOptions } from "@holdfast/emulator";
import { startControlServer } from "./control-server.ts";
import type { ControlServer } from "./control-server.ts";
import type { FakeIo } from "./fake-io.ts";
import { run, writeFiles } from "./run.ts";

/** A control plane that asks a local App Store in Apple's place. */
export interface YogaControl {
  readonly server: ControlServer;
  readonly emulator: Emulator;
  readonly close: () => Promise<void>;
}

/** Starts a control plane and the local App Store whose app is `yoga`; the app is not added yet. */
export async function startYogaControl(options: StartEmulatorOptions = {}): Promise<YogaControl> {
  const emulator = await startEmulator({ port: 0, ...options });
  const server = await startControlServer({ emulator });
  return {
    server,
    emulator,
    async close() {
      await server.close();
      await emulator.close();
    },
  };
}

/** Runs a command line that a test goes on from. */
async function must(io: FakeIo, line: string): Promise<void> {
  if ((await run(io, line)) !== 0) throw new Error(`${line} did not end well: ${io.err()}`);
}

/** Adds the app `yoga` of the local App Store. */
export async function addYoga(io: FakeIo, { emulator }: YogaControl): Promise<void> {
  const { bundleId, appAppleId } = emulator.credentials("yoga");
  await must(io, `apps add yoga --bundle-id ${bundleId} --apple-id ${appAppleId}`);
}

/** Writes the files of both keys, named as App Store Connect does, and returns how to add them. */
export async function writeYogaKeys(
  io: FakeIo,
  { emulator }: YogaControl,
): Promise<{ readonly keys: string; readonly connectKeys: string }> {
  const yoga = emulator.credentials("yoga");
  await writeFiles(io, {
    [`SubscriptionKey_${yoga.keyId}.p8`]: yoga.privateKey,
    [`AuthKey_${yoga.connectKeyId}.p8`]: yoga.connectPrivateKey,
  });
  return {
    keys: `keys add --app yoga --private-key SubscriptionKey_${yoga.keyId}.p8 --issuer-id ${yoga.issuerId}`,
    connectKeys: `connect-keys add --app yoga --private-key AuthKey_${yoga.connectKeyId}.p8 --issuer-id ${yoga.connectIssuerId}`,
  };
}

/** {@link addYoga} with both keys. */
export async function addYogaWithKeys(io: FakeIo, control: YogaControl): Promise<void> {
  await addYoga(io, control);
  const lines = await writeYogaKeys(io, control);
  await must(io, lines.keys);
  await must(io, lines.connectKeys);
}
