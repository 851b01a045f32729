import type { BesideFlow } from "../beside-flow.ts";

/** A picture inside the page, once however often it is shown. */
export interface EmbeddedPicture {
  /** Its class in the page's style sheet. */
  readonly className: string;
  readonly dataUri: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** The pictures of one page. */
export interface PictureBook {
  /** Returns a file's picture; `undefined` when there is none or it is no PNG. */
  readonly pictureOf: (file: string) => EmbeddedPicture | undefined;
  /** Every picture asked for so far, in the order of first asking. */
  readonly pictures: () => readonly EmbeddedPicture[];
}

/** Opens a page's pictures over the files beside a flow. */
export function createPictureBook(bytesOf: BesideFlow["bytesOf"]): PictureBook {
  const known = new Map<string, EmbeddedPicture | undefined>();
  const found = (): readonly EmbeddedPicture[] =>
    [...known.values()].filter((picture) => picture !== undefined);
  return {
    pictureOf(file) {
      if (!known.has(file)) known.set(file, embed(bytesOf(file), `picture-${found().length}`));
      return known.get(file);
    },
    pictures: found,
  };
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Signature, chunk length and type, width and height. */
const NEEDED_BYTES = 24;

/**
 * Whether Apple takes the image is validation's to tell; here it must only be one a browser shows.
 *
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
function embed(bytes: Uint8Array | undefined, className: string): EmbeddedPicture | undefined {
  if (bytes === undefined || bytes.length < NEEDED_BYTES) return undefined;
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return undefined;
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  if (width === 0 || height === 0) return undefined;
  return { className, dataUri: `data:image/png;base64,${png.toString("base64")}`, width, height };
}
