import type { Io } from "../../command.ts";
import { KeychainError } from "../../keychain.ts";
import { itemName, parseItem, profileOfItem } from "./keychain-item.ts";
import type { StoredCredential } from "./stored-credential.ts";

/** The credentials in the keychain; one that does not answer has none, and says so. */
export interface KeychainCredentials {
  find(name: string): Promise<StoredCredential | undefined>;
  list(): Promise<readonly StoredCredential[]>;
  /** Tells whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Whether the keychain answered whenever it was asked so far. */
  readonly isAvailable: boolean;
}

/** Opens the credentials in the keychain. */
export function openKeychainCredentials({ keychain }: Pick<Io, "keychain">): KeychainCredentials {
  let isAvailable = true;

  async function ask<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      isAvailable = false;
      return otherwise;
    }
  }

  async function find(name: string): Promise<StoredCredential | undefined> {
    const secret = await ask(() => keychain.read(itemName(name)), undefined);
    const item = secret === undefined ? undefined : parseItem(secret);
    if (item === undefined) return undefined;
    const { privateKey, ...identity } = item;
    return {
      name,
      ...identity,
      source: "keychain",
      configPath: undefined,
      readPrivateKey: async () => privateKey,
    };
  }

  return {
    find,
    async list() {
      const names = (await ask(() => keychain.names(), [])).map(profileOfItem);
      const profiles = names.filter((name) => name !== undefined);
      const found = await Promise.all(profiles.map(find));
      return found.filter((credential) => credential !== undefined);
    },
    remove: (name) => ask(() => keychain.remove(itemName(name)), false),
    get isAvailable() {
      return isAvailable;
    },
  };
}
