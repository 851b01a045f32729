import { parseJsonPart } from "./parse-signed-data.ts";
import { BadSignedData } from "./signed-data-error.ts";

/** A chain as it comes in a header: leaf, intermediate, root, each DER in base64. */
export interface ChainText {
  readonly leaf: string;
  readonly intermediate: string;
  readonly root: string;
}

const CHAIN_LENGTH = 3;

/**
 * Reads the header of a JWS as the App Store signs it: ES256, no critical parameters, `x5c` of exactly
 * three strings (RFC 7515 §4.1.6).
 *
 * Not yet checked: what the strings hold.
 *
 * @throws BadSignedData `JWS_MALFORMED`, `JWS_ALGORITHM_REFUSED`, `JWS_HEADER_INVALID`,
 * `CHAIN_LENGTH_INVALID`
 */
export function parseProtectedHeader(header: string): ChainText {
  const { alg, crit, x5c } = parseJsonPart(header, "header");
  if (alg !== "ES256") throw new BadSignedData("JWS_ALGORITHM_REFUSED", "expected alg ES256");
  if (crit !== undefined) {
    throw new BadSignedData("JWS_HEADER_INVALID", "critical header parameters are not understood");
  }
  if (!Array.isArray(x5c)) {
    throw new BadSignedData("CHAIN_LENGTH_INVALID", "expected x5c, an array of certificates");
  }
  if (x5c.length !== CHAIN_LENGTH) {
    throw new BadSignedData(
      "CHAIN_LENGTH_INVALID",
      `expected ${CHAIN_LENGTH} certificates in x5c, got ${x5c.length}`,
    );
  }
  // Array.isArray says any[]; what is inside is not known yet.
  const [leaf, intermediate, root] = x5c as readonly unknown[];
  if (typeof leaf !== "string" || typeof intermediate !== "string" || typeof root !== "string") {
    throw new BadSignedData("JWS_HEADER_INVALID", "expected x5c to hold strings");
  }
  return { leaf, intermediate, root };
}
