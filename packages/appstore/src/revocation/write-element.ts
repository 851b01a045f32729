import type { Bytes } from "../crypto/index.ts";

/** Returns one DER element around its parts; the content is at most 65,535 bytes long. */
export function writeElement(tag: number, ...parts: readonly Bytes[]): Bytes {
  const content = joinBytes(...parts);
  return Uint8Array.from([tag, ...lengthOf(content.length), ...content]);
}

/** Returns parts one after the other; for a few hundred bytes. */
export function joinBytes(...parts: readonly Bytes[]): Bytes {
  const joined: number[] = [];
  for (const part of parts) joined.push(...part);
  return Uint8Array.from(joined);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, Math.floor(length / 0x100), length % 0x100];
}
