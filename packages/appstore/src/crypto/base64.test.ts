import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { resultOrCode, thrownBy } from "../signed-data/testing/thrown-by.ts";
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.ts";

// RFC 4648 §10, and bytes that tell the two alphabets apart.
const VECTORS: readonly (readonly [number[], string, string])[] = [
  [[], "", ""],
  [[0x66], "Zg==", "Zg"],
  [[0x66, 0x6f], "Zm8=", "Zm8"],
  [[0x66, 0x6f, 0x6f], "Zm9v", "Zm9v"],
  [[0x66, 0x6f, 0x6f, 0x62], "Zm9vYg==", "Zm9vYg"],
  [[0xfb, 0xef, 0xff], "++//", "--__"],
];

test.each(VECTORS)("encodeBase64() and encodeBase64Url() encode %j", (bytes, standard, urlSafe) => {
  expect(encodeBase64(Uint8Array.from(bytes))).toBe(standard);
  expect(encodeBase64Url(Uint8Array.from(bytes))).toBe(urlSafe);
});

test.each(VECTORS)(
  "decodeBase64() and decodeBase64Url() decode to %j",
  (bytes, standard, urlSafe) => {
    expect([...decodeBase64(standard)]).toEqual(bytes);
    expect([...decodeBase64Url(urlSafe)]).toEqual(bytes);
  },
);

describe("decodeBase64Url() refuses", () => {
  test.each([
    ["one character over", "Zm9vY"],
    ["padding", "Zg=="],
    ["the other alphabet", "++//"],
    ["a space", "Zm9 "],
    ["a line break", "Zm9v\nZm9v"],
    ["unused bits that are set, one byte", "Zh"],
    ["unused bits that are set, two bytes", "Zm9"],
    ["a character beyond ASCII", "Zm9\u00e9"],
    ["a character that is an alphabet's one plus 256", "Zm9\u0176"],
    ["half of a surrogate pair", "Zm9\ud800"],
    ["a null character", "Zm9\0"],
  ])("%s", (_, text) => {
    expect(thrownBy(() => decodeBase64Url(text)).code).toBe("ENCODING_INVALID");
  });
});

describe("decodeBase64() refuses", () => {
  test.each([
    ["missing padding", "Zg"],
    ["too little padding", "Zg="],
    ["too much padding", "Zm9v===="],
    ["nothing but padding", "===="],
    ["padding in the middle", "Zg==Zg=="],
    ["the other alphabet", "--__"],
    ["whitespace", "Zm9v\r\n"],
    ["unused bits that are set, one byte", "Zh=="],
    ["unused bits that are set, two bytes", "Zm9="],
  ])("%s", (_, text) => {
    expect(thrownBy(() => decodeBase64(text)).code).toBe("ENCODING_INVALID");
  });
});

test("decodeBase64Url() and decodeBase64() undo encoding, and agree with the host's, for any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      expect(encodeBase64Url(bytes)).toBe(buffer.toString("base64url"));
      expect(encodeBase64(bytes)).toBe(buffer.toString("base64"));
      expect(buffer.equals(decodeBase64Url(encodeBase64Url(bytes)))).toBe(true);
      expect(buffer.equals(decodeBase64(encodeBase64(bytes)))).toBe(true);
    }),
    { numRuns: fuzzRuns(300) },
  );
});

test("decodeBase64Url() accepts no two spellings of the same bytes", () => {
  const alphabet = "AQgwxyz019-_+/= \n".split("");
  const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 9 });
  fc.assert(
    fc.property(text, (spelling) => {
      const outcome = resultOrCode(() => encodeBase64Url(decodeBase64Url(spelling)));
      expect([spelling, "ENCODING_INVALID"]).toContain(outcome);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});
