import { dirname } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";
import { refuseLink } from "../../replace-file.ts";
import {
  readConfigFile,
  withDefault,
  withKey,
  withoutKey,
  withoutKeys,
  writeConfigFile,
} from "./config-file.ts";
import type { ConfigFile } from "./config-file.ts";
import { localConfigPath, locateConfigs } from "./config-locations.ts";
import type { ConfigFamily } from "./config-locations.ts";
import { configPaths, readConfigsInUse } from "./configs-in-use.ts";
import { CredentialsError } from "./credentials-error.ts";
import { findHiddenCredentials } from "./hidden-credentials.ts";
import type { HiddenCredentials } from "./hidden-credentials.ts";
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

/**
 * Where a key is stored: `config` is the user's configuration, which is never one found by walking up;
 * `local` is that in the working directory.
 */
type CredentialPlace = "keychain" | "config" | "local";

/** What became of a key. */
export interface SavedCredential {
  /** The file it is in, or `keychain`. */
  readonly place: string;
  /** Whether it took the place of one of the same name. */
  readonly isReplacement: boolean;
  /** A project's configuration that counts before it in the working directory. */
  readonly hiddenBy: string | undefined;
}

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
  /** What is stored and not used, because something else counts before it. */
  hidden(): Promise<readonly HiddenCredentials[]>;
  /** Stores a key and makes it the default. */
  save(key: NewCredential, place: CredentialPlace): Promise<SavedCredential>;
  /** Makes a credential the default; tells whether there is one of this name. */
  setDefault(name: string): Promise<boolean>;
  /** Removes a credential everywhere of ours; tells whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Removes all credentials of ours, wherever they are. Returns how many there were. */
  removeAll(): Promise<number>;
  /** Says where credentials are looked for, and whether the keychain answered. */
  places(): readonly string[];
  /** Why nothing came from the keychain, like `does not answer`; undefined while it answered so far. */
  keychainSilence(): string | undefined;
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

  async function save(key: NewCredential, place: CredentialPlace): Promise<SavedCredential> {
    const path = place === "local" ? safeLocalPath(io) : ownPath(io);
    // Read before anything is stored: a file that is not sound stays as it is.
    const file = await readConfigFile(path);
    const hiddenBy = place === "local" ? undefined : await findHidingProject(io);
    if (place !== "keychain") {
      await writeConfigFile(withDefault(withKey(file, key), key.name));
      return { place: path, isReplacement: hasKey(file, key.name), hiddenBy };
    }
    const before = await io.keychain.read(itemName(key.name));
    await io.keychain.write(itemName(key.name), writeItem(key));
    // One of the same name in a file would hide the keychain's.
    const wasInFile = await changeFiles(ownPaths(io), (other) => withoutKey(other, key.name));
    await writeConfigFile(withDefault(await readConfigFile(path), key.name));
    return { place: "keychain", isReplacement: wasInFile || before !== undefined, hiddenBy };
  }

  async function setDefault(name: string): Promise<boolean> {
    const found = await find(name);
    if (found === undefined) return false;
    const active = activePath(io);
    const path = found.source === "config" ? (found.configPath ?? active) : await defaultPath(io);
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
    hidden: () => findHiddenCredentials(io, keychain),
    async remove(name) {
      const paths = configPaths(io, "holdfast");
      const isInFile = await changeFiles(paths, (file) => withoutKey(file, name));
      const isInKeychain = await keychain.remove(name);
      return isInFile || isInKeychain;
    },
    async removeAll() {
      const paths = configPaths(io, "holdfast");
      const files = await Promise.all(paths.map(readConfigFile));
      await changeFiles(paths, withoutKeys);
      let removed = files.flatMap(({ keys }) => keys).length;
      for (const name of await keychain.names()) {
        if (await keychain.remove(name)) removed += 1;
      }
      return removed;
    },
    places: () => [
      ...configPaths(io, "holdfast"),
      keychain.silence === undefined ? "the keychain" : `the keychain (which ${keychain.silence})`,
      ...configPaths(io, "asc"),
    ],
    keychainSilence: () => keychain.silence,
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
  return locateConfigs(io, "holdfast").active ?? missHome();
}

/** @throws UsageError `CONFIG_PATH_INVALID` where there is no home directory either */
function ownPath(io: Pick<Io, "env" | "cwd">): string {
  return locateConfigs(io, "holdfast").own ?? missHome();
}

/** The user's files: whatever a repository brings is not among them. */
function ownPaths(io: Pick<Io, "env" | "cwd">): readonly string[] {
  const { own, global } = locateConfigs(io, "holdfast");
  return [...new Set([own, global])].filter((path) => path !== undefined);
}

/** Where a default counts that is kept in no file: a project's only where its own keys come first. */
async function defaultPath(io: Pick<Io, "env" | "cwd">): Promise<string> {
  const active = activePath(io);
  return (await readConfigFile(active)).keys.length > 0 ? active : ownPath(io);
}

function missHome(): never {
  throw new UsageError(
    "CONFIG_PATH_INVALID",
    "expected a home directory to keep the configuration in; set HOLDFAST_CONFIG_PATH to an absolute path",
  );
}

/** @throws UsageError `FILE_UNWRITABLE` where a link would lead the file elsewhere */
function safeLocalPath(io: Pick<Io, "cwd">): string {
  const path = localConfigPath(io);
  refuseLink(dirname(path));
  return path;
}

/** Returns the project's configuration, where it counts before the user's. */
async function findHidingProject(io: Pick<Io, "env" | "cwd">): Promise<string | undefined> {
  const { project } = locateConfigs(io, "holdfast");
  if (project === undefined) return undefined;
  const { keys, defaultKeyName } = await readConfigFile(project);
  return keys.length > 0 || defaultKeyName !== undefined ? project : undefined;
}

function hasKey({ keys }: ConfigFile, name: string): boolean {
  return keys.some((key) => key.name === name);
}

/** Changes files; tells whether a key went away. */
async function changeFiles(
  paths: readonly string[],
  change: (file: ConfigFile) => ConfigFile,
): Promise<boolean> {
  let isFewer = false;
  for (const path of paths) {
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
  { silence }: Pick<KeychainCredentials, "silence">,
): CredentialsError {
  const names = all.map((credential) => credential.name).join(", ");
  const what =
    name === undefined
      ? "none of the stored credentials is the default"
      : `the default credential ${name} is not stored`;
  const choices = names === "" ? "" : ` (stored: ${names})`;
  return new CredentialsError(
    "DEFAULT_UNKNOWN",
    `${what}${choices}${silence === undefined ? "" : `; the keychain ${silence}`}; name one with --storekit-profile, or choose one: holdfast storekit auth switch --name NAME`,
  );
}

function undefinedIfUnknown(error: unknown): undefined {
  if (error instanceof CredentialsError && error.code === "DEFAULT_UNKNOWN") return undefined;
  throw error;
}
