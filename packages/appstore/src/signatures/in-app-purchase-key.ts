import type { EcdsaSigningKey } from "../crypto/index.ts";
import { checkIdentity, importPrivateKey, SigningKey } from "./signing-key.ts";
import type { PrivateKeySource } from "./signing-key.ts";

/**
 * An In-App Purchase key: signs offers, and tokens for the App Store Server and Retention Messaging
 * APIs. Made by {@link importInAppPurchaseKey}; a {@link ConnectKey} is another type, for Apple
 * accepts neither in the other's place.
 */
export class InAppPurchaseKey extends SigningKey {
  /** The team's issuer id, a UUID. */
  readonly issuerId: string;
  /** Tells the compiler that no other key will do. */
  readonly #kind = "In-App Purchase";

  /** @internal Use {@link importInAppPurchaseKey}. */
  constructor(ids: { readonly keyId: string; readonly issuerId: string }, key: EcdsaSigningKey) {
    super(ids.keyId, key);
    this.issuerId = ids.issuerId;
  }

  /** Names the kind and the key's id, never the key. */
  override toString(): string {
    return `${this.#kind} key ${this.keyId}`;
  }
}

/** Where an In-App Purchase key comes from. */
export interface InAppPurchaseKeySource extends PrivateKeySource {
  /** The issuer id beside the key in App Store Connect. */
  readonly issuerId: string;
}

/**
 * Imports an In-App Purchase key: App Store Connect, Users and Access, Integrations, In-App Purchase.
 *
 * Not checked, for nothing in the file tells: that it is a key of this kind.
 *
 * @throws SignatureError `PRIVATE_KEY_INVALID`, `KEY_IDENTITY_INVALID`
 */
export async function importInAppPurchaseKey(
  source: InAppPurchaseKeySource,
): Promise<InAppPurchaseKey> {
  checkIdentity(source.issuerId, "issuerId");
  return new InAppPurchaseKey(source, await importPrivateKey(source));
}
