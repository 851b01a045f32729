import { X509Certificate } from "node:crypto";

/** P-256 and P-384: the curves chains are verified on. */
const CURVES: ReadonlySet<string | undefined> = new Set(["prime256v1", "secp384r1"]);

/**
 * Says why a text is no root certificate that signed data can come from; undefined where it is one: one
 * certificate in PEM, of an authority, signed by itself with ECDSA on P-256 or P-384, and valid now.
 *
 * @param now - milliseconds since 1970
 */
export function describeRootProblem(pem: string, now: number): string | undefined {
  const certificate = parseCertificate(pem);
  if (certificate === undefined) return "expected a certificate in PEM, got something else";
  if (!certificate.ca) {
    return "expected the certificate of an authority (CA), got one of an end entity";
  }
  const { publicKey } = certificate;
  if (!CURVES.has(publicKey.asymmetricKeyDetails?.namedCurve)) {
    return "expected a certificate with a key on P-256 or P-384";
  }
  if (!certificate.checkIssued(certificate) || !certificate.verify(publicKey)) {
    return "expected a root, which is signed by itself; got an intermediate or a forged one";
  }
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate.getTime()) return "expected a certificate that is valid already";
  return now > validToDate.getTime() ? "expected a certificate that is still valid" : undefined;
}

/** Throws nothing: what OpenSSL says of hostile input helps nobody. */
function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    // Reading the key parses it, and throws where it is of a kind OpenSSL does not know.
    return certificate.publicKey.type === "public" ? certificate : undefined;
  } catch {
    return undefined;
  }
}
