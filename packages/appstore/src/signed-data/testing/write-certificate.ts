import { generateKeyPairSync } from "node:crypto";
import type { Bytes } from "../../crypto/index.ts";
import { hex, utf8, writeDer } from "./write-der.ts";

/** The parts of a certificate, each replaceable by whatever a test wants in its place. */
export interface CertificateParts {
  readonly version: Bytes;
  readonly serialNumber: Bytes;
  readonly innerAlgorithm: Bytes;
  readonly issuer: Bytes;
  readonly validity: Bytes;
  readonly subject: Bytes;
  readonly publicKey: Bytes;
  /** What is between key and extensions: unique identifiers. */
  readonly beforeExtensions: Bytes;
  readonly extensions: readonly Bytes[];
  readonly outerAlgorithm: Bytes;
  readonly signature: Bytes;
  /** What follows the signature inside the certificate. */
  readonly afterSignature: Bytes;
}

/** `ecdsa-with-SHA256`, without parameters. */
export const ECDSA_WITH_SHA256 = writeDer(0x30, hex("0608 2a8648ce3d040302"));
/** `ecdsa-with-SHA384`, without parameters. */
const ECDSA_WITH_SHA384 = writeDer(0x30, hex("0608 2a8648ce3d040303"));

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const NOTHING = new Uint8Array();

const DEFAULTS: CertificateParts = {
  version: hex("a003 020102"),
  serialNumber: hex("0201 01"),
  innerAlgorithm: ECDSA_WITH_SHA384,
  issuer: writeName("Issuer"),
  validity: writeDer(0x30, writeUtcTime("200101000000Z"), writeUtcTime("491231235959Z")),
  subject: writeName("Subject"),
  publicKey: Uint8Array.from(publicKey.export({ type: "spki", format: "der" })),
  beforeExtensions: NOTHING,
  extensions: [writeExtension("55 1d 13", writeDer(0x30), { critical: hex("0101ff") })],
  outerAlgorithm: ECDSA_WITH_SHA384,
  signature: writeDer(0x03, hex("00 3006 020101 020101")),
  afterSignature: NOTHING,
};

/** Writes a well-formed certificate but for the parts given; its signature is nobody's. */
export function writeCertificate(parts: Partial<CertificateParts> = {}): Bytes {
  const all = { ...DEFAULTS, ...parts };
  const signedPart = writeDer(
    0x30,
    all.version,
    all.serialNumber,
    all.innerAlgorithm,
    all.issuer,
    all.validity,
    all.subject,
    all.publicKey,
    all.beforeExtensions,
    ...(all.extensions.length === 0 ? [] : [writeDer(0xa3, writeDer(0x30, ...all.extensions))]),
  );
  return writeDer(0x30, signedPart, all.outerAlgorithm, all.signature, all.afterSignature);
}

/** A name of one attribute, CN. */
export function writeName(commonName: string, tag = 0x0c): Bytes {
  return writeDer(0x30, writeAttributes(writeDer(tag, utf8(commonName))));
}

/** One set of one attribute, CN, of any value. */
export function writeAttributes(value: Bytes): Bytes {
  return writeDer(0x31, writeDer(0x30, hex("0603 550403"), value));
}

/** A date in the form of two digits for the year. */
export function writeUtcTime(text: string): Bytes {
  return writeDer(0x17, utf8(text));
}

/** A date in the form of four digits for the year. */
export function writeGeneralizedTime(text: string): Bytes {
  return writeDer(0x18, utf8(text));
}

/** An extension; `identifier` is the content of its object identifier. */
export function writeExtension(
  identifier: string,
  value: Bytes,
  { critical = NOTHING }: { readonly critical?: Bytes } = {},
): Bytes {
  return writeDer(0x30, writeDer(0x06, hex(identifier)), critical, writeDer(0x04, value));
}
