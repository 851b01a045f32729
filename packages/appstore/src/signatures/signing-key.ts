import { encodeBase64Url, parsePrivateKeyPem, webCryptoEcdsa } from "../crypto/index.ts";
import type { Bytes, EcdsaProvider, EcdsaSigningKey, MaybePromise } from "../crypto/index.ts";
import { SignatureError } from "./signature-error.ts";

const encoder = new TextEncoder();

/**
 * A private key with the name Apple knows it by. The private part is a private field: nothing that
 * prints or serialises the object shows it.
 */
export abstract class SigningKey {
  /** As App Store Connect shows it. */
  readonly keyId: string;
  readonly #key: EcdsaSigningKey;
  /** The first part of everything this key signs, made once. */
  readonly #header: string;

  /** @internal */
  constructor(keyId: string, key: EcdsaSigningKey) {
    this.keyId = keyId;
    this.#key = key;
    this.#header = encodeJson({ alg: "ES256", kid: keyId, typ: "JWT" });
  }

  /** Returns the claims as a compact JWS (RFC 7515) with ES256. */
  async signJws(claims: object): Promise<string> {
    const input = `${this.#header}.${encodeJson(claims)}`;
    return `${input}.${encodeBase64Url(await this.signText(input))}`;
  }

  /** Returns the signature over a text in UTF-8, raw r‖s. */
  signText(text: string): MaybePromise<Bytes> {
    return this.#key.sign(text);
  }
}

/** Where a private key comes from. */
export interface PrivateKeySource {
  /** As App Store Connect shows it beside the key. */
  readonly keyId: string;
  /** The text of Apple's `.p8` file, or its PKCS#8 in DER. */
  readonly privateKey: string | Bytes;
  /** Default: Web Crypto. */
  readonly ecdsa?: EcdsaProvider;
}

/** @throws SignatureError `PRIVATE_KEY_INVALID`, `KEY_IDENTITY_INVALID` */
export async function importPrivateKey({
  keyId,
  privateKey,
  ecdsa = webCryptoEcdsa,
}: PrivateKeySource): Promise<EcdsaSigningKey> {
  checkIdentity(keyId, "keyId");
  try {
    const pkcs8 = typeof privateKey === "string" ? parsePrivateKeyPem(privateKey) : privateKey;
    return await ecdsa.importSigningKey(pkcs8);
  } catch {
    // The cause may describe the key: it is not passed on.
    throw new SignatureError("PRIVATE_KEY_INVALID", "expected a P-256 private key in PKCS#8");
  }
}

/** @throws SignatureError `KEY_IDENTITY_INVALID` where an id is empty */
export function checkIdentity(id: string, name: string): void {
  if (id !== "") return;
  throw new SignatureError("KEY_IDENTITY_INVALID", `${name}: expected it not to be empty`);
}

function encodeJson(value: object): string {
  return encodeBase64Url(encoder.encode(JSON.stringify(value)));
}
