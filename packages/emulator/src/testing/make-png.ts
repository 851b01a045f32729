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
