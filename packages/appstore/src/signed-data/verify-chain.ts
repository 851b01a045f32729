import { decodeBase64, decodeEcdsaSignature } from "../crypto/index.ts";
import type { Bytes, EcCurve, EcdsaProvider, EcdsaVerificationKey } from "../crypto/index.ts";
import { parseCertificate } from "./certificate.ts";
import type { Certificate, CertificateWith } from "./certificate.ts";
import { DEVELOPER_RELATIONS_MARKER, RECEIPT_SIGNING_MARKER } from "./certificate-extensions.ts";
import { malformed } from "./der.ts";
import { intersectValidity } from "./certificate-validity.ts";
import type { ValidityWindow } from "./certificate-validity.ts";
import type { ChainText } from "./protected-header.ts";
import { BadSignedData, RefusedSignedData } from "./signed-data-error.ts";

/** How far clocks may be apart when dates of certificates are compared: as Apple's library allows. */
export const SKEW_MS = 60_000;

/** Three certificates that fit together, but for their signatures. */
export interface PlausibleChain {
  readonly leaf: Certificate;
  readonly intermediate: Certificate;
  readonly root: Certificate;
  readonly leafDer: Bytes;
  readonly intermediateDer: Bytes;
  /** When all three are valid. */
  readonly window: ValidityWindow;
}

/**
 * Reads a chain and checks everything about it that costs no cryptography: names, CA flags, path
 * lengths, key usages, markers, the leaf's curve.
 *
 * Not yet checked: the signatures, the dates, whether the root is trusted.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED`, `CHAIN_INVALID`, `CERTIFICATE_MARKER_MISSING`
 */
export function readChain(chain: ChainText): PlausibleChain {
  const leafDer = decodeCertificate(chain.leaf);
  const intermediateDer = decodeCertificate(chain.intermediate);
  const leaf = parseCertificate(leafDer);
  const intermediate = parseCertificate(intermediateDer);
  const root = parseCertificate(decodeCertificate(chain.root));
  checkIssuer(intermediate, root, { name: "root", followers: 1 });
  checkIssuer(leaf, intermediate, { name: "intermediate", followers: 0 });
  checkLeaf(leaf);
  checkMarker(intermediate, DEVELOPER_RELATIONS_MARKER, "intermediate");
  checkMarker(leaf, RECEIPT_SIGNING_MARKER, "leaf");
  const window = intersectValidity([leaf.validity, intermediate.validity, root.validity]);
  return { leaf, intermediate, root, leafDer, intermediateDer, window };
}

function decodeCertificate(text: string): Bytes {
  try {
    return decodeBase64(text);
  } catch {
    throw malformed("not canonical base64");
  }
}

/**
 * Checks the intermediate's signature by the root, and returns the intermediate's key.
 *
 * @throws BadSignedData `CHAIN_INVALID`, `CERTIFICATE_MALFORMED`
 */
export async function verifyIntermediate(
  { intermediate, root }: PlausibleChain,
  ecdsa: EcdsaProvider,
): Promise<EcdsaVerificationKey> {
  await checkIssuedBy(intermediate, await importKey(root, ecdsa), root.curve);
  return importKey(intermediate, ecdsa);
}

/**
 * Checks the leaf's signature by the intermediate.
 *
 * @param issuerKey - what {@link verifyIntermediate} returned for the same intermediate
 * @throws BadSignedData `CHAIN_INVALID`
 */
export async function verifyLeaf(
  { leaf, intermediate }: PlausibleChain,
  issuerKey: EcdsaVerificationKey,
): Promise<void> {
  await checkIssuedBy(leaf, issuerKey, intermediate.curve);
}

/**
 * Imports the key a certificate speaks for.
 *
 * @throws BadSignedData `CERTIFICATE_MALFORMED` when it is no point of its curve
 */
export async function importKey(
  { publicKey, curve }: Certificate,
  ecdsa: EcdsaProvider,
): Promise<EcdsaVerificationKey> {
  try {
    return await ecdsa.importVerificationKey(publicKey, curve);
  } catch {
    throw malformed("its key is no point of its curve");
  }
}

/**
 * Checks that a date is inside the window, 60 s of skew allowed.
 *
 * @throws RefusedSignedData `CERTIFICATE_EXPIRED`, `CERTIFICATE_NOT_YET_VALID`
 */
export function checkWindow({ notBefore, notAfter }: ValidityWindow, date: number): void {
  if (date > notAfter + SKEW_MS) {
    throw new RefusedSignedData("CERTIFICATE_EXPIRED", "a certificate of the chain has expired");
  }
  // Also where the date is no number at all.
  if (!(date >= notBefore - SKEW_MS)) {
    const message = "a certificate of the chain is not valid yet";
    throw new RefusedSignedData("CERTIFICATE_NOT_YET_VALID", message);
  }
}

function checkIssuer(
  certificate: Certificate,
  issuer: Certificate,
  { name, followers }: { readonly name: string; readonly followers: number },
): void {
  const { isCa, maySignCertificates, pathLength = followers } = issuer.extensions;
  if (!areEqual(certificate.issuer, issuer.subject)) {
    throw new BadSignedData("CHAIN_INVALID", `issued by another than the ${name}`);
  }
  if (!isCa || !maySignCertificates) {
    throw new BadSignedData("CHAIN_INVALID", `the ${name} may not issue certificates`);
  }
  if (pathLength < followers) {
    throw new BadSignedData("CHAIN_INVALID", `the ${name} allows no intermediate`);
  }
}

function checkLeaf({ curve, extensions }: Certificate): void {
  if (curve !== "P-256") throw new BadSignedData("CHAIN_INVALID", "the leaf's key is not on P-256");
  if (extensions.isCa || !extensions.maySignData) {
    throw new BadSignedData("CHAIN_INVALID", "the leaf may not sign data");
  }
}

function checkMarker({ extensions }: Certificate, marker: string, name: string): void {
  if (extensions.values.has(marker)) return;
  const message = `the ${name} lacks Apple's marker extension ${marker}`;
  throw new BadSignedData("CERTIFICATE_MARKER_MISSING", message);
}

/**
 * Checks a certificate's signature by its issuer.
 *
 * @throws BadSignedData `CHAIN_INVALID`
 */
export async function checkIssuedBy(
  { signature, signatureHash, signedPart }: CertificateWith<unknown>,
  issuerKey: EcdsaVerificationKey,
  issuerCurve: EcCurve,
): Promise<void> {
  const raw = decodeSignature(signature, issuerCurve);
  if (raw !== undefined && (await issuerKey.verify(signatureHash, raw, signedPart))) return;
  throw new BadSignedData("CHAIN_INVALID", "a certificate is not signed by its issuer");
}

function decodeSignature(der: Bytes, curve: EcCurve): Bytes | undefined {
  try {
    return decodeEcdsaSignature(der, curve);
  } catch {
    return undefined;
  }
}

/** Tells whether two are the same bytes. */
export function areEqual(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
