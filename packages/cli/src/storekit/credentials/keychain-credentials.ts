import type { Io } from "../../command.ts";
import { KeychainError } from "../../keychain.ts";
import type { Keychain } from "../../keychain.ts";
import { isSwitchedOn } from "../../switch-variable.ts";
import { itemName, parseItem, profileOfItem } from "./keychain-item.ts";
import type { StoredCredential } from "./stored-credential.ts";

/** The credentials in the keychain; one that does not answer has none, and says so. */
export interface KeychainCredentials {
  find(name: string): Promise<StoredCredential | undefined>;
  list(): Promise<readonly StoredCredential[]>;
  /** The names of all, of those, too, that cannot be read. */
  names(): Promise<readonly string[]>;
  /** Tells whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Why nothing came from it, like `does not answer`; undefined while it answered so far. */
  readonly silence: string | undefined;
}

/** Say that the keychain is not to be touched. */
export const BYPASS_VARIABLES = [
  "HOLDFAST_STOREKIT_BYPASS_KEYCHAIN",
  "ASC_STOREKIT_BYPASS_KEYCHAIN",
] as const;

/**
 * Opens the credentials in the keychain, which is not asked where the environment says so.
 *
 * @throws UsageError `OPTION_INVALID` for a variable that is neither yes nor no
 */
export function openKeychainCredentials(io: Pick<Io, "keychain" | "env">): KeychainCredentials {
  const isBypassed = isSwitchedOn(BYPASS_VARIABLES, io.env);
  let silence = isBypassed ? "is bypassed, as the environment says" : undefined;

  async function ask<T>(act: (keychain: Keychain) => Promise<T>, otherwise: T): Promise<T> {
    if (isBypassed) return otherwise;
    try {
      return await act(io.keychain);
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      silence = "does not answer";
      return otherwise;
    }
  }

  async function find(name: string): Promise<StoredCredential | undefined> {
    const secret = await ask((keychain) => keychain.read(itemName(name)), undefined);
    const item = secret === undefined ? undefined : parseItem(secret);
    if (item === undefined) return undefined;
    const { privateKey, ...identity } = item;
    return {
      name,
      ...identity,
      source: "keychain",
      configPath: undefined,
      privateKeyPath: undefined,
      readPrivateKey: async () => privateKey,
    };
  }

  async function names(): Promise<readonly string[]> {
    const items = await ask((keychain) => keychain.names(), []);
    return items.map(profileOfItem).filter((name) => name !== undefined);
  }

  return {
    find,
    names,
    async list() {
      const found = await Promise.all((await names()).map(find));
      return found.filter((credential) => credential !== undefined);
    },
    remove: (name) => ask((keychain) => keychain.remove(itemName(name)), false),
    get silence() {
      return silence;
    },
  };
}
