import type { PngChunk } from "./png-chunks.ts";
import type { PngHeader } from "./png-header.ts";
import { damaged } from "./png-problem.ts";

/** The chunks between a PNG's header and its end that say what its pixels are. */
export interface PngContent {
  /** Three bytes a colour. */
  readonly palette: Uint8Array | undefined;
  /** The alpha of the first colours of the palette, or the one colour that is transparent. */
  readonly transparency: Uint8Array | undefined;
  /** The compressed pixels, in as many pieces as the file has them. */
  readonly imageData: readonly Uint8Array[];
  /** Whether it is an APNG. */
  readonly isAnimated: boolean;
}

const PALETTE_ENTRY_BYTES = 3;

/**
 * Collects the chunks after a PNG's header and checks their order, number and length. Of chunks that
 * do not make pixels nothing is read: what is compressed in them stays compressed.
 *
 * @throws PngDefect `IMAGE_DAMAGED`, and what reading the chunks throws
 * @see https://www.w3.org/TR/png-3/#5ChunkOrdering
 */
export function collectPngContent(header: PngHeader, chunks: Iterable<PngChunk>): PngContent {
  const collector = new ContentCollector(header);
  for (const chunk of chunks) collector.add(chunk);
  return collector.finish();
}

class ContentCollector {
  readonly #header: PngHeader;
  readonly #imageData: Uint8Array[] = [];
  #palette: Uint8Array | undefined;
  #transparency: Uint8Array | undefined;
  #isAnimated = false;
  #previousType = "IHDR";

  constructor(header: PngHeader) {
    this.#header = header;
  }

  add({ type, data }: PngChunk): void {
    if (type === "PLTE") this.#addPalette(data);
    else if (type === "tRNS") this.#addTransparency(data);
    else if (type === "IDAT") this.#addImageData(data);
    else if (type === "acTL") this.#isAnimated = true;
    else if (type === "IEND") checkEmpty(data);
    else if (isCritical(type)) throw damaged(`a chunk ${type} has no place after the header`);
    this.#previousType = type;
  }

  finish(): PngContent {
    if (this.#header.colorType === "palette" && this.#palette === undefined) {
      throw damaged("expected a palette before the pixels");
    }
    if (this.#imageData.length === 0) throw damaged("expected pixels, got none");
    return {
      palette: this.#palette,
      transparency: this.#transparency,
      imageData: this.#imageData,
      isAnimated: this.#isAnimated,
    };
  }

  #addPalette(data: Uint8Array): void {
    this.#checkPlace("PLTE", this.#palette ?? this.#transparency);
    const { colorType, bitDepth } = this.#header;
    const entries = data.length / PALETTE_ENTRY_BYTES;
    const most = colorType === "palette" ? 2 ** bitDepth : 256;
    const hasColors = colorType === "palette" || colorType.startsWith("rgb");
    if (!hasColors || !Number.isInteger(entries) || entries < 1 || entries > most) {
      throw damaged(`a palette of ${data.length} bytes is not for this colour type`);
    }
    this.#palette = data;
  }

  #addTransparency(data: Uint8Array): void {
    this.#checkPlace("tRNS", this.#transparency);
    if (!this.#fitsTransparency(data)) {
      throw damaged("the tRNS chunk does not fit the colour type or the palette");
    }
    this.#transparency = data;
  }

  #fitsTransparency(data: Uint8Array): boolean {
    const { colorType, bitDepth } = this.#header;
    if (colorType === "palette") {
      return data.length * PALETTE_ENTRY_BYTES <= (this.#palette?.length ?? 0);
    }
    const samples = { grey: 1, rgb: 3, "grey-alpha": 0, "rgb-alpha": 0 }[colorType];
    if (samples === 0 || data.length !== samples * 2) return false;
    // Decoders differ on bits beyond the depth: some ignore them and find transparency that others do not.
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const values = Array.from({ length: samples }, (_, index) => view.getUint16(index * 2));
    return values.every((value) => value < 2 ** bitDepth);
  }

  #addImageData(data: Uint8Array): void {
    if (this.#imageData.length > 0 && this.#previousType !== "IDAT") {
      throw damaged("expected all pixels in one run of chunks");
    }
    this.#imageData.push(data);
  }

  #checkPlace(type: string, before: Uint8Array | undefined): void {
    if (before === undefined && this.#imageData.length === 0) return;
    throw damaged(`the ${type} chunk is there twice or in the wrong place`);
  }
}

/** A reader that does not know a critical chunk cannot show the image. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

function checkEmpty(data: Uint8Array): void {
  if (data.length > 0) throw damaged("expected nothing in the IEND chunk");
}
