import { createDerReader, TAG } from "../signed-data/der.ts";
import type { CertificateWith } from "../signed-data/certificate.ts";
import { readObjectIdentifier } from "../signed-data/object-identifier.ts";
import { RefusedOcspResponse } from "./revocation-error.ts";

/** Authority information access (RFC 5280 §4.2.2.1). */
const INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
const OCSP = "1.3.6.1.5.5.7.48.1";
/** `uniformResourceIdentifier [6]` of a GeneralName. */
const URI_TAG = 0x86;

/**
 * Returns the address of the responder a certificate names: the first one over http, as OCSP goes (RFC 6960
 * §A.1); what comes back is signed.
 *
 * @throws RefusedOcspResponse `OCSP_URL_MISSING`
 * @throws BadSignedData `CERTIFICATE_MALFORMED`
 */
export function responderUrlOf({ extensions }: CertificateWith<unknown>): string {
  const value = extensions.values.get(INFORMATION_ACCESS);
  const descriptions = createDerReader(value ?? new Uint8Array());
  const reader = value === undefined ? descriptions : descriptions.enter(TAG.sequence);
  while (!reader.atEnd()) {
    const description = reader.enter(TAG.sequence);
    const method = readObjectIdentifier(description);
    const { tag, content } = description.read();
    const url = method === OCSP && tag === URI_TAG ? httpUrlOf(content) : undefined;
    if (url !== undefined) return url;
  }
  throw new RefusedOcspResponse("OCSP_URL_MISSING", "the certificate names no responder over http");
}

function httpUrlOf(content: Uint8Array): string | undefined {
  const url = URL.parse(String.fromCharCode(...content));
  return url?.protocol === "http:" ? url.href : undefined;
}
