import { inflateSync } from "node:zlib";
import type { PngColorType, PngHeader } from "./png-header.ts";
import { damaged } from "./png-problem.ts";

const CHANNELS: Readonly<Record<PngColorType, number>> = {
  grey: 1,
  rgb: 3,
  palette: 1,
  "grey-alpha": 2,
  "rgb-alpha": 4,
};

/** The highest of the five filter types. */
const MAX_FILTER_TYPE = 4;

/** Bytes that zlib hands over at a time: the default of 16 KiB makes thousands of pieces. */
const INFLATE_PIECE_BYTES = 1024 * 1024;

/** Where Adam7's passes start, and the distance between their pixels. */
const ADAM7 = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
] as const;

/**
 * Inflates a PNG's pixels, never beyond what its header implies, and checks their checksum, their
 * number and that each line has a filter there is. What passes decodes, but for an index that is
 * not in the palette.
 *
 * @throws PngDefect `IMAGE_DAMAGED`
 * @see https://www.w3.org/TR/png-3/#7Scanline
 */
export function checkScanLines(header: PngHeader, imageData: readonly Uint8Array[]): void {
  const passes = passesOf(header);
  const expected = passes.reduce((sum, { lines, lineBytes }) => sum + lines * lineBytes, 0);
  const data = inflate(imageData, expected);
  if (data.length !== expected) {
    throw damaged(`expected ${expected} bytes of pixels, got ${data.length}`);
  }
  let offset = 0;
  for (const { lines, lineBytes } of passes) {
    const end = offset + lines * lineBytes;
    for (; offset < end; offset += lineBytes) {
      if ((data[offset] ?? 0) > MAX_FILTER_TYPE) throw damaged("a line has a filter PNG has not");
    }
  }
}

interface Pass {
  readonly lines: number;
  /** With the byte that says how the line is filtered. */
  readonly lineBytes: number;
}

function passesOf(header: PngHeader): readonly Pass[] {
  const { width, height, isInterlaced } = header;
  if (!isInterlaced) return [passOf(header, width, height)];
  return ADAM7.map(({ x, y, across, down }) =>
    passOf(header, Math.ceil((width - x) / across), Math.ceil((height - y) / down)),
  ).filter(({ lines, lineBytes }) => lines > 0 && lineBytes > 1);
}

function passOf({ colorType, bitDepth }: PngHeader, width: number, lines: number): Pass {
  return { lines, lineBytes: 1 + Math.ceil((width * CHANNELS[colorType] * bitDepth) / 8) };
}

function inflate(imageData: readonly Uint8Array[], maxBytes: number): Uint8Array {
  const [first, ...more] = imageData;
  const data = first === undefined || more.length > 0 ? Buffer.concat(imageData) : first;
  try {
    return inflateSync(data, {
      maxOutputLength: maxBytes,
      chunkSize: Math.min(INFLATE_PIECE_BYTES, maxBytes + SMALLEST_PIECE_BYTES),
    });
  } catch (error) {
    if (isTooLarge(error)) throw damaged(`expected ${maxBytes} bytes of pixels, got more`);
    throw damaged("the compressed pixels cannot be read");
  }
}

/** The least zlib takes as the size of a piece. */
const SMALLEST_PIECE_BYTES = 64;

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
