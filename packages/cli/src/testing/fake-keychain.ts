import { KeychainError } from "../keychain.ts";
import type { Keychain } from "../keychain.ts";

/** A keychain in memory, as a test looks into it. */
export interface FakeKeychain extends Keychain {
  readonly secrets: Map<string, string>;
}

/** Makes a keychain that remembers. */
export function createFakeKeychain(): FakeKeychain {
  const secrets = new Map<string, string>();
  return {
    secrets,
    names: async () => [...secrets.keys()],
    read: async (name) => secrets.get(name),
    async write(name, secret) {
      secrets.set(name, secret);
    },
    remove: async (name) => secrets.delete(name),
  };
}

/** Makes the keychain of a machine that has none. */
export function createMissingKeychain(): Keychain {
  return { names: refuse, read: refuse, write: refuse, remove: refuse };
}

async function refuse(): Promise<never> {
  throw new KeychainError();
}
