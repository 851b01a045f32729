import { KeyObject, webcrypto } from "node:crypto";
import type { Bytes, EcCurve, EcHash } from "../../crypto/index.ts";
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from "./x509.ts";
import type { KeyUsageFlags } from "./x509.ts";

/** How a test certificate differs from what the App Store's look like. */
export interface TestCertificateOptions {
  /** A distinguished name. */
  readonly subject?: string;
  /** The curve of its key. */
  readonly curve?: EcCurve;
  /** What its issuer signs it with; default SHA-384, as Apple's. */
  readonly signatureHash?: EcHash;
  /** Default 2020-01-01. */
  readonly notBefore?: Date;
  /** Default 2049-12-31. */
  readonly notAfter?: Date;
  /** Object identifiers of its marker extensions; an empty list leaves them out. */
  readonly markers?: readonly string[];
  /** False sets the CA flag off; undefined leaves basic constraints out. */
  readonly isCa?: boolean | undefined;
  /** Undefined means no limit. */
  readonly pathLength?: number | undefined;
  /** Undefined leaves key usage out. */
  readonly keyUsage?: KeyUsageFlags | undefined;
  /** More extensions: unknown, critical, twice the same. */
  readonly extraExtensions?: readonly Extension[];
}

/** A certificate and the key it speaks for. */
export interface TestCertificate {
  readonly der: Bytes;
  /** The key as node:crypto takes it. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The key pair as Web Crypto takes it. */
  readonly keys: webcrypto.CryptoKeyPair;
  readonly subject: string;
}

/** Every option of a certificate, with what it falls back to. */
export type TestCertificateDefaults = Required<TestCertificateOptions>;

/** What the default certificates have in common; wide enough for any clock a test sets. */
export const ANY_TIME = {
  notBefore: new Date("2020-01-01T00:00:00Z"),
  notAfter: new Date("2049-12-31T23:59:59Z"),
} as const;

const DER_NULL = Uint8Array.of(0x05, 0x00);

let serialNumber = 0x1000;

/** Makes a key pair and a certificate for it, signed by `issuer`, or by itself without one. */
export async function issueTestCertificate(
  options: TestCertificateDefaults,
  issuer?: TestCertificate,
): Promise<TestCertificate> {
  const keys = await generateKeys(options.curve);
  serialNumber += 1;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber.toString(16),
    subject: options.subject,
    issuer: issuer?.subject ?? options.subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: { name: "ECDSA", hash: options.signatureHash },
    extensions: extensionsOf(options),
  });
  return {
    der: new Uint8Array(certificate.rawData),
    privateKey: KeyObject.from(keys.privateKey),
    publicKey: KeyObject.from(keys.publicKey),
    keys,
    subject: options.subject,
  };
}

async function generateKeys(curve: EcCurve): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = { name: "ECDSA", namedCurve: curve };
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function extensionsOf(options: TestCertificateDefaults): Extension[] {
  const { isCa, pathLength, keyUsage, markers, extraExtensions } = options;
  return [
    ...(isCa === undefined ? [] : [new BasicConstraintsExtension(isCa, pathLength, true)]),
    ...(keyUsage === undefined ? [] : [new KeyUsagesExtension(keyUsage, true)]),
    ...markers.map((marker) => new Extension(marker, false, DER_NULL)),
    ...extraExtensions,
  ];
}
