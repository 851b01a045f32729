import { encodeHex, sha256, webCryptoEcdsa } from "../crypto/index.ts";
import type { Certificate } from "../signed-data/certificate.ts";
import { checkRoot } from "../signed-data/known-chain.ts";
import { parseProtectedHeader } from "../signed-data/protected-header.ts";
import type { ChainText } from "../signed-data/protected-header.ts";
import type { TrustStore } from "../signed-data/trust-store.ts";
import type { ChainHashes } from "../signed-data/verification-policy.ts";
import {
  checkWindow,
  readChain,
  verifyIntermediate,
  verifyLeaf,
} from "../signed-data/verify-chain.ts";
import type { PlausibleChain } from "../signed-data/verify-chain.ts";
import { askResponder } from "./ask-responder.ts";
import { certificateIdOf, writeOcspRequest } from "./certificate-id.ts";
import type { CertificateStatus } from "./parse-ocsp-response.ts";
import { responderUrlOf } from "./responder-url.ts";
import { verifyOcspResponse } from "./verify-ocsp-response.ts";
import type { VerifiedStatus } from "./verify-ocsp-response.ts";

/** What responders say of a chain. */
export interface ChainRevocation {
  /** The worse of leaf and intermediate: revoked, then unknown, then good. */
  readonly status: CertificateStatus;
  /** Until when that holds: the earlier of both; milliseconds since 1970. */
  readonly nextUpdate: number;
}

const WORST_FIRST = ["revoked", "unknown", "good"] as const satisfies CertificateStatus[];

/** What asking takes. */
export interface AskingMeans {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The chain must end in one of its roots, or anybody could send us to an address of theirs. */
  readonly trust: TrustStore;
}

/**
 * Returns the chain in the header of a compact JWS.
 *
 * Not yet checked: everything about it; readers verify it, or were given data that was verified.
 *
 * @throws BadSignedData `JWS_MALFORMED`, `JWS_ALGORITHM_REFUSED`, `JWS_HEADER_INVALID`,
 * `CHAIN_LENGTH_INVALID`
 */
export function chainOf(signedPayload: string): ChainText {
  return parseProtectedHeader(signedPayload.slice(0, signedPayload.indexOf(".")));
}

/**
 * Verifies a chain as the verifier of signed data does, at a moment, and returns what it is known by.
 *
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyChainText(
  chain: ChainText,
  { trust, now }: Pick<AskingMeans, "trust" | "now">,
): Promise<ChainHashes> {
  return hashesOf(await readVerified(chain, { trust, now }));
}

/**
 * Asks the responders that leaf and intermediate name, and verifies what they say. One that says revoked is
 * enough; anything else needs the word of both.
 *
 * @throws BadSignedData, RefusedSignedData where the chain is not one to ask about
 * @throws BadOcspResponse, RefusedOcspResponse, OcspFailure where there is no word to rely on
 */
export async function askChainRevocation(
  chain: ChainText,
  means: AskingMeans,
): Promise<ChainRevocation> {
  const { leaf, intermediate, root } = await readVerified(chain, means);
  const answers = await Promise.allSettled([
    ask(leaf, intermediate, means),
    ask(intermediate, root, means),
  ]);
  const statuses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const worst = WORST_FIRST.find((status) => statuses.some((said) => said.status === status));
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined && worst !== "revoked") throw failed.reason;
  return {
    status: worst ?? "unknown",
    nextUpdate: Math.min(...statuses.map(({ nextUpdate }) => nextUpdate)),
  };
}

async function readVerified(
  chain: ChainText,
  { trust, now }: Pick<AskingMeans, "trust" | "now">,
): Promise<PlausibleChain> {
  checkRoot(chain.root, trust);
  const plausible = readChain(chain);
  checkWindow(plausible.window, now);
  await verifyLeaf(plausible, await verifyIntermediate(plausible, webCryptoEcdsa));
  return plausible;
}

async function hashesOf({ leafDer, intermediateDer }: PlausibleChain): Promise<ChainHashes> {
  return {
    leafSha256: encodeHex(await sha256(leafDer)),
    intermediateSha256: encodeHex(await sha256(intermediateDer)),
  };
}

async function ask(
  certificate: Certificate,
  issuer: Certificate,
  { fetch, now }: AskingMeans,
): Promise<VerifiedStatus> {
  const id = await certificateIdOf(certificate, issuer);
  const url = responderUrlOf(certificate);
  const response = await askResponder(url, writeOcspRequest(id), fetch);
  return verifyOcspResponse(response, { id, issuer, now });
}
