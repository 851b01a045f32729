import { type DecodedPng, decode, hasPngSignature } from "fast-png";
import { AppleApiError } from "../errors/index.ts";
import { LIMITS } from "./limits.ts";
import type { ImageSize } from "./world.ts";

/** Where a PNG's header tells its width; the height follows (PNG specification §11.2.1). */
const WIDTH_OFFSET = 16;
const HEIGHT_OFFSET = 20;
/** Where it tells what its numbers are; 3 means places in a palette. */
const COLOUR_TYPE_OFFSET = 25;
const INDEXED = 3;
const HEADER_BYTES = 26;

/**
 * Throws `INVALID_IMAGE` unless `bytes` are a PNG of the right dimensions without transparency. An
 * alpha channel is fine when all of it is opaque. The largest file Apple takes is UNCONFIRMED, so
 * any size passes.
 */
export function assertImagePixels(bytes: Uint8Array, imageSize: ImageSize): void {
  if (bytes.length < HEADER_BYTES || !hasPngSignature(bytes)) throw invalid("Expected a PNG.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Before the pixels are unpacked, for a small file may claim enormous dimensions.
  assertDimensions(view.getUint32(WIDTH_OFFSET), view.getUint32(HEIGHT_OFFSET), imageSize);
  const png = decodePixels(bytes);
  // Other types may carry a palette too, as a mere suggestion.
  const isIndexed = view.getUint8(COLOUR_TYPE_OFFSET) === INDEXED;
  const isOpaque = isIndexed ? isPaletteOpaque(png) : arePixelsOpaque(png);
  if (!isOpaque) throw invalid("Expected no transparency.");
}

function assertDimensions(width: number, height: number, imageSize: ImageSize): void {
  const { bulletPointSide, fullSizeWidth, fullSizeHeightMin, fullSizeHeightMax } = LIMITS;
  const fits =
    imageSize === "BULLET_POINT"
      ? width === bulletPointSide && height === bulletPointSide
      : width === fullSizeWidth && height >= fullSizeHeightMin && height <= fullSizeHeightMax;
  if (fits) return;
  const expected =
    imageSize === "BULLET_POINT"
      ? `${bulletPointSide} × ${bulletPointSide}`
      : `${fullSizeWidth} × ${fullSizeHeightMin} to ${fullSizeHeightMax}`;
  throw invalid(`Expected ${expected} pixels for ${imageSize}, got ${width} × ${height}.`);
}

function decodePixels(bytes: Uint8Array): DecodedPng {
  try {
    return decode(bytes, { checkCrc: true });
  } catch {
    throw invalid("Expected a whole PNG.");
  }
}

function arePixelsOpaque({ channels, data, depth, transparency }: DecodedPng): boolean {
  // A colour declared transparent counts as transparency, whether a pixel has it or not.
  if (transparency !== undefined && transparency.length > 0) return false;
  if (channels !== 2 && channels !== 4) return true;
  const opaque = 2 ** depth - 1;
  for (let at = channels - 1; at < data.length; at += channels) {
    if (data[at] !== opaque) return false;
  }
  return true;
}

/** The decoder gives each colour of a palette a fourth number when it has an alpha. */
function isPaletteOpaque({ palette = [] }: DecodedPng): boolean {
  return palette.every(([, , , alpha = 255]) => alpha === 255);
}

function invalid(detail: string): AppleApiError {
  return new AppleApiError("INVALID_IMAGE", detail);
}
