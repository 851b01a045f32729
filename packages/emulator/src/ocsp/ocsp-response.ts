import { KeyObject, sign } from "node:crypto";
import {
  BasicOCSPResponse,
  type CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import type { Issued } from "../ca/index.ts";
import { responderKeyHash } from "./certificate-id.ts";

/** What a certificate's issuer says of it. */
export type CertificateStatus = "good" | "revoked" | "unknown";

/** Apple's answers hold for about half a day; ours for an hour, from five minutes ago. */
const THIS_UPDATE_BEFORE_MS = 5 * 60 * 1000;
const NEXT_UPDATE_AFTER_MS = 60 * 60 * 1000;

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** Who answers, when, and what. */
export interface OcspAnswering {
  readonly responder: Issued;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly statusOf: (id: CertID) => CertificateStatus;
}

/**
 * Returns the signed response to `request`, both DER (RFC 6960): one status for each certificate
 * asked for, the request's nonce, and the responder's certificate. A request that cannot be read
 * gets the unsigned response `malformedRequest`.
 */
export function createOcspResponse(request: Uint8Array, answering: OcspAnswering): Uint8Array {
  const asked = readRequest(request);
  if (asked === undefined || asked.tbsRequest.requestList.length === 0) {
    return serialize(new OCSPResponse({ responseStatus: OCSPResponseStatus.malformedRequest }));
  }
  const { responder, statusOf } = answering;
  // A GeneralizedTime has no fractions of a second (RFC 5280 §4.1.2.5.2).
  const now = Math.floor(answering.now / 1000) * 1000;
  const nonces = (asked.tbsRequest.requestExtensions ?? []).filter(
    ({ extnID }) => extnID === id_pkix_ocsp_nonce,
  );
  const data = new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(responderKeyHash(responder)) }),
    producedAt: new Date(now),
    responses: asked.tbsRequest.requestList.map(({ reqCert }) =>
      createSingleResponse(reqCert, statusOf(reqCert), now),
    ),
    ...(nonces.length === 0 ? {} : { responseExtensions: nonces }),
  });
  return serialize(
    new OCSPResponse({
      responseStatus: OCSPResponseStatus.successful,
      responseBytes: new ResponseBytes({
        responseType: id_pkix_ocsp_basic,
        response: new OctetString(serialize(signResponse(data, responder))),
      }),
    }),
  );
}

function readRequest(request: Uint8Array): OCSPRequest | undefined {
  try {
    return AsnConvert.parse(request, OCSPRequest);
  } catch {
    return undefined;
  }
}

function createSingleResponse(
  certID: CertID,
  status: CertificateStatus,
  now: number,
): SingleResponse {
  return new SingleResponse({
    certID,
    certStatus: createStatus(status, now),
    thisUpdate: new Date(now - THIS_UPDATE_BEFORE_MS),
    nextUpdate: new Date(now + NEXT_UPDATE_AFTER_MS),
  });
}

function createStatus(status: CertificateStatus, now: number): CertStatus {
  if (status === "good") return new CertStatus({ good: null });
  if (status === "unknown") return new CertStatus({ unknown: null });
  const revocationTime = new Date(now - THIS_UPDATE_BEFORE_MS);
  return new CertStatus({ revoked: new RevokedInfo({ revocationTime }) });
}

function signResponse(tbsResponseData: ResponseData, responder: Issued): BasicOCSPResponse {
  const key = KeyObject.from(responder.keys.privateKey);
  const signature = sign("sha256", serialize(tbsResponseData), key);
  return new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    signature: new Uint8Array(signature).buffer,
    certs: [AsnConvert.parse(responder.certificate.rawData, Certificate)],
  });
}

function serialize(value: object): Uint8Array<ArrayBuffer> {
  return new Uint8Array(AsnConvert.serialize(value));
}
