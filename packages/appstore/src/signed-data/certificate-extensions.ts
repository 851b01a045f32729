import type { Bytes } from "../crypto/index.ts";
import { createDerReader, malformed, TAG } from "./der.ts";
import type { DerReader } from "./der.ts";
import { readObjectIdentifier } from "./object-identifier.ts";

/** What a certificate's extensions say (RFC 5280 §4.2). */
export interface CertificateExtensions {
  readonly isCa: boolean;
  /** How many intermediates may follow; undefined where there is no limit. */
  readonly pathLength: number | undefined;
  /** True where key usage does not forbid it. */
  readonly maySignCertificates: boolean;
  /** True where key usage does not forbid it. */
  readonly maySignData: boolean;
  /** The value of every extension that is there, by its identifier in dotted form. */
  readonly values: ReadonlyMap<string, Bytes>;
}

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";

/** Marks the leaf that signs for the App Store: Mac App Store receipt signing. */
export const RECEIPT_SIGNING_MARKER = "1.2.840.113635.100.6.11.1";
/** Marks the intermediate: Apple Worldwide Developer Relations. */
export const DEVELOPER_RELATIONS_MARKER = "1.2.840.113635.100.6.2.1";

/** Extensions whose meaning is known here: all others may only come as not critical. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  BASIC_CONSTRAINTS,
  KEY_USAGE,
  RECEIPT_SIGNING_MARKER,
  DEVELOPER_RELATIONS_MARKER,
]);

/**
 * Reads extensions; none may come twice, and a critical one must be understood.
 *
 * @param alsoUnderstood - those the caller reads itself
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function readExtensions(
  reader: DerReader,
  alsoUnderstood: readonly string[] = [],
): CertificateExtensions {
  const values = new Map<string, Bytes>();
  while (!reader.atEnd()) {
    const { identifier, isCritical, value } = readExtension(reader.enter(TAG.sequence));
    if (values.has(identifier)) throw malformed("an extension comes twice");
    const isUnderstood = UNDERSTOOD.has(identifier) || alsoUnderstood.includes(identifier);
    if (isCritical && !isUnderstood) throw malformed("an unknown critical extension");
    values.set(identifier, value);
  }
  const constraints = values.get(BASIC_CONSTRAINTS);
  const usage = values.get(KEY_USAGE);
  return {
    ...(constraints === undefined
      ? { isCa: false, pathLength: undefined }
      : readBasicConstraints(constraints)),
    ...(usage === undefined
      ? { maySignCertificates: true, maySignData: true }
      : readKeyUsage(usage)),
    values,
  };
}

function readExtension(reader: DerReader): {
  readonly identifier: string;
  readonly isCritical: boolean;
  readonly value: Bytes;
} {
  const identifier = readObjectIdentifier(reader);
  const isCritical = reader.peekTag() === TAG.boolean && readBoolean(reader);
  const { content } = reader.read(TAG.octetString);
  reader.end();
  return { identifier, isCritical, value: content };
}

function readBasicConstraints(value: Bytes): Pick<CertificateExtensions, "isCa" | "pathLength"> {
  const outer = createDerReader(value);
  const reader = outer.enter(TAG.sequence);
  outer.end();
  const isCa = reader.peekTag() === TAG.boolean && readBoolean(reader);
  const pathLength = reader.atEnd() ? undefined : readSmallInteger(reader);
  reader.end();
  if (pathLength !== undefined && !isCa) throw malformed("a path length without being a CA");
  return { isCa, pathLength };
}

function readKeyUsage(
  value: Bytes,
): Pick<CertificateExtensions, "maySignCertificates" | "maySignData"> {
  const reader = createDerReader(value);
  const [unusedBits, first = 0, ...rest] = reader.read(TAG.bitString).content;
  reader.end();
  // Nine bits are named: a second byte has room for the ninth.
  if (unusedBits === undefined || unusedBits > 7 || rest.length > 1) {
    throw malformed("key usage is no bit string of its size");
  }
  const bit = (index: number): boolean => Math.floor(first / 2 ** (7 - index)) % 2 === 1;
  // digitalSignature is bit 0, keyCertSign is bit 5 (RFC 5280 §4.2.1.3).
  return { maySignData: bit(0), maySignCertificates: bit(5) };
}

function readBoolean(reader: DerReader): boolean {
  const { content } = reader.read(TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0xff && content[0] !== 0x00)) {
    throw malformed("a boolean that is neither");
  }
  return content[0] === 0xff;
}

function readSmallInteger(reader: DerReader): number {
  const integer = reader.readInteger();
  const [value] = integer;
  if (integer.length !== 1 || value === undefined || value >= 0x80) {
    throw malformed("a path length out of range");
  }
  return value;
}
