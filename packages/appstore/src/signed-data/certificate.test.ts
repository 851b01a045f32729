import { createHash, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import { APPLE_ROOT_CA_G3 } from "./apple-root-ca-g3.ts";
import { parseCertificate } from "./certificate.ts";
import { createTestAppStore } from "./testing/index.ts";
import { thrownBy } from "./testing/thrown-by.ts";
import type { CertificateParts } from "./testing/write-certificate.ts";
import {
  ECDSA_WITH_SHA256,
  writeAttributes,
  writeCertificate,
  writeExtension,
  writeGeneralizedTime,
  writeName,
  writeUtcTime,
} from "./testing/write-certificate.ts";
import { hex, utf8, writeDer } from "./testing/write-der.ts";

test("APPLE_ROOT_CA_G3 is Apple's root, and parseCertificate() reads it", () => {
  const fingerprint = createHash("sha256").update(APPLE_ROOT_CA_G3).digest("hex");
  expect(fingerprint).toBe("63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179");
  const root = parseCertificate(APPLE_ROOT_CA_G3);
  expect(root.issuer).toEqual(root.subject);
  expect(root).toMatchObject({
    curve: "P-384",
    signatureHash: "SHA-384",
    validity: {
      notBefore: Date.parse("2014-04-30T18:19:06Z"),
      notAfter: Date.parse("2039-04-30T18:19:06Z"),
    },
    extensions: {
      isCa: true,
      pathLength: undefined,
      maySignCertificates: true,
      maySignData: false,
    },
  });
});

test("parseCertificate() reads a chain like Apple's as node:crypto does", async () => {
  const { chain } = await createTestAppStore();
  for (const { der } of [chain.leaf, chain.intermediate, chain.root]) {
    const ours = parseCertificate(der);
    const theirs = new X509Certificate(der);
    expect(ours.validity.notBefore).toBe(Date.parse(theirs.validFrom));
    expect(ours.validity.notAfter).toBe(Date.parse(theirs.validTo));
    expect(ours.extensions.isCa).toBe(theirs.ca);
    const spki = theirs.publicKey.export({ type: "spki", format: "der" });
    expect(spki.equals(ours.publicKey)).toBe(true);
  }
  const leaf = parseCertificate(chain.leaf.der);
  expect(leaf.issuer).toEqual(parseCertificate(chain.intermediate.der).subject);
  expect([...leaf.extensions.values.keys()]).toContain("1.2.840.113635.100.6.11.1");
});

describe("parseCertificate() accepts", () => {
  test.each<[string, Partial<CertificateParts>]>([
    ["the usual", {}],
    ["no extensions that are critical", { extensions: [writeExtension("55 1d 0e", hex("0400"))] }],
    [
      "an unknown extension that is not critical",
      { extensions: [writeExtension("2a 03 04", hex(""))] },
    ],
    [
      "names in PrintableString and IA5String",
      { issuer: writeName("Issuer", 0x13), subject: writeName("Subject", 0x16) },
    ],
    ["an empty name", { subject: writeDer(0x30) }],
    [
      "dates from 2050 on in four digits",
      {
        validity: writeDer(
          0x30,
          writeUtcTime("491231235959Z"),
          writeGeneralizedTime("20500101000000Z"),
        ),
      },
    ],
    ["a long serial number", { serialNumber: writeDer(0x02, hex("00ff".padEnd(42, "a"))) }],
  ])("%s", (_, parts) => {
    expect(parseCertificate(writeCertificate(parts)).curve).toBe("P-256");
  });

  test("dates of the last century and of this one", () => {
    const validity = writeDer(0x30, writeUtcTime("500101000000Z"), writeUtcTime("490228235959Z"));
    expect(parseCertificate(writeCertificate({ validity })).validity).toEqual({
      notBefore: Date.parse("1950-01-01T00:00:00Z"),
      notAfter: Date.parse("2049-02-28T23:59:59Z"),
    });
  });
});

/** A certificate valid from that date on. */
function from(notBefore: Bytes): Partial<CertificateParts> {
  return { validity: writeDer(0x30, notBefore, writeUtcTime("491231235959Z")) };
}

function constraints(content: string): Partial<CertificateParts> {
  return { extensions: [writeExtension("55 1d 13", hex(content), { critical: hex("0101ff") })] };
}

function keyUsage(content: string): Partial<CertificateParts> {
  return { extensions: [writeExtension("55 1d 0f", hex(content))] };
}

function subject(value: Bytes): Partial<CertificateParts> {
  return { subject: writeDer(0x30, writeAttributes(value)) };
}

function algorithm(content: string): Partial<CertificateParts> {
  return { innerAlgorithm: hex(content), outerAlgorithm: hex(content) };
}

function publicKey(identifiers: string, point: string): Partial<CertificateParts> {
  const parts = [writeDer(0x30, hex(identifiers)), writeDer(0x03, hex(point))];
  return { publicKey: writeDer(0x30, ...parts) };
}

describe("parseCertificate() refuses", () => {
  const EC = "0607 2a8648ce3d0201";
  const P256 = "0608 2a8648ce3d030107";
  const POINT = `04${"11".repeat(64)}`;
  const CA = writeExtension("55 1d 13", hex("30030101ff"));

  test.each<[string, Partial<CertificateParts>]>([
    ["version 1", { version: hex("") }],
    ["version 2", { version: hex("a003 020101") }],
    ["version 4", { version: hex("a003 020103") }],
    ["a version in two bytes", { version: hex("a004 02020002") }],
    ["a serial number without digits", { serialNumber: hex("0200") }],
    ["a serial number with zeros in front", { serialNumber: hex("0202 0001") }],
    ["a serial number that is no integer", { serialNumber: hex("0401 01") }],
    ["two different algorithms", { innerAlgorithm: ECDSA_WITH_SHA256 }],
    ["an algorithm with parameters", algorithm("300c 0608 2a8648ce3d040303 0500")],
    ["ECDSA with SHA-1", algorithm("3009 0607 2a8648ce3d0401")],
    ["RSA with SHA-256", algorithm("300d 0609 2a864886f70d01010b 0500")],
    ["a name that is no sequence", { subject: writeDer(0x31) }],
    ["a name with an empty set", { subject: writeDer(0x30, writeDer(0x31)) }],
    ["a name of numbers", subject(hex("020101"))],
    ["a name in broken UTF-8", subject(writeDer(0x0c, hex("c328")))],
    ["a name in ASCII beyond ASCII", subject(writeDer(0x13, hex("e9")))],
    [
      "a name with something after its value",
      { subject: writeDer(0x30, writeDer(0x31, writeDer(0x30, hex("0603550403 0c0141 0500")))) },
    ],
    ["a date of the 30th of February", from(writeUtcTime("210230000000Z"))],
    ["a date of the 29th of February in 2100", from(writeGeneralizedTime("21000229000000Z"))],
    ["a date of month 13", from(writeUtcTime("211301000000Z"))],
    ["a date of month 0", from(writeUtcTime("210001000000Z"))],
    ["a date of hour 24", from(writeUtcTime("210101240000Z"))],
    ["a date of second 60", from(writeUtcTime("210101000060Z"))],
    ["a date without seconds", from(writeUtcTime("2101010000Z"))],
    ["a date with fractions", from(writeGeneralizedTime("20510101000000.5Z"))],
    ["a date in local time", from(writeUtcTime("210101000000"))],
    ["a date with an offset", from(writeUtcTime("210101000000+0100"))],
    ["a date in other digits", from(writeUtcTime("2١0101000000Z"))],
    ["a date of 1960 in four digits", from(writeGeneralizedTime("19600101000000Z"))],
    ["a date of 2049 in four digits", from(writeGeneralizedTime("20491231235959Z"))],
    ["a date in the form of the other kind", from(writeGeneralizedTime("210101000000Z"))],
    ["a date that is a text", from(writeDer(0x13, utf8("210101000000Z")))],
    [
      "three dates",
      {
        validity: writeDer(
          0x30,
          writeUtcTime("210101000000Z"),
          writeUtcTime("210101000000Z"),
          writeUtcTime("210101000000Z"),
        ),
      },
    ],
    ["a key on P-521", publicKey(`${EC} 0605 2b81040023`, `00${POINT}`)],
    ["an RSA key", publicKey("0609 2a864886f70d010101 0500", `00${POINT}`)],
    ["a compressed point", publicKey(`${EC} ${P256}`, `0002${"11".repeat(32)}`)],
    ["a point of the other curve's size", publicKey(`${EC} ${P256}`, `0004${"11".repeat(96)}`)],
    ["a key of other than whole bytes", publicKey(`${EC} ${P256}`, `01${POINT}`)],
    ["a key with parameters of its own", publicKey(`${EC} 3000`, `00${POINT}`)],
    ["unique identifiers", { beforeExtensions: hex("8102 0001") }],
    ["no extensions at all", { extensions: [] }],
    ["an extension twice", { extensions: [CA, CA] }],
    [
      "an unknown critical extension",
      { extensions: [writeExtension("2a 03 04", hex(""), { critical: hex("0101ff") })] },
    ],
    [
      "critical extended key usage, which nothing here checks",
      { extensions: [writeExtension("55 1d 25", hex("3000"), { critical: hex("0101ff") })] },
    ],
    [
      "a criticality that is neither true nor false",
      { extensions: [writeExtension("2a 03 04", hex(""), { critical: hex("010101") })] },
    ],
    ["an extension without a value", { extensions: [writeDer(0x30, hex("0603 551d13"))] }],
    [
      "an extension with something after its value",
      { extensions: [writeDer(0x30, hex("0603 551d13 0402 3000 0500"))] },
    ],
    ["constraints with something after them", constraints("3000 00")],
    ["a path length without being a CA", constraints("3003 020100")],
    ["a negative path length", constraints("3006 0101ff 0201ff")],
    ["a path length of two bytes", constraints("3007 0101ff 02020100")],
    ["constraints that are no sequence", constraints("0500")],
    ["a key usage that is no bit string", keyUsage("040107")],
    ["a key usage without bits", keyUsage("0300")],
    ["a key usage with eight unused bits", keyUsage("03020880")],
    ["a key usage of three bytes", keyUsage("030400800000")],
    ["a signature of other than whole bytes", { signature: writeDer(0x03, hex("01 00")) }],
    ["an empty signature", { signature: hex("0300") }],
    ["something after the signature", { afterSignature: hex("0500") }],
  ])("%s", (_, parts) => {
    const { code } = thrownBy(() => parseCertificate(writeCertificate(parts)));
    expect(code).toBe("CERTIFICATE_MALFORMED");
  });

  test("something after the end", () => {
    const der = Uint8Array.from([...writeCertificate(), 0]);
    expect(thrownBy(() => parseCertificate(der)).code).toBe("CERTIFICATE_MALFORMED");
  });

  test("a certificate cut short anywhere", () => {
    const der = writeCertificate();
    for (let length = 0; length < der.length; length += 1) {
      const { code } = thrownBy(() => parseCertificate(der.slice(0, length)));
      expect(code).toBe("CERTIFICATE_MALFORMED");
    }
  });

  test("sequences nested hundreds deep", () => {
    let nested = hex("3000");
    for (let depth = 0; depth < 200; depth += 1) nested = writeDer(0x30, nested);
    const der = writeDer(0x30, ...Array.from({ length: 50 }, () => nested));
    expect(thrownBy(() => parseCertificate(der)).code).toBe("CERTIFICATE_MALFORMED");
  });
});
