import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../clock/clock.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { openCertificateAuthority } from "./certificate-authority.ts";
import type { Issued } from "./issue-certificate.ts";

const ocspBaseUrl = "http://127.0.0.1:8788/ocsp";
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

function read({ certificate }: Issued): X509Certificate {
  return new X509Certificate(Buffer.from(certificate.rawData));
}

/** OIDs stand in DER as they are; the last bytes tell Apple's two apart. */
const LEAF_OID_DER = Buffer.from("2a864886f76364060b01", "hex");
const INTERMEDIATE_OID_DER = Buffer.from("2a864886f763640602 01".replaceAll(" ", ""), "hex");

describe("openCertificateAuthority() in memory", async () => {
  const authority = await openCertificateAuthority({ ocspBaseUrl, clock: systemClock });
  const { root, intermediate, leaf } = authority.certificates;

  test("issues a chain in which each vouches for the next", () => {
    expect(read(leaf).verify(read(intermediate).publicKey)).toBe(true);
    expect(read(intermediate).verify(read(root).publicKey)).toBe(true);
    expect(read(root).verify(read(root).publicKey)).toBe(true);
    expect(read(leaf).issuer).toBe(read(intermediate).subject);
    expect(read(intermediate).issuer).toBe(read(root).subject);
  });

  test("issues authorities on P-384 and a leaf on P-256, all signed with SHA-384", () => {
    const curves = [root, intermediate, leaf].map(
      (issued) => read(issued).publicKey.asymmetricKeyDetails?.namedCurve,
    );
    expect(curves).toEqual(["secp384r1", "secp384r1", "prime256v1"]);
    for (const { certificate } of [root, intermediate, leaf]) {
      expect(certificate.signatureAlgorithm).toMatchObject({ hash: { name: "SHA-384" } });
    }
  });

  test("marks leaf and intermediate as Apple does, and only the intermediate as an authority", () => {
    expect(read(leaf).raw.includes(LEAF_OID_DER)).toBe(true);
    expect(read(intermediate).raw.includes(INTERMEDIATE_OID_DER)).toBe(true);
    expect([root, intermediate, leaf].map((issued) => read(issued).ca)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("names the responder of each issuer", () => {
    expect(read(leaf).infoAccess).toContain(`OCSP - URI:${ocspBaseUrl}/intermediate`);
    expect(read(intermediate).infoAccess).toContain(`OCSP - URI:${ocspBaseUrl}/root`);
  });

  test("exports its root in both forms", () => {
    const pem = new X509Certificate(authority.rootCertificatePem);
    expect(pem.fingerprint256).toBe(read(root).fingerprint256);
    expect(Buffer.from(authority.rootCertificateDer).equals(read(root).raw)).toBe(true);
  });

  test("makes another authority each time", async () => {
    const other = await openCertificateAuthority({ ocspBaseUrl, clock: systemClock });
    expect(other.rootCertificatePem).not.toBe(authority.rootCertificatePem);
  });

  test("issues odd chains that are odd in one way", async () => {
    const expired = await authority.issueOddChain("expiredLeaf");
    expect(expired.leaf.certificate.notAfter.getTime()).toBeLessThan(Date.now());
    expect(expired.intermediate).toBe(intermediate);
    const unmarked = await authority.issueOddChain("unmarkedLeaf");
    expect(read(unmarked.leaf).raw.includes(LEAF_OID_DER)).toBe(false);
    const unmarkedIssuer = await authority.issueOddChain("unmarkedIntermediate");
    expect(read(unmarkedIssuer.intermediate).raw.includes(INTERMEDIATE_OID_DER)).toBe(false);
    expect(read(unmarkedIssuer.leaf).raw.includes(LEAF_OID_DER)).toBe(true);
    const foreign = await authority.issueOddChain("foreignRoot");
    expect(read(foreign.root).subject).toBe(read(root).subject);
    expect(read(foreign.intermediate).verify(read(root).publicKey)).toBe(false);
  });
});

describe("openCertificateAuthority() with a directory", () => {
  test("returns the same certificates again, and new ones below the root when the responder moves", async () => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, ocspBaseUrl, clock: systemClock };
    const first = await openCertificateAuthority(options);
    const second = await openCertificateAuthority(options);
    expect(read(second.certificates.leaf).raw).toEqual(read(first.certificates.leaf).raw);
    const moved = { ...options, ocspBaseUrl: "http://127.0.0.1:9999/ocsp" };
    const third = await openCertificateAuthority(moved);
    expect(third.rootCertificatePem).toBe(first.rootCertificatePem);
    expect(read(third.certificates.leaf).infoAccess).toContain("127.0.0.1:9999");
    const fourth = await openCertificateAuthority(moved);
    expect(read(fourth.certificates.leaf).raw).toEqual(read(third.certificates.leaf).raw);
  });

  test("keeps files for their owner alone, and leaves no drafts", async () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "ca");
    const { rootCertificatePem } = await openCertificateAuthority({
      directory: path,
      ocspBaseUrl,
      clock: systemClock,
    });
    expect(readdirSync(path).toSorted()).toEqual(["authority.json", "root.pem"]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, "authority.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(path, "root.pem"), "utf8")).toBe(rootCertificatePem);
  });

  test("makes a new leaf under the same root when the old one nears its end", async () => {
    using directory = makeTemporaryDirectory();
    const clock = createManualClock();
    const options = { directory: directory.path, ocspBaseUrl, clock };
    const first = await openCertificateAuthority(options);
    clock.advance(YEAR_MS);
    const second = await openCertificateAuthority(options);
    expect(second.rootCertificatePem).toBe(first.rootCertificatePem);
    expect(second.certificates.leaf.certificate.notAfter.getTime()).toBeGreaterThan(clock.now());
  });

  test("throws CA_EXPIRED when the root is over", async () => {
    using directory = makeTemporaryDirectory();
    const clock = createManualClock();
    const options = { directory: directory.path, ocspBaseUrl, clock };
    await openCertificateAuthority(options);
    clock.advance(16 * YEAR_MS);
    await expect(openCertificateAuthority(options)).rejects.toMatchObject({ code: "CA_EXPIRED" });
  });

  test.each([
    ["is no JSON", () => "{"],
    ["is of another version", (text: string) => text.replace('"version": 1', '"version": 2')],
    ["misses a certificate", (text: string) => text.replace('"leaf"', '"leaves"')],
    ["has a broken certificate", (text: string) => text.replaceAll("MII", "MIX")],
    ["has keys exchanged", exchangeKeys],
  ])("throws CA_UNREADABLE when its file %s", async (_what, spoil) => {
    using directory = makeTemporaryDirectory();
    const options = { directory: directory.path, ocspBaseUrl, clock: systemClock };
    await openCertificateAuthority(options);
    const file = join(directory.path, "authority.json");
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    await expect(openCertificateAuthority(options)).rejects.toMatchObject({
      code: "CA_UNREADABLE",
    });
  });
});

/** Puts the leaf's key in place of the root responder's: of the right curve, and another's. */
function exchangeKeys(text: string): string {
  // In the order they are kept: root, intermediate, leaf, then the responders.
  const [, , leafKey = "", responderKey = ""] = text.match(/"key": "[^"]+"/gv) ?? [];
  return text.replace(responderKey, leafKey);
}
