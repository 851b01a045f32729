import { decodeBase64Url } from "../crypto/index.ts";
import type { Bytes } from "../crypto/index.ts";
import { BadSignedData } from "./signed-data-error.ts";

/** A compact JWS taken apart. Nothing of it is verified: anyone could have written it. */
export interface UnverifiedSignedData {
  /** The first part as it came; its JSON is read only when its chain is not known. */
  readonly header: string;
  /** The payload, a JSON object. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The first two parts with their dot: what is signed. */
  readonly signingInput: string;
  /** Raw r‖s, 64 bytes. */
  readonly signature: Bytes;
}

const ES256_SIGNATURE_BYTES = 64;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Takes a compact JWS (RFC 7515 §7.1) apart: exactly three parts, canonical base64url, a payload
 * that is a JSON object in UTF-8, a signature of 64 bytes.
 *
 * Not yet checked: the header, the chain, the signature, every field of the payload.
 *
 * @throws BadSignedData `JWS_MALFORMED`
 */
export function parseSignedData(compact: string): UnverifiedSignedData {
  const headerEnd = compact.indexOf(".");
  const payloadEnd = compact.indexOf(".", headerEnd + 1);
  if (headerEnd <= 0 || payloadEnd < 0 || compact.includes(".", payloadEnd + 1)) {
    throw new BadSignedData("JWS_MALFORMED", "expected a compact JWS of three parts");
  }
  const signature = decodePart(compact.slice(payloadEnd + 1), "signature");
  if (signature.length !== ES256_SIGNATURE_BYTES) {
    throw new BadSignedData(
      "JWS_MALFORMED",
      `expected a signature of ${ES256_SIGNATURE_BYTES} bytes, got ${signature.length}`,
    );
  }
  return {
    header: compact.slice(0, headerEnd),
    payload: parseJsonPart(compact.slice(headerEnd + 1, payloadEnd), "payload"),
    signingInput: compact.slice(0, payloadEnd),
    signature,
  };
}

/**
 * Reads one part of a JWS as a JSON object.
 *
 * @throws BadSignedData `JWS_MALFORMED`
 */
export function parseJsonPart(part: string, name: string): Readonly<Record<string, unknown>> {
  const bytes = decodePart(part, name);
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    // The cause stays behind: a JSON parser's message quotes what it was given.
    throw new BadSignedData("JWS_MALFORMED", `the ${name} is not JSON in UTF-8`);
  }
  if (isJsonObject(value)) return value;
  throw new BadSignedData("JWS_MALFORMED", `the ${name} is not a JSON object`);
}

/** Tells whether a value is an object with fields: no array, no null. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodePart(part: string, name: string): Bytes {
  try {
    return decodeBase64Url(part);
  } catch (cause) {
    throw new BadSignedData("JWS_MALFORMED", `the ${name} is not base64url`, { cause });
  }
}
