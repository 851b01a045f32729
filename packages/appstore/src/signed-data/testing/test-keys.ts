import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A private key as App Store Connect gives it out, and the public key to verify with. */
export interface TestPrivateKey {
  readonly keyId: string;
  readonly issuerId: string;
  /** The `.p8` file's text: PKCS#8, PEM. */
  readonly privateKey: string;
  readonly publicKey: KeyObject;
}

/** Makes an In-App Purchase key; spread it into `importInAppPurchaseKey`. */
export function generateInAppPurchaseKey(
  ids: { readonly keyId?: string; readonly issuerId?: string } = {},
): TestPrivateKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    keyId: ids.keyId ?? "ABC123DEFG",
    issuerId: ids.issuerId ?? "57246542-96fe-1a63-e053-0824d011072a",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
    publicKey,
  };
}
