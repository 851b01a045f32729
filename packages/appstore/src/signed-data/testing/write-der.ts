import type { Bytes } from "../../crypto/index.ts";

/** Writes one DER element around its parts. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = Buffer.concat(parts);
  return Uint8Array.from([tag, ...lengthOf(content.length), ...content]);
}

/** Bytes from hexadecimal; spaces are for the eye. */
export function hex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

/** Bytes of text in UTF-8. */
export function utf8(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text));
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >>> 8, length % 0x100];
}
