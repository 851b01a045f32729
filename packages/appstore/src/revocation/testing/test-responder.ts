import { createHash, KeyObject, sign, webcrypto } from "node:crypto";
import type { Bytes } from "../../crypto/index.ts";
import { createTestAppStore } from "../../signed-data/testing/index.ts";
import type { TestAppStore, TestCertificate } from "../../signed-data/testing/index.ts";
import { issueTestCertificate } from "../../signed-data/testing/test-certificate.ts";
import { hex, utf8, writeDer } from "../../signed-data/testing/write-der.ts";
import {
  AuthorityInfoAccessExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "../../signed-data/testing/x509.ts";
import type { CertificateStatus } from "../parse-ocsp-response.ts";

/** Who signs a response, and the certificate that says so. */
export type TestSigner = Pick<TestCertificate, "der" | "privateKey">;

/** What a test response says; every part replaceable by whatever a test wants in its place. */
export interface TestResponseParts {
  readonly certificate: Bytes;
  readonly issuer: Bytes;
  readonly signer: TestSigner;
  readonly status?: CertificateStatus;
  /** Milliseconds since 1970; default five minutes ago. */
  readonly thisUpdate?: number;
  /** Default in an hour; null leaves it out. */
  readonly nextUpdate?: number | null;
  /** Default by key. */
  readonly responderBy?: "key" | "name";
  /** Certificates that come with it; default the signer's. */
  readonly certificates?: readonly Bytes[];
  readonly hash?: "sha1" | "sha256" | "sha384" | "sha512";
  /** Instead of the one single response. */
  readonly singles?: readonly Bytes[];
  /** Extensions of the response, each DER. */
  readonly extensions?: readonly Bytes[];
  /** Changes what is signed after the signature was made. */
  readonly tamper?: (signedPart: Bytes) => Bytes;
}

const RSA_HASHES = { sha1: "05", sha256: "0b", sha384: "0c", sha512: "0d" } as const;
const ECDSA_HASHES = { sha256: "02", sha384: "03", sha512: "04" } as const;
const MINUTE_MS = 60_000;

/** Makes an App Store whose leaf and intermediate name a responder: `<url>/leaf` and `<url>/intermediate`. */
export async function createStoreWithResponder(url: string): Promise<TestAppStore> {
  return createTestAppStore({
    intermediate: { extraExtensions: [informationAccess(`${url}/intermediate`)] },
    leaf: { extraExtensions: [informationAccess(`${url}/leaf`)] },
  });
}

/** The extension that names a responder. */
export function informationAccess(ocsp: string): AuthorityInfoAccessExtension {
  return new AuthorityInfoAccessExtension({ ocsp });
}

/** Issues a certificate that may sign statuses for its issuer. */
export async function issueResponder(
  issuer: TestCertificate,
  options: {
    readonly subject?: string;
    readonly notAfter?: Date;
    readonly usages?: readonly string[];
    readonly isCritical?: boolean;
  } = {},
): Promise<TestCertificate> {
  const { usages = [ExtendedKeyUsage.ocspSigning], isCritical = false } = options;
  return issueTestCertificate(
    {
      subject: options.subject ?? "CN=Test Responder",
      curve: "P-256",
      signatureHash: "SHA-384",
      notBefore: new Date("2020-01-01T00:00:00Z"),
      notAfter: options.notAfter ?? new Date("2049-12-31T23:59:59Z"),
      markers: [],
      isCa: false,
      pathLength: undefined,
      keyUsage: KeyUsageFlags.digitalSignature,
      extraExtensions:
        usages.length === 0 ? [] : [new ExtendedKeyUsageExtension([...usages], isCritical)],
    },
    issuer,
  );
}

/** Issues one with an RSA key, as CAs have used for long. */
export async function issueRsaResponder(
  issuer: TestCertificate,
  modulusLength = 2048,
): Promise<TestSigner> {
  const keys = await webcrypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ["sign", "verify"],
  );
  const certificate = await X509CertificateGenerator.create({
    serialNumber: "5a5a",
    subject: "CN=Test RSA Responder",
    issuer: issuer.subject,
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2049-12-31T23:59:59Z"),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-384" },
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.ocspSigning]),
    ],
  });
  return {
    der: new Uint8Array(certificate.rawData),
    privateKey: KeyObject.from(keys.privateKey),
  };
}

/** Writes a response, DER. */
export function writeOcspResponse(parts: TestResponseParts): Bytes {
  const { signer, hash = "sha256", certificates = [signer.der], tamper = unchanged } = parts;
  const signedPart = writeResponseData(parts);
  const signature = sign(hash, signedPart, signer.privateKey);
  const basic = writeDer(
    0x30,
    tamper(signedPart),
    writeAlgorithm(signer, hash),
    writeDer(0x03, hex("00"), signature),
    ...(certificates.length === 0 ? [] : [writeDer(0xa0, writeDer(0x30, ...certificates))]),
  );
  return wrapBasicResponse(basic);
}

/** Writes the response around a basic response. */
export function wrapBasicResponse(basic: Bytes): Bytes {
  const bytes = writeDer(0x30, hex("0609 2b0601050507300101"), writeDer(0x04, basic));
  return writeDer(0x30, hex("0a0100"), writeDer(0xa0, bytes));
}

/** Writes what is said of one certificate. */
export function writeSingle({
  certificate,
  issuer,
  status = "good",
  thisUpdate = Date.now() - 5 * MINUTE_MS,
  nextUpdate = Date.now() + 60 * MINUTE_MS,
}: Omit<TestResponseParts, "signer">): Bytes {
  return writeDer(
    0x30,
    writeCertificateId(certificate, issuer),
    STATUSES[status],
    writeTime(thisUpdate),
    ...(nextUpdate === null ? [] : [writeDer(0xa0, writeTime(nextUpdate))]),
  );
}

/** Writes a date in the form of four digits for the year. */
function writeTime(milliseconds: number): Bytes {
  const [text = ""] = new Date(milliseconds).toISOString().replace(/[-:T]/g, "").split(".");
  return writeDer(0x18, utf8(`${text}Z`));
}

const STATUSES: Readonly<Record<CertificateStatus, Bytes>> = {
  good: hex("8000"),
  revoked: writeDer(0xa1, writeTime(Date.UTC(2026, 0, 1))),
  unknown: hex("8200"),
};

function writeResponseData(parts: TestResponseParts): Bytes {
  const { singles = [writeSingle(parts)], extensions = [] } = parts;
  return writeDer(
    0x30,
    writeResponderId(parts),
    writeTime(Date.now()),
    writeDer(0x30, ...singles),
    ...(extensions.length === 0 ? [] : [writeDer(0xa1, writeDer(0x30, ...extensions))]),
  );
}

function writeResponderId({ signer, responderBy = "key" }: TestResponseParts): Bytes {
  const certificate = new X509Certificate(signer.der);
  if (responderBy === "name") {
    return writeDer(0xa1, new Uint8Array(certificate.subjectName.toArrayBuffer()));
  }
  return writeDer(0xa2, writeDer(0x04, digest("sha1", keyBits(certificate))));
}

/** A CertID by SHA-256. */
function writeCertificateId(certificate: Bytes, issuer: Bytes): Bytes {
  const issued = new X509Certificate(certificate);
  const issuing = new X509Certificate(issuer);
  return writeDer(
    0x30,
    hex("300d 0609 608648016503040201 0500"),
    writeDer(0x04, digest("sha256", new Uint8Array(issuing.subjectName.toArrayBuffer()))),
    writeDer(0x04, digest("sha256", keyBits(issuing))),
    writeDer(0x02, hex(issued.serialNumber)),
  );
}

/** What is inside the bit string of a key: after the algorithm, a tag, a length and the unused bits. */
function keyBits({ publicKey }: X509Certificate): Bytes {
  const spki = Buffer.from(publicKey.rawData);
  const headerBytes = spki.readUInt8(1) < 0x80 ? 2 : 2 + (spki.readUInt8(1) - 0x80);
  const afterAlgorithm = headerBytes + 2 + spki.readUInt8(headerBytes + 1);
  const lengthByte = spki.readUInt8(afterAlgorithm + 1);
  const bitString = afterAlgorithm + 2 + (lengthByte < 0x80 ? 0 : lengthByte - 0x80);
  return Uint8Array.from(spki.subarray(bitString + 1));
}

function writeAlgorithm({ privateKey }: TestSigner, hash: keyof typeof RSA_HASHES): Bytes {
  if (privateKey.asymmetricKeyType === "rsa") {
    return writeDer(0x30, hex(`0609 2a864886f70d0101${RSA_HASHES[hash]}`), hex("0500"));
  }
  if (hash === "sha1") return writeDer(0x30, hex("0607 2a8648ce3d0401"));
  return writeDer(0x30, hex(`0608 2a8648ce3d0403${ECDSA_HASHES[hash]}`));
}

function digest(hash: string, data: Bytes): Bytes {
  return Uint8Array.from(createHash(hash).update(data).digest());
}

function unchanged(signedPart: Bytes): Bytes {
  return signedPart;
}
