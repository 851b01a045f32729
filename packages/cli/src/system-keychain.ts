import { KeychainError } from "./keychain.ts";
import type { Keychain } from "./keychain.ts";

/** What is used of the library. */
interface KeyringLibrary {
  readonly AsyncEntry: new (
    service: string,
    name: string,
    options: typeof LASTING_STORE,
  ) => KeyringEntry;
  readonly findCredentialsAsync: (
    service: string,
  ) => Promise<readonly { readonly account: string }[]>;
}

/** One secret. */
interface KeyringEntry {
  getPassword(): Promise<string | null>;
  setPassword(password: string): Promise<void>;
  deleteCredential(): Promise<boolean>;
}

/** What our secrets are found by. */
const SERVICE = "holdfast";

/** Without it the library would take the kernel's keyring, which forgets at logout. */
const LASTING_STORE = { linux: { store: "secret-service" as const } };

/**
 * Makes the keychain of the machine; nothing is loaded or asked before it is used.
 *
 * @param load - loads the library; it has a binary of its own for each platform
 */
export function createSystemKeychain(
  load: () => Promise<KeyringLibrary> = () => import("@napi-rs/keyring"),
): Keychain {
  async function withLibrary<T>(act: (library: KeyringLibrary) => Promise<T>): Promise<T> {
    try {
      return await act(await load());
    } catch (cause) {
      throw new KeychainError({ cause });
    }
  }
  const withEntry = <T>(name: string, act: (entry: KeyringEntry) => Promise<T>): Promise<T> =>
    withLibrary(({ AsyncEntry }) => act(new AsyncEntry(SERVICE, name, LASTING_STORE)));
  return {
    names: () =>
      withLibrary(async ({ findCredentialsAsync }) => {
        const found = await findCredentialsAsync(SERVICE);
        return found.map(({ account }) => account);
      }),
    read: (name) => withEntry(name, async (entry) => (await entry.getPassword()) ?? undefined),
    write: (name, secret) => withEntry(name, (entry) => entry.setPassword(secret)),
    remove: (name) => withEntry(name, (entry) => entry.deleteCredential()),
  };
}
