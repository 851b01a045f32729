import { malformed, TAG } from "./der.ts";
import type { DerReader } from "./der.ts";

const MAX_ARC = 2 ** 32;

/**
 * Reads an object identifier in dotted form.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readObjectIdentifier(reader: DerReader): string {
  const { content } = reader.read(TAG.objectIdentifier);
  const arcs: number[] = [];
  let arc = 0;
  let isInside = false;
  for (const byte of content) {
    // Each arc is in base 128, most significant first, without leading zeros (X.690 §8.19.2).
    if (!isInside && byte === 0x80) throw malformed("an object identifier with leading zeros");
    arc = arc * 128 + (byte % 128);
    if (arc >= MAX_ARC) throw malformed("an object identifier with a huge number");
    isInside = byte >= 0x80;
    if (isInside) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first, ...rest] = arcs;
  if (first === undefined || isInside) throw malformed("an object identifier is cut short");
  // The first two arcs share one number (X.690 §8.19.4).
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join(".");
}
