import { BadDataError } from "../errors/index.ts";
import type { Bytes, EcCurve } from "./ecdsa.ts";

/** An ECDSA signature that is not DER as X.509 and Apple's V1 offers use it. */
export class EcdsaSignatureError extends BadDataError<"ECDSA_SIGNATURE_INVALID"> {}

const INTEGER = 0x02;
const SEQUENCE = 0x30;
const SCALAR_BYTES: Readonly<Record<EcCurve, number>> = { "P-256": 32, "P-384": 48 };

/**
 * Turns a raw r‖s signature into DER (`ECDSA-Sig-Value`, RFC 3279 §2.2.3).
 *
 * @param raw - 64 bytes for P-256, 96 for P-384
 */
export function encodeEcdsaSignature(raw: Bytes): Bytes {
  const half = raw.length / 2;
  const r = encodeInteger(raw.subarray(0, half));
  const s = encodeInteger(raw.subarray(half));
  // At most 2 × (2 + 49) bytes: the length always fits in one.
  return Uint8Array.from([SEQUENCE, r.length + s.length, ...r, ...s]);
}

/**
 * Turns a DER signature into raw r‖s.
 *
 * @throws EcdsaSignatureError when it is not canonical DER, or its numbers do not fit the curve
 */
export function decodeEcdsaSignature(der: Bytes, curve: EcCurve): Bytes {
  const size = SCALAR_BYTES[curve];
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw invalid();
  const r = readInteger(der, 2, size);
  const s = readInteger(der, r.end, size);
  if (s.end !== der.length) throw invalid();
  const raw = new Uint8Array(2 * size);
  raw.set(r.digits, size - r.digits.length);
  raw.set(s.digits, 2 * size - s.digits.length);
  return raw;
}

/** A positive integer: no leading zeros but the one that keeps it positive. */
function encodeInteger(scalar: Bytes): readonly number[] {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start += 1;
  const digits = [...scalar.subarray(start)];
  const padded = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [INTEGER, padded.length, ...padded];
}

function readInteger(
  der: Bytes,
  start: number,
  size: number,
): { readonly digits: Bytes; readonly end: number } {
  const length = der[start + 1] ?? 0;
  const end = start + 2 + length;
  const first = der[start + 2] ?? 0;
  const second = der[start + 3] ?? 0;
  const isNegative = first >= 0x80;
  const isPadded = length > 1 && first === 0;
  if (der[start] !== INTEGER || length === 0 || end > der.length || isNegative) throw invalid();
  if (isPadded && second < 0x80) throw invalid();
  const digits = der.subarray(start + (isPadded ? 3 : 2), end);
  if (digits.length > size) throw invalid();
  return { digits, end };
}

function invalid(): EcdsaSignatureError {
  return new EcdsaSignatureError("ECDSA_SIGNATURE_INVALID", "expected an ECDSA signature in DER");
}
