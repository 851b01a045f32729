import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inspectPng } from "./index.ts";
import { pngChunk, writePng } from "./testing/index.ts";
import type { TestPng } from "./testing/index.ts";

const SMALL = { width: 9, height: 5 };
const PALETTE = pngChunk("PLTE", [0, 0, 0, 255, 255, 255]);
const sound = writePng(SMALL);

/** The one problem of a file, in one line. */
function refusal(bytes: Uint8Array): string {
  const { problems } = inspectPng(bytes);
  return problems.map(({ code, message }) => `${code} ${message}`).join("; ");
}

function refusalOf(png: Partial<TestPng>): string {
  return refusal(writePng({ ...SMALL, ...png }));
}

function header(
  ...[colorType, bitDepth, compression, filter, interlace]: readonly number[]
): Uint8Array {
  const fields = [bitDepth ?? 8, colorType ?? 2, compression ?? 0, filter ?? 0, interlace ?? 0];
  return withHeader([0, 0, 0, 9, 0, 0, 0, 5, ...fields]);
}

function withHeader(data: readonly number[]): Uint8Array {
  return Buffer.concat([sound.subarray(0, 8), pngChunk("IHDR", data), sound.subarray(33)]);
}

function trns(...data: readonly number[]): Uint8Array {
  return pngChunk("tRNS", data);
}

/** Leaves out the last bytes. */
function cut(by: number): (lines: Uint8Array) => Uint8Array {
  return (lines) => lines.subarray(0, lines.length - by);
}

function makeBomb(): Uint8Array {
  return new Uint8Array(100_000_000);
}

/** A file whose pixels are the given compressed bytes. */
function withImageData(data: Uint8Array): Uint8Array {
  return Buffer.concat([sound.subarray(0, 33), pngChunk("IDAT", data), pngChunk("IEND", [])]);
}

describe("inspectPng() refuses other kinds of files by name", () => {
  test.each([
    ["an empty file", []],
    ["a JPEG", [0xff, 0xd8, 0xff, 0xe0]],
    ["a GIF", Buffer.from("GIF89a....")],
    ["a WebP image", Buffer.from("RIFF\0\0\0\0WEBPVP8 ")],
    ["a HEIC image", Buffer.from("\0\0\0\x18ftypheic")],
    ["an AVIF image", Buffer.from("\0\0\0\x18ftypavif")],
    ["a TIFF", Buffer.from("II*\0....")],
    ["a PDF", Buffer.from("%PDF-1.7")],
    ["an SVG or another XML file", Buffer.from("<svg xmlns=''/>")],
    ["an SVG or another XML file", Buffer.from("\xEF\xBB\xBF<?xml?>", "latin1")],
    ["another kind of file", Buffer.from("hello")],
    ["another kind of file", [0x89]],
    [
      "one that was changed on its way, like by a conversion of line ends",
      [0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a],
    ],
  ])("%s", (name, bytes) => {
    expect(refusal(Uint8Array.from(bytes))).toBe(`IMAGE_NOT_PNG expected a PNG, got ${name}`);
  });

  test("Xcode's variant", () => {
    const png = Buffer.concat([
      sound.subarray(0, 8),
      pngChunk("CgBI", [0x50, 0, 0x20, 2]),
      sound.subarray(8),
    ]);
    expect(refusal(png)).toMatch(/^IMAGE_NOT_PNG expected a PNG, got Xcode's variant/);
  });
});

test("inspectPng() refuses a file cut off anywhere", () => {
  for (let length = 8; length < sound.length; length += 1) {
    expect(refusal(sound.subarray(0, length)), `${length} bytes`).toMatch(/^IMAGE_DAMAGED /);
  }
});

test("inspectPng() refuses a file with any one bit of any byte wrong", () => {
  for (let at = 0; at < sound.length; at += 1) {
    const bytes = Uint8Array.from(sound);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    expect(inspectPng(bytes).ok, `byte ${at}`).toBe(false);
  }
});

describe("inspectPng() refuses a header PNG has not", () => {
  test.each([
    ["colour type 1", header(1), "colour type 1 with 8 bits"],
    ["colour type 7", header(7), "colour type 7 with 8 bits"],
    ["RGB of 4 bits", header(2, 4), "colour type 2 with 4 bits"],
    ["a palette of 16 bits", header(3, 16), "colour type 3 with 16 bits"],
    ["grey of 3 bits", header(0, 3), "colour type 0 with 3 bits"],
    ["another compression", header(2, 8, 1), "compression, filter and interlace"],
    ["another filter method", header(2, 8, 0, 1), "compression, filter and interlace"],
    ["another interlace method", header(2, 8, 0, 0, 2), "compression, filter and interlace"],
    ["12 bytes", withHeader([0, 0, 0, 9, 0, 0, 0, 5, 8, 2, 0, 0]), "expected an IHDR chunk of 13"],
    ["no width", withHeader([0, 0, 0, 0, 0, 0, 0, 5, 8, 2, 0, 0, 0]), "at least one pixel"],
    ["no height", withHeader([0, 0, 0, 9, 0, 0, 0, 0, 8, 2, 0, 0, 0]), "at least one pixel"],
    ["a sign", withHeader([255, 0, 0, 9, 0, 0, 0, 1, 8, 2, 0, 0, 0]), "at least one pixel"],
    ["none", Buffer.concat([sound.subarray(0, 8), sound.subarray(33)]), "expected an IHDR chunk"],
  ])("%s", (_, bytes, expected) => {
    expect(refusal(bytes)).toContain(expected);
    expect(refusal(bytes)).toMatch(/^IMAGE_DAMAGED/);
  });
});

describe("inspectPng() refuses chunks in a wrong order, number or length", () => {
  test.each([
    ["two headers", { before: [pngChunk("IHDR", [])] }, "a chunk IHDR has no place"],
    ["an unknown critical chunk", { before: [pngChunk("ABCD", [])] }, "a chunk ABCD has no place"],
    ["no palette", { colorType: "palette" }, "expected a palette"],
    ["two palettes", { colorType: "palette", before: [PALETTE, PALETTE] }, "PLTE chunk is there"],
    ["a palette after the pixels", { after: [PALETTE] }, "PLTE chunk is there"],
    ["a palette for grey", { colorType: "grey", before: [PALETTE] }, "a palette of 6 bytes"],
    ["an empty palette", { colorType: "palette", before: [pngChunk("PLTE", [])] }, "of 0 bytes"],
    ["part of a colour", { before: [pngChunk("PLTE", [1, 2, 3, 4])] }, "a palette of 4 bytes"],
    [
      "more colours than bits tell",
      { colorType: "palette", bitDepth: 1, before: [pngChunk("PLTE", Array(9).fill(0))] },
      "a palette of 9 bytes",
    ],
    ["a palette after tRNS", { before: [trns(0, 1, 0, 2, 0, 3), PALETTE] }, "PLTE chunk is there"],
    ["tRNS before the palette", { colorType: "palette", before: [trns(0), PALETTE] }, "tRNS"],
    ["too much tRNS", { colorType: "palette", before: [PALETTE, trns(1, 2, 3)] }, "tRNS"],
    ["tRNS beside alpha", { colorType: "rgb-alpha", before: [trns(0, 0)] }, "tRNS"],
    ["tRNS of a wrong length", { before: [trns(0, 0)] }, "tRNS"],
    ["tRNS twice", { before: [trns(0, 1, 0, 2, 0, 3), trns(0, 1, 0, 2, 0, 3)] }, "tRNS"],
    ["tRNS beyond the depth", { before: [trns(1, 1, 0, 2, 0, 3)] }, "tRNS chunk does not fit"],
    ["tRNS after the pixels", { after: [trns(0, 1, 0, 2, 0, 3)] }, "tRNS chunk is there"],
    [
      "pixels in two runs",
      { after: [pngChunk("tEXt", [65, 0, 66]), pngChunk("IDAT", [])] },
      "in one run",
    ],
  ] as const)("%s", (_, png, expected) => {
    expect(refusalOf(png)).toContain(expected);
    expect(refusalOf(png)).toMatch(/^IMAGE_DAMAGED/);
  });

  test("no pixels", () => {
    const png = Buffer.concat([sound.subarray(0, 33), pngChunk("IEND", [])]);
    expect(refusal(png)).toBe("IMAGE_DAMAGED expected pixels, got none");
  });

  test("data in the last chunk, or after it", () => {
    const end = sound.length - 12;
    expect(refusal(Buffer.concat([sound.subarray(0, end), pngChunk("IEND", [1])]))).toContain(
      "nothing in the IEND chunk",
    );
    expect(refusal(Buffer.concat([sound, Uint8Array.of(1, 2)]))).toBe(
      "IMAGE_DAMAGED expected nothing after the end of the image, got 2 bytes",
    );
  });

  test("a chunk whose length leads out of the file, or whose type is none", () => {
    const bytes = Buffer.from(sound);
    bytes.writeUInt32BE(0xff_ff_ff_ff, 33);
    expect(refusal(bytes)).toContain("cut off");
    bytes[37] = 0;
    expect(refusal(bytes)).toContain("expected a chunk at byte 33");
  });
});

describe("inspectPng() refuses pixels that do not fit the header", () => {
  test.each([
    ["a byte less", { editLines: cut(1) }, "expected 140 bytes of pixels, got 139"],
    ["none", { editLines: cut(140) }, "expected 140 bytes of pixels, got 0"],
    [
      "a byte more",
      { editLines: (lines: Uint8Array) => Buffer.concat([lines, Uint8Array.of(0)]) },
      "expected 140 bytes of pixels, got more",
    ],
    [
      "a filter that is none",
      { editLines: (lines: Uint8Array) => lines.fill(5, 28, 29) },
      "a line has a filter PNG has not",
    ],
    [
      "a filter that is none in the last pass",
      { isInterlaced: true, editLines: (lines: Uint8Array) => lines.fill(5, lines.length - 28) },
      "a line has a filter PNG has not",
    ],
    [
      "an index that is not in the palette",
      { colorType: "palette", before: [PALETTE], pixels: { "8,4": [2] } },
      "index 2 not in palette",
    ],
  ] as const)("%s", (_, png, expected) => {
    expect(refusalOf(png)).toContain(`IMAGE_DAMAGED`);
    expect(refusalOf(png)).toContain(expected);
  });

  test("compressed data that is none, cut off, or of another checksum", () => {
    const data = deflateSync(new Uint8Array(140));
    const wrong = Uint8Array.from(data);
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    const expected = "IMAGE_DAMAGED the compressed pixels cannot be read";
    expect(inspectPng(withImageData(data)).ok).toBe(true);
    expect(refusal(withImageData(wrong))).toBe(expected);
    expect(refusal(withImageData(data.subarray(0, -5)))).toBe(expected);
    expect(refusal(withImageData(Uint8Array.of(1, 2, 3)))).toBe(expected);
    expect(refusal(withImageData(new Uint8Array(0)))).toBe(expected);
  });

  test.each([false, true])("a bomb (interlaced: %s)", (isInterlaced) => {
    expect(refusalOf({ isInterlaced, colorType: "rgb-alpha", editLines: makeBomb })).toMatch(
      /^IMAGE_DAMAGED expected \d+ bytes of pixels, got more$/,
    );
  });
});

describe("inspectPng() has limits of ours", () => {
  test("on bytes", () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
    bytes.set(sound);
    expect(refusal(bytes)).toBe("IMAGE_TOO_LARGE expected at most 67108864 bytes, got 67108865");
  });

  test("on pixels, where there is no size class", () => {
    const huge = withHeader([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 2, 0, 0, 0]);
    expect(refusal(huge)).toMatch(/^IMAGE_TOO_LARGE expected at most 16588800 pixels/);
  });

  test("on chunks", () => {
    const many = Array.from({ length: 50_000 }, () => pngChunk("teXt", []));
    expect(refusalOf({ after: many })).toBe(
      "IMAGE_TOO_LARGE expected at most 50000 chunks, got more",
    );
  });
});
