import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";
import {
  readConfigFile,
  withDefault,
  withKey,
  withoutKey,
  withoutKeys,
  writeConfigFile,
} from "./config-file.ts";
import type { ConfigFile } from "./config-file.ts";
import { localConfigPath } from "./config-locations.ts";
import type { ConfigFamily } from "./config-locations.ts";
import { configPaths, readConfigsInUse } from "./configs-in-use.ts";
import { CredentialsError } from "./credentials-error.ts";
import { openKeychainCredentials } from "./keychain-credentials.ts";
import type { KeychainCredentials } from "./keychain-credentials.ts";
import { itemName, writeItem } from "./keychain-item.ts";
import type { CredentialIdentity, StoredCredential } from "./stored-credential.ts";

/** A stored credential, and whether it is used where none is named. */
interface ListedCredential {
  readonly credential: StoredCredential;
  readonly isDefault: boolean;
}

/** A key to store: the keychain keeps it, a configuration file only where it is. */
export interface NewCredential extends CredentialIdentity {
  /** Absolute. */
  readonly privateKeyPath: string;
  /** PEM. */
  readonly privateKey: string;
}

/** Where a key is stored; `local` is the configuration in the working directory. */
type CredentialPlace = "keychain" | "config" | "local";

/**
 * Stored credentials, looked for in this order: our active configuration, our global one where the
 * active one has no keys, the keychain, and `asc`'s configuration in the same way, which is never
 * written. The first of a name counts.
 *
 * Every method throws CredentialsError `CONFIG_INVALID` for a file that it needs and that is not sound.
 */
export interface CredentialStore {
  /** The credential of this name. */
  find(name: string): Promise<StoredCredential | undefined>;
  /**
   * The credential that is used where none is named: the one that was made the default, else the
   * only one; undefined where nothing is stored. Throws CredentialsError `DEFAULT_UNKNOWN`.
   */
  findDefault(): Promise<StoredCredential | undefined>;
  /** All credentials that can be used. */
  list(): Promise<readonly ListedCredential[]>;
  /** Stores a key and makes it the default. Returns the file it is in, or `keychain`. */
  save(key: NewCredential, place: CredentialPlace): Promise<string>;
  /** Makes a credential the default; tells whether there is one of this name. */
  setDefault(name: string): Promise<boolean>;
  /** Removes a credential everywhere of ours; tells whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Removes all credentials of ours. Returns how many names there were. */
  removeAll(): Promise<number>;
  /** Says where credentials are looked for, and whether the keychain answered. */
  places(): readonly string[];
}

/** Opens the stored credentials of the outside world. */
export function createCredentialStore(io: Pick<Io, "env" | "cwd" | "keychain">): CredentialStore {
  const keychain = openKeychainCredentials(io);

  async function find(name: string): Promise<StoredCredential | undefined> {
    const isNamed = (credential: StoredCredential): boolean => credential.name === name;
    return (
      (await readConfigsInUse(io, "holdfast")).credentials.find(isNamed) ??
      (await keychain.find(name)) ??
      (await readConfigsInUse(io, "asc")).credentials.find(isNamed)
    );
  }

  async function listFamily(family: ConfigFamily): Promise<readonly StoredCredential[]> {
    const { credentials } = await readConfigsInUse(io, family);
    return family === "asc" ? credentials : withoutRepeats(credentials, await keychain.list());
  }

  async function findDefault(): Promise<StoredCredential | undefined> {
    for (const family of ["holdfast", "asc"] as const) {
      const { defaultName } = await readConfigsInUse(io, family);
      const named = defaultName === undefined ? undefined : await find(defaultName);
      if (named !== undefined) return named;
      const all = await listFamily(family);
      if (defaultName === undefined && all.length === 1) return all[0];
      if (defaultName !== undefined || all.length > 1) {
        throw defaultUnknown(defaultName, all, keychain);
      }
    }
    return undefined;
  }

  async function list(): Promise<readonly ListedCredential[]> {
    const all = withoutRepeats(await listFamily("holdfast"), await listFamily("asc"));
    const byDefault = await findDefault().catch(undefinedIfUnknown);
    return all.map((credential) => ({
      credential,
      isDefault: credential.name === byDefault?.name,
    }));
  }

  async function save(key: NewCredential, place: CredentialPlace): Promise<string> {
    const path = place === "local" ? localConfigPath(io) : activePath(io);
    // Read before anything is stored: a file that is not sound stays as it is.
    const file = await readConfigFile(path);
    if (place !== "keychain") {
      await writeConfigFile(withDefault(withKey(file, key), key.name));
      return path;
    }
    await io.keychain.write(itemName(key.name), writeItem(key));
    // One of the same name in a file would hide the keychain's.
    await changeOurFiles(io, (other) => withoutKey(other, key.name));
    await writeConfigFile(withDefault(await readConfigFile(path), key.name));
    return "keychain";
  }

  async function setDefault(name: string): Promise<boolean> {
    const found = await find(name);
    if (found === undefined) return false;
    const active = activePath(io);
    const path = found.source === "config" ? (found.configPath ?? active) : active;
    await writeConfigFile(withDefault(await readConfigFile(path), name));
    // The active file's default counts before the global file's.
    if (path !== active) await changeFile(active, (file) => withDefault(file, ""));
    return true;
  }

  return {
    find,
    findDefault,
    list,
    save,
    setDefault,
    async remove(name) {
      const isInFile = await changeOurFiles(io, (file) => withoutKey(file, name));
      const isInKeychain = await keychain.remove(name);
      return isInFile || isInKeychain;
    },
    async removeAll() {
      const ours = (await list()).filter(({ credential }) => credential.source !== "asc");
      await changeOurFiles(io, withoutKeys);
      for (const { name } of await keychain.list()) await keychain.remove(name);
      return ours.length;
    },
    places: () => [
      ...configPaths(io, "holdfast"),
      keychain.isAvailable ? "the keychain" : "the keychain (which does not answer)",
      ...configPaths(io, "asc"),
    ],
  };
}

function withoutRepeats(
  first: readonly StoredCredential[],
  second: readonly StoredCredential[],
): readonly StoredCredential[] {
  const taken = new Set(first.map(({ name }) => name));
  return [...first, ...second.filter(({ name }) => !taken.has(name))];
}

/** @throws UsageError `CONFIG_PATH_INVALID` where there is no home directory either */
function activePath(io: Pick<Io, "env" | "cwd">): string {
  const [path] = configPaths(io, "holdfast");
  if (path !== undefined) return path;
  throw new UsageError(
    "CONFIG_PATH_INVALID",
    "expected a home directory to keep the configuration in; set HOLDFAST_CONFIG_PATH to an absolute path",
  );
}

/** Changes our active and our global file; tells whether a key went away. */
async function changeOurFiles(
  io: Pick<Io, "env" | "cwd">,
  change: (file: ConfigFile) => ConfigFile,
): Promise<boolean> {
  let isFewer = false;
  for (const path of configPaths(io, "holdfast")) {
    isFewer = (await changeFile(path, change)) || isFewer;
  }
  return isFewer;
}

async function changeFile(
  path: string,
  change: (file: ConfigFile) => ConfigFile,
): Promise<boolean> {
  const before = await readConfigFile(path);
  const after = change(before);
  const isFewer = after.keys.length < before.keys.length;
  const isOtherDefault = after.defaultKeyName !== before.defaultKeyName;
  // A file that has nothing to lose is not made, nor touched.
  if (isFewer || isOtherDefault) await writeConfigFile(after);
  return isFewer;
}

function defaultUnknown(
  name: string | undefined,
  all: readonly StoredCredential[],
  { isAvailable }: Pick<KeychainCredentials, "isAvailable">,
): CredentialsError {
  const names = all.map((credential) => credential.name).join(", ");
  const what =
    name === undefined
      ? "none of the stored credentials is the default"
      : `the default credential ${name} is not stored`;
  const choices = names === "" ? "" : ` (stored: ${names})`;
  return new CredentialsError(
    "DEFAULT_UNKNOWN",
    `${what}${choices}${isAvailable ? "" : "; the keychain does not answer"}; name one with --storekit-profile, or choose one: holdfast storekit auth switch --name NAME`,
  );
}

function undefinedIfUnknown(error: unknown): undefined {
  if (error instanceof CredentialsError && error.code === "DEFAULT_UNKNOWN") return undefined;
  throw error;
}
