import type { Bytes, EcHash } from "../crypto/index.ts";
import { readBitString } from "../signed-data/certificate.ts";
import { readExtensions } from "../signed-data/certificate-extensions.ts";
import { readGeneralizedTime } from "../signed-data/certificate-validity.ts";
import { createDerReader, malformed, TAG } from "../signed-data/der.ts";
import type { DerReader } from "../signed-data/der.ts";
import { readDistinguishedName } from "../signed-data/distinguished-name.ts";
import { readObjectIdentifier } from "../signed-data/object-identifier.ts";
import { BadSignedData } from "../signed-data/signed-data-error.ts";
import { readCertificateId, readNull } from "./certificate-id.ts";
import type { CertificateId } from "./certificate-id.ts";
import { BadOcspResponse, OcspFailure } from "./revocation-error.ts";

/** A basic OCSP response taken apart. Nothing of it is verified: anyone could have written it. */
export interface UnverifiedOcspResponse {
  /** What the responder signed, DER. */
  readonly signedPart: Bytes;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Bytes;
  /** Certificates that came with it, DER. */
  readonly certificates: readonly Bytes[];
  readonly responder: ResponderId;
  readonly statuses: readonly SingleStatus[];
}

/** What a response is signed with. */
interface SignatureAlgorithm {
  readonly kind: "ECDSA" | "RSA";
  readonly hash: EcHash;
}

/** How a responder names itself: by its name, DER, or by the SHA-1 of its key's bits. */
export type ResponderId =
  | { readonly by: "name"; readonly name: Bytes }
  | { readonly by: "key"; readonly keyHash: Bytes };

/** What a responder can say of a certificate. */
export type CertificateStatus = "good" | "revoked" | "unknown";

/** What is said of one certificate. */
export interface SingleStatus {
  /** Undefined where it is by another hash than the one asked with. */
  readonly certificate: CertificateId | undefined;
  readonly status: CertificateStatus;
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  /** Milliseconds since 1970; undefined where newer news may come at any time. */
  readonly nextUpdate: number | undefined;
}

const BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1";
const ENUMERATED = 0x0a;
/** `[1]` and `[2]`, constructed. */
const EXPLICIT_1 = 0xa1;
const EXPLICIT_2 = 0xa2;
/** CertStatus: `[0]` and `[2]` are NULL, `[1]` is RevokedInfo. */
const STATUSES: Readonly<Record<number, CertificateStatus>> = {
  0x80: "good",
  [EXPLICIT_1]: "revoked",
  0x82: "unknown",
};
const SUCCESSFUL = 0;
const TRY_LATER = 3;

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.10045.4.3.2": { kind: "ECDSA", hash: "SHA-256" },
  "1.2.840.10045.4.3.3": { kind: "ECDSA", hash: "SHA-384" },
  "1.2.840.10045.4.3.4": { kind: "ECDSA", hash: "SHA-512" },
  "1.2.840.113549.1.1.11": { kind: "RSA", hash: "SHA-256" },
  "1.2.840.113549.1.1.12": { kind: "RSA", hash: "SHA-384" },
  "1.2.840.113549.1.1.13": { kind: "RSA", hash: "SHA-512" },
};

/**
 * Reads a response strictly (RFC 6960 §4.2.1): a basic response, signed with SHA-2, no unknown critical
 * extension.
 *
 * Not yet checked: who signed it, about which certificate it is, its times.
 *
 * @throws BadOcspResponse `OCSP_RESPONSE_MALFORMED`
 * @throws OcspFailure `OCSP_TRY_LATER`, `OCSP_REFUSED` where it is the responder's error
 */
export function parseOcspResponse(der: Bytes): UnverifiedOcspResponse {
  try {
    const outer = createDerReader(der);
    const response = outer.enter(TAG.sequence);
    outer.end();
    return readBasicResponse(readResponseBytes(response));
  } catch (cause) {
    if (!(cause instanceof BadSignedData)) throw cause;
    const message = `OCSP response: ${cause.message}`;
    throw new BadOcspResponse("OCSP_RESPONSE_MALFORMED", message, { cause });
  }
}

function readResponseBytes(response: DerReader): DerReader {
  const [status, ...more] = response.read(ENUMERATED).content;
  if (status === undefined || more.length > 0) throw malformed("a status out of range");
  if (status !== SUCCESSFUL) {
    const code = status === TRY_LATER ? "OCSP_TRY_LATER" : "OCSP_REFUSED";
    throw new OcspFailure(code, `the responder answered with status ${status}`);
  }
  const wrapper = response.enter(TAG.explicit0);
  response.end();
  const typed = wrapper.enter(TAG.sequence);
  wrapper.end();
  if (readObjectIdentifier(typed) !== BASIC_RESPONSE) throw malformed("expected a basic response");
  const wrapped = typed.enter(TAG.octetString);
  typed.end();
  const basic = wrapped.enter(TAG.sequence);
  wrapped.end();
  return basic;
}

function readBasicResponse(basic: DerReader): UnverifiedOcspResponse {
  const { raw: signedPart, content } = basic.read(TAG.sequence);
  const algorithm = readAlgorithm(basic.enter(TAG.sequence));
  const signature = readBitString(basic);
  const certificates: Bytes[] = [];
  if (!basic.atEnd()) {
    const wrapper = basic.enter(TAG.explicit0);
    const list = wrapper.enter(TAG.sequence);
    wrapper.end();
    while (!list.atEnd()) certificates.push(list.read(TAG.sequence).raw);
  }
  basic.end();
  return {
    signedPart,
    algorithm,
    signature,
    certificates,
    ...readResponseData(createDerReader(content)),
  };
}

function readAlgorithm(reader: DerReader): SignatureAlgorithm {
  const algorithm = ALGORITHMS[readObjectIdentifier(reader)];
  if (algorithm === undefined) throw malformed("expected a signature with SHA-2");
  // RSA's identifiers have a NULL, ECDSA's have nothing (RFC 4055 §5, RFC 5758 §3.2).
  if (algorithm.kind === "RSA") readNull(reader);
  reader.end();
  return algorithm;
}

function readResponseData(data: DerReader): Pick<UnverifiedOcspResponse, "responder" | "statuses"> {
  // Version 1 is the default, which DER leaves out, and there is no other.
  const responder = readResponderId(data);
  // When it was made says nothing that the times of the statuses do not say.
  readGeneralizedTime(data);
  const list = data.enter(TAG.sequence);
  const statuses: SingleStatus[] = [];
  while (!list.atEnd()) statuses.push(readSingleStatus(list.enter(TAG.sequence)));
  readOptionalExtensions(data);
  data.end();
  return { responder, statuses };
}

function readResponderId(data: DerReader): ResponderId {
  if (data.peekTag() === EXPLICIT_1) {
    const wrapper = data.enter(EXPLICIT_1);
    const name = readDistinguishedName(wrapper);
    wrapper.end();
    return { by: "name", name };
  }
  const wrapper = data.enter(EXPLICIT_2);
  const { content: keyHash } = wrapper.read(TAG.octetString);
  wrapper.end();
  return { by: "key", keyHash };
}

function readSingleStatus(single: DerReader): SingleStatus {
  const certificate = readCertificateId(single);
  const { tag, content } = single.read();
  const status = STATUSES[tag];
  if (status === undefined) throw malformed("an unknown status");
  // Why and when it was revoked changes nothing.
  if (status !== "revoked" && content.length > 0) throw malformed("a NULL with content");
  const thisUpdate = readGeneralizedTime(single);
  let nextUpdate: number | undefined;
  if (single.peekTag() === TAG.explicit0) {
    const wrapper = single.enter(TAG.explicit0);
    nextUpdate = readGeneralizedTime(wrapper);
    wrapper.end();
  }
  readOptionalExtensions(single);
  single.end();
  return { certificate, status, thisUpdate, nextUpdate };
}

/** `[1]`, of the response or of a status: nothing in there is needed, nor may it be critical. */
function readOptionalExtensions(reader: DerReader): void {
  if (reader.peekTag() !== EXPLICIT_1) return;
  const wrapper = reader.enter(EXPLICIT_1);
  readExtensions(wrapper.enter(TAG.sequence));
  wrapper.end();
}
