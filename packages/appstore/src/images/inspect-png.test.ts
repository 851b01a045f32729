import { describe, expect, test } from "vitest";
import { inspectPng } from "./index.ts";
import { pngChunk, writePng } from "./testing/index.ts";
import type { TestPng } from "./testing/index.ts";

const BLACK_AND_WHITE = pngChunk("PLTE", [0, 0, 0, 255, 255, 255]);

/** What inspectPng() says of a small picture, in one line. */
function verdict(png: Partial<TestPng>): string {
  return verdictOf(writePng({ width: 9, height: 5, ...png }));
}

function verdictOf(bytes: Uint8Array): string {
  const { ok, problems } = inspectPng(bytes);
  return [ok ? "ok" : "refused", ...problems.map(({ code, message }) => `${code} ${message}`)].join(
    " ",
  );
}

describe("inspectPng() tells dimensions that are not the size class's", () => {
  test.each([
    ["FULL_SIZE", 3840, 160, undefined],
    ["FULL_SIZE", 3840, 2160, undefined],
    ["FULL_SIZE", 3839, 160, "3840 × 160 to 2160 pixels for FULL_SIZE, got 3839 × 160"],
    ["FULL_SIZE", 3840, 159, "3840 × 160 to 2160 pixels for FULL_SIZE, got 3840 × 159"],
    ["FULL_SIZE", 3840, 2161, "3840 × 160 to 2160 pixels for FULL_SIZE, got 3840 × 2161"],
    ["FULL_SIZE", 1024, 1024, "3840 × 160 to 2160 pixels for FULL_SIZE, got 1024 × 1024"],
    ["BULLET_POINT", 1024, 1024, undefined],
    ["BULLET_POINT", 1024, 1023, "1024 × 1024 pixels for BULLET_POINT, got 1024 × 1023"],
    ["BULLET_POINT", 3840, 160, "1024 × 1024 pixels for BULLET_POINT, got 3840 × 160"],
  ] as const)("%s %i × %i: %s", (imageSize, width, height, expected) => {
    const png = writePng({ width, height, colorType: "grey", bitDepth: 1 });
    const message = expected === undefined ? undefined : `expected ${expected}`;
    const { ok, problems } = inspectPng(png, imageSize);
    expect(ok).toBe(expected === undefined);
    expect(problems.map((problem) => problem.message)).toEqual(
      message === undefined ? [] : [message],
    );
    expect(inspectPng(png).ok).toBe(true);
  });

  test("before anything is decoded", () => {
    const png = writePng({ width: 10, height: 10, editLines: () => new Uint8Array(0) });
    expect(inspectPng(png, "FULL_SIZE").problems[0]?.code).toBe("IMAGE_DIMENSIONS");
    expect(inspectPng(png).problems[0]?.code).toBe("IMAGE_DAMAGED");
  });
});

test("inspectPng() returns what the header says", () => {
  const png = writePng({
    width: 3,
    height: 4,
    colorType: "grey-alpha",
    bitDepth: 16,
    isInterlaced: true,
  });
  expect(inspectPng(png)).toEqual({
    ok: true,
    width: 3,
    height: 4,
    colorType: "grey-alpha",
    bitDepth: 16,
    isInterlaced: true,
    problems: [],
  });
});

/** Every kind of picture that can have transparency, with pixels that are opaque and one that is not. */
const KINDS: readonly [string, Partial<TestPng>, readonly number[], readonly number[]][] = [
  ["rgb-alpha 8", { colorType: "rgb-alpha" }, [1, 2, 3, 255], [1, 2, 3, 254]],
  [
    "rgb-alpha 16",
    { colorType: "rgb-alpha", bitDepth: 16 },
    [1, 2, 3, 65_535],
    // Scaled to eight bits this would be opaque.
    [1, 2, 3, 65_534],
  ],
  ["grey-alpha 8", { colorType: "grey-alpha" }, [7, 255], [7, 0]],
  ["grey-alpha 16", { colorType: "grey-alpha", bitDepth: 16 }, [7, 65_535], [7, 65_279]],
  ["grey 8 with a transparent grey", { colorType: "grey", before: [trns(0, 7)] }, [8], [7]],
  [
    "grey 16 with a transparent grey",
    { colorType: "grey", bitDepth: 16, before: [trns(1, 7)] },
    [7],
    [263],
  ],
  [
    "grey 2 with a transparent grey",
    { colorType: "grey", bitDepth: 2, before: [trns(0, 1)] },
    [2],
    [1],
  ],
  [
    "grey 1 with a transparent grey",
    { colorType: "grey", bitDepth: 1, before: [trns(0, 0)] },
    [1],
    [0],
  ],
  ["rgb 8 with a transparent colour", { before: [trns(0, 1, 0, 2, 0, 3)] }, [1, 2, 4], [1, 2, 3]],
  [
    "rgb 16 with a transparent colour",
    { bitDepth: 16, before: [trns(1, 1, 0, 2, 0, 3)] },
    [1, 2, 3],
    [257, 2, 3],
  ],
  ...[1, 2, 4, 8].map((bitDepth): (typeof KINDS)[number] => [
    `palette ${bitDepth} with a transparent colour`,
    { colorType: "palette", bitDepth, before: [BLACK_AND_WHITE, trns(255, 254)] },
    [0],
    [1],
  ]),
];

describe.each([false, true])(
  "inspectPng() looks at every pixel (interlaced: %s)",
  (isInterlaced) => {
    test.each(KINDS)("of %s", (_, kind, opaque, transparent) => {
      expect(verdict({ ...kind, isInterlaced, pixels: { "3,2": opaque } })).toBe("ok");
      for (const [x, y] of [
        [0, 0],
        [8, 0],
        [3, 2],
        [4, 3],
        [8, 4],
      ]) {
        expect(verdict({ ...kind, isInterlaced, pixels: { [`${x},${y}`]: transparent } })).toBe(
          `refused IMAGE_TRANSPARENT expected every pixel to be opaque, got one that is not at column ${x}, row ${y}`,
        );
      }
    });

    test.each([
      ["grey", [1, 2, 4, 8, 16]],
      ["rgb", [8, 16]],
      ["palette", [1, 2, 4, 8]],
    ] as const)("of %s, which has no transparency", (colorType, bitDepths) => {
      const before = colorType === "palette" ? [BLACK_AND_WHITE] : [];
      for (const bitDepth of bitDepths) {
        expect(verdict({ colorType, bitDepth, isInterlaced, before })).toBe("ok");
      }
    });

    test("of pictures smaller than a pass", () => {
      for (const [width, height] of [
        [1, 1],
        [1, 9],
        [9, 1],
        [4, 4],
        [5, 2],
      ] as const) {
        expect(verdict({ width, height, colorType: "rgb-alpha", isInterlaced })).toBe("ok");
      }
    });
  },
);

test("inspectPng() reads every filter, and alpha through it", () => {
  const width = 4;
  const lineBytes = 1 + width * 4;
  for (const filter of [1, 2, 3, 4]) {
    // White, opaque, and then differences of nothing: every filter but Average repeats the pixel.
    const editLines = (lines: Uint8Array) => {
      lines.fill(0, lineBytes);
      lines[lineBytes] = filter;
      return lines;
    };
    const flat = { width, height: 2, colorType: "rgb-alpha", editLines } as const;
    expect(verdict(flat), `filter ${filter}`).toBe(
      filter === 2 || filter === 4
        ? "ok"
        : "refused IMAGE_TRANSPARENT expected every pixel to be opaque, got one that is not at column 0, row 1",
    );
  }
});

test("inspectPng() reads pixels out of any number of chunks", () => {
  expect(verdict({ colorType: "rgb-alpha", chunkBytes: 1 })).toBe("ok");
  expect(verdict({ chunkBytes: 1 })).toBe("ok");
  expect(verdict({ colorType: "rgb-alpha", after: [pngChunk("IDAT", [])] })).toBe("ok");
});

test("inspectPng() does not mind chunks that make no pixels, and never inflates them", () => {
  // Marked as compressed; inflating either would fail.
  const profile = pngChunk("iCCP", [...Buffer.from("name\0\0"), 1, 2, 3]);
  const text = pngChunk("zTXt", [...Buffer.from("Comment\0\0"), 9, 9, 9]);
  expect(verdict({ before: [profile, text], after: [text] })).toBe("ok");
});

test("inspectPng() warns of an animation", () => {
  const png = writePng({
    width: 2,
    height: 2,
    before: [pngChunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0])],
  });
  expect(inspectPng(png)).toMatchObject({
    ok: true,
    problems: [{ code: "IMAGE_ANIMATED", severity: "warning" }],
  });
});

function trns(...data: readonly number[]): Uint8Array {
  return pngChunk("tRNS", data);
}
