import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io } from "../../../command.ts";
import { print } from "../../../output.ts";
import { createCredentialStore } from "../../../storekit/credentials/credential-store.ts";
import type { CredentialStore } from "../../../storekit/credentials/credential-store.ts";
import { CredentialsError } from "../../../storekit/credentials/credentials-error.ts";
import type { StoredCredential } from "../../../storekit/credentials/stored-credential.ts";
import { profileUnknown } from "../../../storekit/credentials/resolve-credentials.ts";
import { warnOfIgnoredConfigs } from "../../../storekit/credentials/told-configs.ts";
import { CONFIRM_OPTION, requireConfirm } from "../../../storekit/mutation.ts";
import { SENTENCE_OUTPUT } from "../../../storekit/storekit-options.ts";

/** `holdfast storekit auth logout` */
export const logout: Command = {
  summary: "Forget stored credentials",
  description:
    "Removes them from our configuration files, the project's and the home directory's, and the keychain. The .p8 file stays, and so does the configuration of asc.",
  options: [
    { flags: "--name <name>", description: "the credentials to forget" },
    { flags: "--all", description: "forget all of them" },
    CONFIRM_OPTION,
  ],
  output: SENTENCE_OUTPUT,
  examples: [
    { line: "holdfast storekit auth logout --name CI --confirm", does: "forget one" },
    { line: "holdfast storekit auth logout --all --confirm", does: "forget all" },
  ],
  async run(input, io) {
    const { options } = input;
    requireConfirm(options);
    const name = options.text("name")?.trim();
    if ((name !== undefined) === options.flag("all")) {
      throw new UsageError("OPTION_INVALID", "exactly one of --name or --all is required");
    }
    warnOfIgnoredConfigs(io);
    const store = createCredentialStore(io);
    const removed = name === undefined ? await store.removeAll() : await remove(name, store, io);
    const silence = store.keychainSilence();
    if (silence !== undefined) io.warn(`the keychain ${silence}; what it keeps stays`);
    print(input, io, {
      json: { removed },
      table: () => [
        name === undefined
          ? `Removed all StoreKit credentials: ${removed}`
          : `Removed StoreKit credentials "${name}"`,
      ],
    });
    return 0;
  },
};

async function remove(name: string, store: CredentialStore, io: Io): Promise<number> {
  const isRemoved = await store.remove(name);
  // What is wrong with asc's file is no reason to hide that ours are gone.
  const left = await (isRemoved ? store.find(name).catch(nothingIfInvalid) : store.find(name));
  if (!isRemoved) throw left === undefined ? profileUnknown(name, store) : ofAsc(left);
  if (left !== undefined) io.warn(ofAsc(left).message);
  return 1;
}

function nothingIfInvalid(error: unknown): undefined {
  if (error instanceof CredentialsError) return undefined;
  throw error;
}

function ofAsc({ name, configPath = "its configuration" }: StoredCredential): CredentialsError {
  return new CredentialsError(
    "PROFILE_OF_ASC",
    `${configPath} has credentials named ${name}, too; they are asc's and stay: asc storekit auth logout --name ${name} --confirm`,
  );
}
