import type { EcdsaSigningKey } from "../crypto/index.ts";
import { checkIdentity, importPrivateKey, SigningKey } from "./signing-key.ts";
import type { PrivateKeySource } from "./signing-key.ts";

/** Whom a key of the App Store Connect API speaks for. */
export type ConnectKeyOwner =
  | { readonly kind: "team"; readonly issuerId: string }
  /** An individual key has no issuer: its tokens name `user` as their subject. */
  | { readonly kind: "individual" };

/**
 * A key of the App Store Connect API. Made by {@link importConnectKey}; an {@link InAppPurchaseKey} is
 * another type, for Apple accepts neither in the other's place.
 */
export class ConnectKey extends SigningKey {
  readonly owner: ConnectKeyOwner;
  /** Tells the compiler that no other key will do. */
  readonly #kind = "App Store Connect API";

  /** @internal Use {@link importConnectKey}. */
  constructor(keyId: string, owner: ConnectKeyOwner, key: EcdsaSigningKey) {
    super(keyId, key);
    this.owner = owner;
  }

  /** Names the kind and the key's id, never the key. */
  override toString(): string {
    return `${this.#kind} key ${this.keyId}`;
  }
}

/**
 * Imports a key of the App Store Connect API: App Store Connect, Users and Access, Integrations, App
 * Store Connect API.
 *
 * Not checked, for nothing in the file tells: that it is a key of this kind.
 *
 * @throws SignatureError `PRIVATE_KEY_INVALID`, `KEY_IDENTITY_INVALID`
 */
export async function importConnectKey(
  source: PrivateKeySource & { readonly owner: ConnectKeyOwner },
): Promise<ConnectKey> {
  const { keyId, owner } = source;
  if (owner.kind === "team") checkIdentity(owner.issuerId, "issuerId");
  return new ConnectKey(keyId, owner, await importPrivateKey(source));
}
