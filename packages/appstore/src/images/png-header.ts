import type { PngChunk } from "./png-chunks.ts";
import { damaged, PngDefect } from "./png-problem.ts";

/** What a pixel is made of. */
export type PngColorType = "grey" | "rgb" | "palette" | "grey-alpha" | "rgb-alpha";

/** What a PNG's header says. */
export interface PngHeader {
  /** In pixels, at least 1. */
  readonly width: number;
  /** In pixels, at least 1. */
  readonly height: number;
  readonly colorType: PngColorType;
  /** Bits of one sample, or of one index into the palette: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  /** Whether it is stored in the seven passes of Adam7. */
  readonly isInterlaced: boolean;
}

const HEADER_BYTES = 13;
const MAX_SIDE = 2 ** 31 - 1;

/** Colour types by PNG's number, with the bit depths each may have. */
const COLOR_TYPES: ReadonlyMap<number, readonly [PngColorType, readonly number[]]> = new Map([
  [0, ["grey", [1, 2, 4, 8, 16]]],
  [2, ["rgb", [8, 16]]],
  [3, ["palette", [1, 2, 4, 8]]],
  [4, ["grey-alpha", [8, 16]]],
  [6, ["rgb-alpha", [8, 16]]],
]);

/**
 * Returns what a PNG's first chunk says of it.
 *
 * @throws PngDefect `IMAGE_NOT_PNG` for Xcode's own variant, `IMAGE_DAMAGED`
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
export function parsePngHeader(chunk: PngChunk | undefined): PngHeader {
  if (chunk?.type === "CgBI") {
    const message =
      "expected a PNG, got Xcode's variant of one (CgBI); take the file it was made from";
    throw new PngDefect("IMAGE_NOT_PNG", message);
  }
  if (chunk?.type !== "IHDR" || chunk.data.length !== HEADER_BYTES) {
    throw damaged(`expected an IHDR chunk of ${HEADER_BYTES} bytes first`);
  }
  const { data } = chunk;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (!isSide(width) || !isSide(height)) {
    throw damaged(`expected at least one pixel, got ${width} × ${height}`);
  }
  return { width, height, ...parsePixelFormat(view) };
}

function parsePixelFormat(
  view: DataView,
): Pick<PngHeader, "colorType" | "bitDepth" | "isInterlaced"> {
  const bitDepth = view.getUint8(8);
  const number = view.getUint8(9);
  const [colorType, bitDepths] = COLOR_TYPES.get(number) ?? [];
  if (colorType === undefined || bitDepths?.includes(bitDepth) !== true) {
    throw damaged(`colour type ${number} with ${bitDepth} bits is none that PNG has`);
  }
  const [compression, filter, interlace] = [
    view.getUint8(10),
    view.getUint8(11),
    view.getUint8(12),
  ];
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw damaged("compression, filter and interlace methods are none that PNG has");
  }
  return { colorType, bitDepth, isInterlaced: interlace === 1 };
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= MAX_SIDE;
}
