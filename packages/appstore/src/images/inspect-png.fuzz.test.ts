import { crc32, deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { inspectPng } from "./index.ts";
import { pngChunk, writePng } from "./testing/index.ts";

const PALETTE = pngChunk("PLTE", [0, 0, 0, 255, 255, 255]);
const SEEDS = [
  writePng({ width: 9, height: 5 }),
  writePng({ width: 9, height: 5, colorType: "rgb-alpha", isInterlaced: true, chunkBytes: 20 }),
  writePng({ width: 9, height: 5, colorType: "grey-alpha", bitDepth: 16 }),
  writePng({
    width: 9,
    height: 5,
    colorType: "palette",
    bitDepth: 2,
    before: [PALETTE, pngChunk("tRNS", [255])],
  }),
  writePng({
    width: 9,
    height: 5,
    colorType: "grey",
    bitDepth: 1,
    before: [pngChunk("tRNS", [0, 0])],
  }),
];

const change = fc.record({
  at: fc.nat(400),
  remove: fc.nat(4),
  insert: fc.uint8Array({ maxLength: 4 }),
});
const changed = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([seed, changes]) =>
    changes.reduce<Uint8Array>(
      (bytes, { at, remove, insert }) =>
        Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
      seed,
    ),
  );

/** Makes every checksum right again, so that a change gets past it. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const fixed = Buffer.from(bytes);
  let offset = 8;
  while (offset + 12 <= fixed.length) {
    const end = offset + 8 + fixed.readUInt32BE(offset);
    if (end + 4 > fixed.length) break;
    fixed.writeUInt32BE(crc32(fixed.subarray(offset + 4, end)), end);
    offset = end + 4;
  }
  return fixed;
}

/** A header, palette and transparency of any kind with lines of any content and nearly any length. */
const composed = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    bitDepth: fc.constantFrom(1, 2, 4, 8, 16),
    colorType: fc.constantFrom(0, 2, 3, 4, 6),
    interlace: fc.nat(1),
    palette: fc.option(fc.uint8Array({ maxLength: 12 })),
    transparency: fc.option(fc.uint8Array({ maxLength: 6 })),
    filters: fc.nat(4),
    lines: fc.uint8Array({ maxLength: 400 }),
  })
  .map(({ width, height, bitDepth, colorType, interlace, palette, transparency, ...rest }) =>
    Buffer.concat([
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      pngChunk("IHDR", [0, 0, 0, width, 0, 0, 0, height, bitDepth, colorType, 0, 0, interlace]),
      ...(palette === null ? [] : [pngChunk("PLTE", palette)]),
      ...(transparency === null ? [] : [pngChunk("tRNS", transparency)]),
      pngChunk("IDAT", deflateSync(rest.lines.map((byte) => byte % (rest.filters + 1)))),
      pngChunk("IEND", []),
    ]),
  );

test.each([
  ["changed bytes", changed, 3000],
  ["changed bytes with right checksums", changed.map(withChecksums), 3000],
  ["any header with any lines", composed, 2000],
  ["any bytes", fc.uint8Array({ maxLength: 100 }), 500],
])("inspectPng() throws nothing and says what is wrong for %s", (_, files, runs) => {
  fc.assert(
    fc.property(files, (bytes) => {
      const { ok, problems } = inspectPng(bytes);
      expect(problems.filter(({ severity }) => severity === "error")).toHaveLength(ok ? 0 : 1);
      expect(problems.every(({ message }) => message !== "")).toBe(true);
    }),
    { numRuns: fuzzRuns(runs) },
  );
});

test("inspectPng() says ok exactly where no alpha of any pixel is below the highest", () => {
  const picture = fc.record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    bitDepth: fc.constantFrom(8, 16),
    isInterlaced: fc.boolean(),
    changes: fc.array(
      fc.tuple(fc.nat(19), fc.nat(19), fc.constantFrom(0, 254, 255, 65_534, 65_535)),
      {
        maxLength: 2,
      },
    ),
  });
  fc.assert(
    fc.property(picture, ({ changes, ...png }) => {
      const highest = 2 ** png.bitDepth - 1;
      const inside = changes.filter(
        ([x, y, alpha]) => x < png.width && y < png.height && alpha <= highest,
      );
      const pixels = Object.fromEntries(
        inside.map(([x, y, alpha]) => [`${x},${y}`, [0, 0, 0, alpha]]),
      );
      const bytes = writePng({ ...png, colorType: "rgb-alpha", pixels });
      const isOpaque = Object.values(pixels).every(([, , , alpha]) => alpha === highest);
      expect(inspectPng(bytes).ok).toBe(isOpaque);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
