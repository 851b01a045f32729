import { decodeBase64Url, encodeBase64Url } from "@holdfast/appstore/crypto";
import type {
  Bytes,
  EcdsaProvider,
  EcdsaSigningKey,
  EcdsaVerificationKey,
} from "@holdfast/appstore/crypto";
import { isRecord } from "./fields.ts";
import { WireError } from "./wire-error.ts";

/** What a publisher signs. */
export type SignedRecordType = "holdfast-publication+jws" | "holdfast-stop-list+jws";

/** An app's publisher: control, or CI; never both. */
export interface PublisherKey {
  readonly keyId: string;
  readonly key: EcdsaSigningKey;
}

/** The public half, given to runtimes by configuration. */
export interface PublisherPublicKey {
  readonly keyId: string;
  readonly key: EcdsaVerificationKey;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Imports a publisher's public key from SubjectPublicKeyInfo (DER, P-256). Its id is the key's hash. */
export async function importPublisherPublicKey(
  spki: Bytes,
  ecdsa: EcdsaProvider,
): Promise<PublisherPublicKey> {
  return {
    keyId: await publisherKeyId(spki),
    key: await ecdsa.importVerificationKey(spki, "P-256"),
  };
}

/** Returns a publisher's key id: the first 16 base64url characters of the SHA-256 of its SubjectPublicKeyInfo. */
export async function publisherKeyId(spki: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  return encodeBase64Url(digest).slice(0, 16);
}

/** Signs a record as a compact JWS (RFC 7515, ES256) with its type in the header. */
export async function signRecord(
  type: SignedRecordType,
  payload: object,
  publisher: PublisherKey,
): Promise<string> {
  const header = { alg: "ES256", typ: type, kid: publisher.keyId };
  const input = `${encodeJson(header)}.${encodeJson(payload)}`;
  const signature = await publisher.key.sign(encoder.encode(input));
  return `${input}.${encodeBase64Url(signature)}`;
}

/**
 * Verifies a record that {@link signRecord} made and returns its payload.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_SIGNATURE_INVALID`
 */
export async function verifyRecord(
  type: SignedRecordType,
  compact: string,
  publishers: readonly PublisherPublicKey[],
): Promise<unknown> {
  const [header, payload, signature, ...rest] = compact.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    throw new WireError("WIRE_MALFORMED", `${type}: expected three parts`);
  }
  const { alg, typ, kid } = decodeObject(header, type);
  const publisher = publishers.find(({ keyId }) => keyId === kid);
  if (alg !== "ES256" || typ !== type || publisher === undefined) {
    throw new WireError(
      "WIRE_SIGNATURE_INVALID",
      `${type}: not signed by a publisher this runtime is configured to trust`,
    );
  }
  const good = await publisher.key.verify(
    "SHA-256",
    decodePart(signature, type),
    encoder.encode(`${header}.${payload}`),
  );
  if (!good) throw new WireError("WIRE_SIGNATURE_INVALID", `${type}: the signature is wrong`);
  return decodeObject(payload, type);
}

function encodeJson(value: object): string {
  return encodeBase64Url(encoder.encode(JSON.stringify(value)));
}

function decodeObject(part: string, type: SignedRecordType): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(decodePart(part, type)));
  } catch (cause) {
    throw new WireError("WIRE_MALFORMED", `${type}: not JSON`, { cause });
  }
  if (!isRecord(value)) throw new WireError("WIRE_MALFORMED", `${type}: expected an object`);
  return value;
}

function decodePart(part: string, type: SignedRecordType): Bytes {
  try {
    return decodeBase64Url(part);
  } catch (cause) {
    throw new WireError("WIRE_MALFORMED", `${type}: bad base64url`, { cause });
  }
}
