import { encodeHex, sha256 } from "../crypto/index.ts";
import type { EcdsaProvider, EcdsaVerificationKey, MaybePromise } from "../crypto/index.ts";
import type { ValidityWindow } from "./certificate-validity.ts";
import type { UnverifiedSignedData } from "./parse-signed-data.ts";
import { BadSignedData, RefusedSignedData } from "./signed-data-error.ts";
import type { TrustStore } from "./trust-store.ts";
import type { ChainHashes, VerificationPolicy } from "./verification-policy.ts";
import { checkWindow, importKey, verifyIntermediate, verifyLeaf } from "./verify-chain.ts";
import type { PlausibleChain } from "./verify-chain.ts";

/** What is left of a chain that was verified: all that checking data under it needs. */
export interface KnownChain {
  /** DER in base64, as in `x5c`. */
  readonly root: string;
  readonly leafKey: EcdsaVerificationKey;
  /** Verifies other leaves under the same intermediate. */
  readonly intermediateKey: EcdsaVerificationKey;
  /** When all three certificates are valid. */
  readonly window: ValidityWindow;
  readonly hashes: ChainHashes;
}

/**
 * Verifies a chain's signatures.
 *
 * @param intermediateKey - the key of the intermediate, where it is known to be genuine
 * @throws BadSignedData `CHAIN_INVALID`, `CERTIFICATE_MALFORMED`
 */
export async function verifyChain(
  chain: PlausibleChain,
  root: string,
  ecdsa: EcdsaProvider,
  intermediateKey?: EcdsaVerificationKey,
): Promise<KnownChain> {
  const issuerKey = intermediateKey ?? (await verifyIntermediate(chain, ecdsa));
  await verifyLeaf(chain, issuerKey);
  return {
    root,
    leafKey: await importKey(chain.leaf, ecdsa),
    intermediateKey: issuerKey,
    window: chain.window,
    hashes: {
      leafSha256: encodeHex(await sha256(chain.leafDer)),
      intermediateSha256: encodeHex(await sha256(chain.intermediateDer)),
    },
  };
}

/**
 * Checks data under a chain that is known: root, dates and revocation by this policy, signature. Answers
 * at once where the key does.
 *
 * @throws BadSignedData `SIGNATURE_INVALID`
 * @throws RefusedSignedData `ROOT_UNTRUSTED`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_NOT_YET_VALID`,
 * `CERTIFICATE_REVOKED`
 */
export function checkData(
  data: UnverifiedSignedData,
  chain: KnownChain,
  policy: VerificationPolicy,
): MaybePromise<void> {
  checkRoot(chain.root, policy.trust);
  checkWindow(chain.window, policy.validAt);
  checkRevocation(chain.hashes, policy);
  return checkSignature(data, chain.leafKey);
}

/** @throws RefusedSignedData `ROOT_UNTRUSTED` */
export function checkRoot(root: string, trust: TrustStore): void {
  if (trust.trusts(root)) return;
  const message = "the chain ends in a root that is not trusted here";
  throw new RefusedSignedData("ROOT_UNTRUSTED", message);
}

/** @throws RefusedSignedData `CERTIFICATE_REVOKED` */
export function checkRevocation(chain: ChainHashes, { revocations }: VerificationPolicy): void {
  if (revocations?.(chain) !== "revoked") return;
  throw new RefusedSignedData("CERTIFICATE_REVOKED", "a certificate of the chain is revoked");
}

/**
 * Checks the signature over the data by a leaf's key.
 *
 * @throws BadSignedData `SIGNATURE_INVALID`
 */
export function checkSignature(
  { signingInput, signature }: UnverifiedSignedData,
  leafKey: EcdsaVerificationKey,
): MaybePromise<void> {
  const isGood = leafKey.verify("SHA-256", signature, signingInput);
  return isGood instanceof Promise ? isGood.then(refuseUnlessGood) : refuseUnlessGood(isGood);
}

function refuseUnlessGood(isGood: boolean): void {
  if (isGood) return;
  throw new BadSignedData("SIGNATURE_INVALID", "the payload's signature is wrong");
}
