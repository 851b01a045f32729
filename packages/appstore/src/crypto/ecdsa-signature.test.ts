import { generateKeyPairSync, sign, verify } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { resultOrCode, thrownBy } from "../signed-data/testing/thrown-by.ts";
import { decodeEcdsaSignature, encodeEcdsaSignature } from "./ecdsa-signature.ts";

/** A raw signature of small numbers. */
function raw(r: number, s: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes[31] = r;
  bytes[63] = s;
  return bytes;
}

test.each([
  ["small numbers", raw(1, 2), "3006020101020102"],
  ["numbers that need a zero in front", raw(0x80, 0xff), "3008020200800202 00ff".replace(" ", "")],
  ["zero", raw(0, 1), "3006020100020101"],
])("encodeEcdsaSignature() and decodeEcdsaSignature() convert %s", (_, bytes, hex) => {
  expect(Buffer.from(encodeEcdsaSignature(bytes)).toString("hex")).toBe(hex);
  expect(decodeEcdsaSignature(Uint8Array.from(Buffer.from(hex, "hex")), "P-256")).toEqual(bytes);
});

describe("decodeEcdsaSignature() refuses", () => {
  const size33 = `3046${`0221${"01".repeat(33)}`.repeat(2)}`;
  test.each([
    ["nothing", ""],
    ["a sequence without content", "3000"],
    ["one number", "3003020101"],
    ["three numbers", "3009020101020101020101"],
    ["bytes after the end", "300602010102010200"],
    ["a length beyond the end", "3007020101020102"],
    ["an indefinite length", "30800201010201020000"],
    ["a long length where a short one does", "308106020101020102"],
    ["another tag than SEQUENCE", "3106020101020102"],
    ["another tag than INTEGER", "3006040101020102"],
    ["a negative number", "3006020181020102"],
    ["a number with a zero too many", "300702020001020102"],
    ["a number without digits", "30050200020101"],
    ["numbers larger than the curve", size33],
  ])("%s", (_, hex) => {
    const der = Uint8Array.from(Buffer.from(hex, "hex"));
    const { code } = thrownBy(() => decodeEcdsaSignature(der, "P-256"));
    expect(code).toBe("ECDSA_SIGNATURE_INVALID");
  });
});

test.each(["P-256", "P-384"] as const)(
  "decodeEcdsaSignature() turns the host's signatures on %s into raw ones that verify",
  (curve) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const data = Buffer.from([attempt]);
      const der = Uint8Array.from(sign("sha384", data, privateKey));
      const signature = decodeEcdsaSignature(der, curve);
      const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
      expect(verify("sha384", data, key, signature)).toBe(true);
      expect(Buffer.from(encodeEcdsaSignature(signature)).equals(der)).toBe(true);
    }
  },
);

test("decodeEcdsaSignature() accepts only what encodeEcdsaSignature() writes", () => {
  const shape = fc
    .uint8Array({ maxLength: 12 })
    .map((bytes) => Uint8Array.from([0x30, bytes.length, 0x02, 0x01, ...bytes]));
  fc.assert(
    fc.property(fc.oneof(shape, fc.uint8Array({ maxLength: 12 })), (bytes) => {
      const der = Uint8Array.from(bytes);
      const outcome = resultOrCode(() => encodeEcdsaSignature(decodeEcdsaSignature(der, "P-256")));
      expect([der, "ECDSA_SIGNATURE_INVALID"]).toContainEqual(outcome);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});
