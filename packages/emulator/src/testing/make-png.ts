import { crc32 } from "node:zlib";
import { encode, type IndexedColors } from "fast-png";

/** What a picture is like; default opaque white RGB. */
export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey with alpha, 3 RGB, 4 RGBA; default 3. */
  readonly channels?: 1 | 2 | 3 | 4;
  /** The alpha of the last pixel; default 255. */
  readonly lastAlpha?: number;
  /** Makes an indexed picture whose pixels all are the first colour. */
  readonly palette?: IndexedColors;
}

/** Returns the bytes of a PNG. */
export function makePng({
  width,
  height,
  channels = 3,
  lastAlpha = 255,
  palette,
}: PngOptions): Uint8Array {
  const count = palette === undefined ? channels : 1;
  const data = new Uint8Array(width * height * count).fill(palette === undefined ? 255 : 0);
  if (palette === undefined && channels % 2 === 0) data[data.length - 1] = lastAlpha;
  return encode({
    width,
    height,
    data,
    channels: count,
    depth: 8,
    ...(palette === undefined ? {} : { palette }),
  });
}

/** Where a PNG's header ends: after the signature, a length, a name, 13 bytes, and a checksum. */
const AFTER_HEADER = 8 + 4 + 4 + 13 + 4;

/** Returns `png` with another chunk: after its palette when it has one, else after its header. */
export function addChunk(png: Uint8Array, name: string, data: readonly number[]): Uint8Array {
  const named = Buffer.concat([Buffer.from(name, "latin1"), Buffer.from(data)]);
  const chunk = Buffer.alloc(4 + named.length + 4);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), 4 + named.length);
  const bytes = Buffer.from(png);
  const palette = bytes.indexOf("PLTE", 0, "latin1");
  const at = palette === -1 ? AFTER_HEADER : palette + 4 + bytes.readUInt32BE(palette - 4) + 4;
  return Buffer.concat([bytes.subarray(0, at), chunk, bytes.subarray(at)]);
}
