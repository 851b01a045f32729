import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parsePrivateKeyPem } from "@holdfast/appstore/crypto";
import { ApiRefusal } from "@holdfast/api/server";

/** A private key that was checked. */
export interface KeyMaterial {
  /** PKCS#8, PEM, and nothing but the key. */
  readonly privateKey: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo), lowercase hex. */
  readonly publicKeyHash: string;
}

/**
 * Returns the key of Apple's `.p8` file once it has signed something that its public key verifies.
 *
 * @throws ApiRefusal `INPUT_INVALID` where it is no P-256 private key in PKCS#8; says nothing of its text
 */
export function readKeyMaterial(p8: string): KeyMaterial {
  const privateKey = parsePrivateKey(p8);
  if (privateKey === undefined) throw noKey("expected the text of a .p8 file: PKCS#8 in PEM");
  if (privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    throw noKey("expected a key on the curve P-256, as Apple's are");
  }
  const publicKey = createPublicKey(privateKey);
  const probe = Buffer.from("holdfast checks that this key signs");
  if (!verify("sha256", probe, publicKey, sign("sha256", probe, privateKey))) {
    throw noKey("expected a key whose signatures its public key verifies");
  }
  const spki = publicKey.export({ format: "der", type: "spki" });
  return {
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }),
    publicKeyHash: createHash("sha256").update(spki).digest("hex"),
  };
}

/** What OpenSSL says of a key it cannot read may describe it, so nothing is passed on. */
function parsePrivateKey(p8: string): KeyObject | undefined {
  try {
    const der = Buffer.from(parsePrivateKeyPem(p8));
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } catch {
    return undefined;
  }
}

function noKey(message: string): ApiRefusal {
  return new ApiRefusal("INPUT_INVALID", "the private key cannot be used", {
    issues: [{ path: ["body", "privateKey"], message }],
    advice: "download the key from App Store Connect again; Apple lets it be downloaded once",
  });
}
