import { PNG } from "pngjs";
import type { PngContent } from "./png-content.ts";
import type { PngHeader } from "./png-header.ts";
import { damaged, PngDefect } from "./png-problem.ts";

/** Where alpha is among the four numbers of a pixel. */
const ALPHA = 3;
const CHANNELS = 4;

/**
 * Lets through a PNG whose pixels all are opaque, whatever they are made of: an alpha channel that
 * hides nothing is fine, and so is a transparent colour that no pixel has.
 *
 * @param bytes the whole file, its structure and its lines already checked
 * @throws PngDefect `IMAGE_TRANSPARENT`, `IMAGE_DAMAGED` for a colour that is not in the palette
 */
export function checkOpacity(bytes: Uint8Array, header: PngHeader, content: PngContent): void {
  const { colorType, bitDepth } = header;
  const isIndexed = colorType === "palette";
  const mayBeTransparent = colorType.endsWith("alpha") || content.transparency !== undefined;
  // Nothing in other pixels can be wrong once their lines are right.
  if (!isIndexed && !mayBeTransparent) return;
  const samples = decode(bytes);
  if (!mayBeTransparent) return;
  const opaque = isIndexed ? 255 : 2 ** bitDepth - 1;
  const at = firstBelow(samples, opaque);
  if (at === undefined) return;
  const [x, y] = [at % header.width, Math.floor(at / header.width)];
  const message = `expected every pixel to be opaque, got one that is not at column ${x}, row ${y}`;
  throw new PngDefect("IMAGE_TRANSPARENT", message);
}

/**
 * Returns four samples a pixel in rows. Not scaled to eight bits: an alpha of 65534 would become 255.
 */
function decode(bytes: Uint8Array): ArrayLike<number> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return PNG.sync.read(buffer, { skipRescale: true, checkCRC: false }).data;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    throw damaged(`the pixels cannot be decoded: ${reason}`);
  }
}

/** Returns the number of the first pixel that is not opaque, in reading order. */
function firstBelow(samples: ArrayLike<number>, opaque: number): number | undefined {
  for (let at = ALPHA; at < samples.length; at += CHANNELS) {
    if (samples[at] !== opaque) return (at - ALPHA) / CHANNELS;
  }
  return undefined;
}
