import { BadDataError } from "../errors/index.ts";
import type { Bytes } from "./ecdsa.ts";

/** Text that is not base64 as its alphabet and RFC 4648 say. */
export class EncodingError extends BadDataError<"ENCODING_INVALID"> {}

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const INVALID = 0xff;

/* eslint-disable no-bitwise -- RFC 4648 speaks of groups of six bits */

/**
 * Decodes base64url (RFC 4648 §5) without padding. Strict: any other character, a length that no
 * bytes have, and unused bits that are not zero are refused, so that equal bytes have one spelling.
 *
 * @throws EncodingError `ENCODING_INVALID`
 */
export function decodeBase64Url(text: string): Bytes {
  return decode(text, text.length, URL_SAFE_VALUES);
}

/**
 * Decodes standard base64 (RFC 4648 §4) with its padding, as strictly as {@link decodeBase64Url}.
 *
 * @throws EncodingError `ENCODING_INVALID`
 */
export function decodeBase64(text: string): Bytes {
  if (text.length % 4 !== 0) throw invalid();
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return decode(text, text.length - padding, STANDARD_VALUES);
}

/** Encodes base64url (RFC 4648 §5) without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE_CODES);
}

/** Encodes standard base64 (RFC 4648 §4) with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = encode(bytes, STANDARD_CODES);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

const URL_SAFE_CODES = new TextEncoder().encode(URL_SAFE);
const STANDARD_CODES = new TextEncoder().encode(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);
const STANDARD_VALUES = valuesOf(STANDARD);

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(INVALID);
  for (let value = 0; value < alphabet.length; value += 1) {
    values[alphabet.charCodeAt(value)] = value;
  }
  return values;
}

function decode(text: string, length: number, values: Uint8Array): Bytes {
  const tail = length % 4;
  if (tail === 1) throw invalid();
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  const whole = length - tail;
  // Characters outside the alphabet have a bit above the sixth: all are looked at together in the end.
  let seen = 0;
  let to = 0;
  for (let from = 0; from < whole; from += 4) {
    const first = sextetAt(text, from, values);
    const second = sextetAt(text, from + 1, values);
    const third = sextetAt(text, from + 2, values);
    const fourth = sextetAt(text, from + 3, values);
    seen |= first | second | third | fourth;
    bytes[to] = (first << 2) | (second >> 4);
    bytes[to + 1] = (second << 4) | (third >> 2);
    bytes[to + 2] = (third << 6) | fourth;
    to += 3;
  }
  if (tail !== 0) {
    const first = sextetAt(text, whole, values);
    const second = sextetAt(text, whole + 1, values);
    const third = tail === 3 ? sextetAt(text, whole + 2, values) : 0;
    // Bits that no byte takes must be zero, or the same bytes could be spelled in several ways.
    const unused = tail === 3 ? third & 0x03 : second & 0x0f;
    seen |= first | second | third | (unused === 0 ? 0 : INVALID);
    bytes[to] = (first << 2) | (second >> 4);
    if (tail === 3) bytes[to + 1] = (second << 4) | (third >> 2);
  }
  if (seen > 0x3f) throw invalid();
  return bytes;
}

/** The six bits a character stands for; more than six where it is not of the alphabet. */
function sextetAt(text: string, index: number, values: Uint8Array): number {
  return values[text.charCodeAt(index)] ?? INVALID;
}

/** Measured to be the fastest way from codes to a string that every host has. */
const ascii = new TextDecoder("latin1");

function encode(bytes: Uint8Array, alphabet: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  const codeOf = (sextet: number): number => alphabet[sextet & 0x3f] ?? 0;
  let from = 0;
  let to = 0;
  while (to < codes.length) {
    const group =
      ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    // Writes beyond the end, of a last group that is cut short, go nowhere.
    codes[to] = codeOf(group >> 18);
    codes[to + 1] = codeOf(group >> 12);
    codes[to + 2] = codeOf(group >> 6);
    codes[to + 3] = codeOf(group);
    from += 3;
    to += 4;
  }
  return ascii.decode(codes);
}

function invalid(): EncodingError {
  return new EncodingError("ENCODING_INVALID", "expected canonical base64, got something else");
}
