import { crc32 } from "node:zlib";
import { damaged, PngDefect } from "./png-problem.ts";

/** One piece of a PNG: what it is called, and what is in it. */
export interface PngChunk {
  /** Four ASCII letters; their case has a meaning. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** More bytes are not looked at. Ours: how many Apple takes is UNCONFIRMED. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** More chunks are not looked at. Ours: an encoder that writes 8 KiB a chunk stays far below it. */
const MAX_CHUNKS = 50_000;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const TYPE = /^[A-Za-z]{4}$/;
/** A length, a type and a checksum, of four bytes each. */
const CHUNK_OVERHEAD_BYTES = 12;

/**
 * Walks through a PNG's chunks in the order they are in, checks each one's length, type and checksum,
 * and that `IEND` is the last. Which chunks there are and what is in them is the caller's to check.
 *
 * @throws PngDefect `IMAGE_NOT_PNG`, `IMAGE_TOO_LARGE`, `IMAGE_DAMAGED`
 * @see https://www.w3.org/TR/png-3/#5DataRep
 */
export function* readPngChunks(bytes: Uint8Array): Generator<PngChunk, void, void> {
  checkFile(bytes);
  let offset = SIGNATURE.length;
  for (let count = 1; ; count += 1) {
    if (count > MAX_CHUNKS) {
      throw new PngDefect("IMAGE_TOO_LARGE", `expected at most ${MAX_CHUNKS} chunks, got more`);
    }
    const chunk = readChunk(bytes, offset);
    offset += CHUNK_OVERHEAD_BYTES + chunk.data.length;
    yield chunk;
    if (chunk.type === "IEND") break;
  }
  const left = bytes.length - offset;
  if (left > 0) throw damaged(`expected nothing after the end of the image, got ${left} bytes`);
}

function checkFile(bytes: Uint8Array): void {
  if (bytes.length > MAX_FILE_BYTES) {
    const message = `expected at most ${MAX_FILE_BYTES} bytes, got ${bytes.length}`;
    throw new PngDefect("IMAGE_TOO_LARGE", message);
  }
  if (SIGNATURE.every((byte, index) => bytes[index] === byte)) return;
  throw new PngDefect("IMAGE_NOT_PNG", `expected a PNG, got ${nameKind(bytes)}`);
}

function readChunk(bytes: Uint8Array, offset: number): PngChunk {
  const left = bytes.length - offset;
  if (left < CHUNK_OVERHEAD_BYTES) throw cutOff();
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, left);
  const length = view.getUint32(0);
  const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
  if (!TYPE.test(type)) {
    throw damaged(`expected a chunk at byte ${offset}, got something else`);
  }
  if (length > left - CHUNK_OVERHEAD_BYTES) throw cutOff();
  const end = offset + 8 + length;
  if (view.getUint32(8 + length) !== crc32(bytes.subarray(offset + 4, end))) {
    throw damaged(`expected the ${type} chunk at byte ${offset} to have its checksum`);
  }
  return { type, data: bytes.subarray(offset + 8, end) };
}

function cutOff(): PngDefect {
  return damaged("expected the whole file, got one that is cut off");
}

/** How files of other kinds begin, as Latin-1. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\xFF\xD8\xFF/, "a JPEG"],
  [/^GIF8/, "a GIF"],
  [/^RIFF[^]{4}WEBP/, "a WebP image"],
  [/^[^]{4}ftyp(?:hei|hev|mif|msf)/, "a HEIC image"],
  [/^[^]{4}ftypavi/, "an AVIF image"],
  [/^(?:II\*\0|MM\0\*)/, "a TIFF"],
  [/^%PDF/, "a PDF"],
  [/^(?:\xEF\xBB\xBF)?\s*</, "an SVG or another XML file"],
  [/^\x89PNG/, "one that was changed on its way, like by a conversion of line ends"],
];
const KIND_BYTES = 32;

function nameKind(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const start = String.fromCharCode(...bytes.subarray(0, KIND_BYTES));
  return KINDS.find(([pattern]) => pattern.test(start))?.[1] ?? "another kind of file";
}
