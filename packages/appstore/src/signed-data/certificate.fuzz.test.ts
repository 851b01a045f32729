import { X509Certificate as NodeCertificate } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import { APPLE_ROOT_CA_G3 } from "./apple-root-ca-g3.ts";
import { parseCertificate } from "./certificate.ts";
import type { Certificate } from "./certificate.ts";
import { fuzzRuns } from "./testing/fuzz-runs.ts";
import { createTestAppStore } from "./testing/index.ts";
import { resultOrCode } from "./testing/thrown-by.ts";
import {
  BasicConstraintsExtension,
  X509Certificate as PeculiarCertificate,
} from "./testing/x509.ts";

// Certificates with a few bytes changed, read by three readers. Ours may refuse what others accept. It
// must not accept what one of them refuses, nor read it differently.
const { chain } = await createTestAppStore();
const SEEDS = [chain.leaf.der, chain.intermediate.der, chain.root.der, APPLE_ROOT_CA_G3];

/** Bytes that mean something in DER: tags, lengths, signs, ends of ranges. */
const telling = fc.constantFrom(
  0x00,
  0x01,
  0x02,
  0x03,
  0x04,
  0x06,
  0x0c,
  0x13,
  0x17,
  0x18,
  0x30,
  0x31,
  0x7f,
  0x80,
  0x81,
  0x82,
  0xa0,
  0xa3,
  0xff,
);
const change = fc.record({
  at: fc.nat(1000),
  remove: fc.nat(2),
  insert: fc.array(fc.oneof(telling, fc.nat(255)), { maxLength: 2 }),
});
const certificate = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([seed, changes]) => changes.reduce(apply, seed));

/** One byte replaced, lengths kept: what most often still is DER. */
const sameSize = fc
  .tuple(fc.constantFrom(...SEEDS), fc.nat(1000), fc.nat(255))
  .map(([seed, at, byte]) => apply(seed, { at, remove: 1, insert: [byte] }));

function apply(
  der: Bytes,
  {
    at,
    remove,
    insert,
  }: { readonly at: number; readonly remove: number; readonly insert: number[] },
): Bytes {
  const start = at % der.length;
  return Uint8Array.from([...der.slice(0, start), ...insert, ...der.slice(start + remove)]);
}

/** What all readers can say of a certificate. */
interface Reading {
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isCa: boolean;
  readonly publicKey: string;
}

/** Node says of dates and key; of the CA flag the other library, for Node's is false where any extension is odd. */
function readByOthers(der: Bytes): Reading | undefined {
  try {
    const { validFrom, validTo, publicKey } = new NodeCertificate(der);
    const spki = publicKey.export({ type: "spki", format: "der" });
    const dates = { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
    const constraints = new PeculiarCertificate(der).getExtension(BasicConstraintsExtension);
    return { ...dates, isCa: constraints?.ca ?? false, publicKey: spki.toString("hex") };
  } catch {
    return undefined;
  }
}

function readingOf({ validity, extensions, publicKey }: Certificate): Reading {
  return { ...validity, isCa: extensions.isCa, publicKey: Buffer.from(publicKey).toString("hex") };
}

/** Whether every other reader accepts it. Node reads the key only when asked for it. */
function isAcceptedByOthers(der: Bytes): boolean {
  return [NodeCertificate, PeculiarCertificate].every((Reader) => {
    try {
      return new Reader(der).subject !== undefined;
    } catch {
      return false;
    }
  });
}

/** How our reading of a certificate stands beside the others'. */
function compare(der: Bytes): string {
  const ours = resultOrCode(() => parseCertificate(der));
  if (typeof ours === "string") return ours;
  if (!isAcceptedByOthers(der)) return "we accept what another refuses";
  const others = readByOthers(der);
  if (others === undefined) return "its key is no point";
  const isSame = JSON.stringify(readingOf(ours)) === JSON.stringify(others);
  return isSame ? "the same" : "we read it differently";
}

describe("parseCertificate(), among other readers,", () => {
  test.each([
    ["with bytes put in, left out and replaced", certificate, 2000],
    ["with one byte replaced", sameSize, 3000],
  ])("is the strictest or reads the same, %s", (_, mutated, runs) => {
    fc.assert(
      fc.property(mutated, (der) => {
        const fine = ["the same", "CERTIFICATE_MALFORMED", "its key is no point"];
        expect(fine).toContain(compare(der));
      }),
      { numRuns: fuzzRuns(runs) },
    );
  });

  test("reads the certificates that were changed", () => {
    expect(SEEDS.map((der) => compare(der))).toEqual(SEEDS.map(() => "the same"));
  });
});
