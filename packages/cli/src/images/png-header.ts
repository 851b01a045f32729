/** What a PNG's header says of it. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Whether pixels can be transparent; they need not be. */
  readonly hasAlpha: boolean;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The signature, then the length, type and 13 bytes of the first chunk, which is always IHDR. */
const HEADER_BYTES = 29;
const TYPE_OFFSET = 12;
const IHDR = 0x49_48_44_52;
const WIDTH_OFFSET = 16;
const HEIGHT_OFFSET = 20;
const COLOR_TYPE_OFFSET = 25;
/** Set in a colour type with an alpha channel. */
const ALPHA_BIT = 4;

/**
 * Reads a PNG's header; `undefined` for anything that is no PNG. The pixels are not looked at.
 *
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
export function parsePngHeader(bytes: Uint8Array): PngHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(TYPE_OFFSET) !== IHDR) return undefined;
  return {
    width: view.getUint32(WIDTH_OFFSET),
    height: view.getUint32(HEIGHT_OFFSET),
    hasAlpha: (view.getUint8(COLOR_TYPE_OFFSET) & ALPHA_BIT) !== 0,
  };
}
