import { crc32, deflateSync } from "node:zlib";
import type { PngColorType } from "../png-header.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** PNG's number of each colour type, and how many samples a pixel has. */
const COLOR_TYPES: Readonly<Record<PngColorType, readonly [number, number]>> = {
  grey: [0, 1],
  rgb: [2, 3],
  palette: [3, 1],
  "grey-alpha": [4, 2],
  "rgb-alpha": [6, 4],
};

/** Where Adam7's passes start, and the distance between their pixels. */
const ADAM7: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** What a picture is like. */
export interface TestPng {
  readonly width: number;
  readonly height: number;
  /** Default `rgb`. */
  readonly colorType?: PngColorType;
  /** Default 8. */
  readonly bitDepth?: number;
  /** Default false. */
  readonly isInterlaced?: boolean;
  /** The samples of single pixels, by `x,y`. All others are white and opaque, or the first colour. */
  readonly pixels?: Readonly<Record<string, readonly number[]>>;
  /** Chunks between the header and the pixels: PLTE, tRNS and others. */
  readonly before?: readonly Uint8Array[];
  /** Chunks between the pixels and the end. */
  readonly after?: readonly Uint8Array[];
  /** Changes the lines before they are compressed, each with its filter byte. */
  readonly editLines?: (lines: Uint8Array) => Uint8Array;
  /** Bytes of an IDAT chunk; default all in one. */
  readonly chunkBytes?: number;
}

/** Returns the bytes of a PNG, the pixels unfiltered. Whether it is a sound one is the caller's choice. */
export function writePng(png: TestPng): Uint8Array {
  const { width, height, colorType = "rgb", bitDepth = 8, isInterlaced = false } = png;
  const { before = [], after = [], editLines = (lines) => lines, chunkBytes = Infinity } = png;
  const [number, samples] = COLOR_TYPES[colorType];
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bitDepth, number, 0, 0, isInterlaced ? 1 : 0], 8);
  const passes = isInterlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  const lines = Buffer.concat(
    passes.flatMap((pass) => linesOf({ ...png, colorType, bitDepth, samples }, pass)),
  );
  return Buffer.concat([
    SIGNATURE,
    pngChunk("IHDR", header),
    ...before,
    ...split(deflateSync(editLines(lines)), chunkBytes).map((part) => pngChunk("IDAT", part)),
    ...after,
    pngChunk("IEND", []),
  ]);
}

/** Returns one chunk with its length and checksum. */
export function pngChunk(type: string, data: ArrayLike<number>): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), Uint8Array.from(data)]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}

type Drawn = Pick<TestPng, "width" | "height" | "pixels"> & {
  readonly colorType: PngColorType;
  readonly bitDepth: number;
  readonly samples: number;
};

function linesOf(
  { width, height, pixels = {}, colorType, bitDepth, samples }: Drawn,
  [left, top, across, down]: readonly [number, number, number, number],
): readonly Uint8Array[] {
  const inLine = Math.max(0, Math.ceil((width - left) / across));
  const inColumn = inLine === 0 ? 0 : Math.max(0, Math.ceil((height - top) / down));
  const lineBytes = Math.ceil((inLine * samples * bitDepth) / 8);
  const lines = Array.from({ length: inColumn }, () =>
    new Uint8Array(1 + lineBytes).fill(colorType === "palette" ? 0 : 255, 1),
  );
  for (const [place, values] of Object.entries(pixels)) {
    const [x = 0, y = 0] = place.split(",").map(Number);
    const line = lines[(y - top) / down];
    const column = (x - left) / across;
    if (line === undefined || column < 0 || !Number.isInteger(column)) continue;
    for (const [index, value] of values.entries()) {
      setSample(line, (column * samples + index) * bitDepth, { value, bitDepth });
    }
  }
  return lines;
}

function setSample(
  line: Uint8Array,
  bit: number,
  { value, bitDepth }: { readonly value: number; readonly bitDepth: number },
): void {
  const at = 1 + Math.floor(bit / 8);
  if (bitDepth === 16) {
    line.set([value >> 8, value & 255], at);
    return;
  }
  const shift = 8 - bitDepth - (bit % 8);
  const mask = (2 ** bitDepth - 1) << shift;
  line[at] = ((line[at] ?? 0) & ~mask) | (value << shift);
}

function split(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  if (size >= bytes.length) return [bytes];
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
