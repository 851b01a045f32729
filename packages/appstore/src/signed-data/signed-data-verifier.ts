import { encodeHex, webCryptoEcdsa } from "../crypto/index.ts";
import type { Bytes, EcdsaProvider, EcdsaVerificationKey } from "../crypto/index.ts";
import type { ValidityWindow } from "./certificate-validity.ts";
import { createLeastRecentlyUsed } from "./least-recently-used.ts";
import type { UnverifiedSignedData } from "./parse-signed-data.ts";
import { parseProtectedHeader } from "./protected-header.ts";
import type { ChainText } from "./protected-header.ts";
import { BadSignedData, RefusedSignedData } from "./signed-data-error.ts";
import { createTokenBucket } from "./token-bucket.ts";
import type { TrustStore } from "./trust-store.ts";
import { checkWindow, readChain, verifyChainSignatures } from "./verify-chain.ts";
import type { PlausibleChain } from "./verify-chain.ts";

/** Verifies what the App Store signs; one for a whole process, for its chains are the same for all apps. */
export interface SignedDataVerifier {
  /**
   * Resolves when the data was signed under a chain that the policy accepts.
   *
   * Not checked here: every field of the payload.
   *
   * @throws BadSignedData, RefusedSignedData
   */
  verify(data: UnverifiedSignedData, policy: VerificationPolicy): Promise<void>;
  /** What the chain cache did since the start. */
  stats(): ChainCacheStats;
  /** The clock real-time requests are verified at, milliseconds since 1970. */
  readonly now: () => number;
}

/** What one verification accepts. */
export interface VerificationPolicy {
  readonly trust: TrustStore;
  /** Milliseconds since 1970: when every certificate of the chain must be valid. */
  readonly validAt: number;
  /** What is known of revocations; nothing is fetched. */
  readonly revocations?: RevocationLookup;
}

/** What a revocation record says; only `revoked` refuses. */
export type RevocationStatus = "good" | "revoked" | "unknown" | "stale";

/** Says what is known of a chain, by the lowercase hex SHA-256 of its two certificates. */
export type RevocationLookup = (chain: {
  readonly leafSha256: string;
  readonly intermediateSha256: string;
}) => RevocationStatus;

/** How often chains were known, verified, or turned away. */
export interface ChainCacheStats {
  /** Good data under a chain known by the header as it came. */
  readonly known: number;
  /** Known by their certificates, under a header not seen before. */
  readonly knownUnderNewHeader: number;
  /** Unknown, and within the budget. */
  readonly verified: number;
  /** Data refused for any reason, bad signatures under known chains included. */
  readonly refused: number;
  /** Unknown, and over the budget. */
  readonly overBudget: number;
}

/** How a verifier is made. */
export interface SignedDataVerifierOptions {
  /** Default: Web Crypto. */
  readonly ecdsa?: EcdsaProvider;
  /** Milliseconds since 1970; default: the host's clock. */
  readonly now?: () => number;
  /** How many chains nobody knows are verified per second; default 20. */
  readonly unknownChainsPerSecond?: number;
  /** How many chains, and how many headers, are remembered; default 64 each. */
  readonly remembered?: number;
}

const DEFAULT_UNKNOWN_CHAINS_PER_SECOND = 20;
const DEFAULT_REMEMBERED = 64;

/** A chain that was verified, and under which a good signature was seen. */
interface KnownChain {
  /** DER in base64. */
  readonly root: string;
  readonly leafKey: EcdsaVerificationKey;
  readonly window: ValidityWindow;
  readonly hashes: ChainHashes;
}

type ChainHashes = Parameters<RevocationLookup>[0];

/**
 * Makes a verifier with an empty cache.
 *
 * Apple signs everything under very few chains, so verifying one (two P-384 signatures, about a
 * millisecond) is remembered. The cache is keyed by the three certificates; their base64 is canonical,
 * so equal text is equal bytes and nothing needs hashing. The header as it came is a shortcut to the
 * same entry. Both are written only after a payload's signature under that leaf was good, which covers
 * the header too: nobody but the holder of a trusted leaf can add to the cache, or push something out
 * of it.
 *
 * An entry holds the time in which the whole chain is valid. Each payload is checked against it at its
 * own date, against the trust store of its own policy, and against the revocation records.
 *
 * A chain nobody knows is checked from cheap to dear: shape, trusted root, names and markers, dates,
 * revocation, and only then, within a budget, the signatures. Whoever floods us with certificates of
 * his own making pays for parsing them and is turned away. A genuine new chain can be turned away with
 * him; it is let through by chance, and from then on it is known. Requests that arrive while their
 * chain is being verified wait for that one verification and cost no budget.
 */
export function createSignedDataVerifier(
  options: SignedDataVerifierOptions = {},
): SignedDataVerifier {
  const {
    ecdsa = webCryptoEcdsa,
    now = Date.now,
    unknownChainsPerSecond = DEFAULT_UNKNOWN_CHAINS_PER_SECOND,
    remembered = DEFAULT_REMEMBERED,
  } = options;
  const byHeader = createLeastRecentlyUsed<string, KnownChain>(remembered);
  const byCertificates = createLeastRecentlyUsed<string, KnownChain>(remembered);
  const beingVerified = new Map<string, Promise<KnownChain>>();
  const budget = createTokenBucket(unknownChainsPerSecond, now);
  const counts = { known: 0, knownUnderNewHeader: 0, verified: 0, refused: 0, overBudget: 0 };

  async function verifyUnderNewHeader(
    data: UnverifiedSignedData,
    policy: VerificationPolicy,
  ): Promise<void> {
    const chain = parseProtectedHeader(data.header);
    checkRoot(chain.root, policy.trust);
    const identity = `${chain.leaf}.${chain.intermediate}.${chain.root}`;
    const known = byCertificates.get(identity);
    if (known !== undefined) counts.knownUnderNewHeader += 1;
    const verified = known ?? (await verifyUnknown(chain, identity, policy));
    await checkData(data, verified, policy);
    byCertificates.set(identity, verified);
    byHeader.set(data.header, verified);
  }

  async function verifyUnknown(
    chain: ChainText,
    identity: string,
    policy: VerificationPolicy,
  ): Promise<KnownChain> {
    const underWay = beingVerified.get(identity);
    if (underWay !== undefined) return underWay;
    const plausible = readChain(chain);
    checkWindow(plausible.window, policy.validAt);
    if (!budget.take()) {
      counts.overBudget += 1;
      const message = "too many unknown certificate chains at once";
      throw new RefusedSignedData("CHAIN_BUDGET_EXCEEDED", message);
    }
    counts.verified += 1;
    const verification = learn(plausible, chain.root, ecdsa).finally(() =>
      beingVerified.delete(identity),
    );
    beingVerified.set(identity, verification);
    return verification;
  }

  return {
    async verify(data, policy) {
      const known = byHeader.get(data.header);
      try {
        if (known === undefined) {
          await verifyUnderNewHeader(data, policy);
          return;
        }
        await checkData(data, known, policy);
        counts.known += 1;
      } catch (error) {
        counts.refused += 1;
        throw error;
      }
    },
    stats: () => ({ ...counts }),
    now,
  };
}

/** Verifies a chain's signatures and keeps what checking payloads under it needs. */
async function learn(
  chain: PlausibleChain,
  root: string,
  ecdsa: EcdsaProvider,
): Promise<KnownChain> {
  await verifyChainSignatures(chain, ecdsa);
  return {
    root,
    leafKey: await importLeafKey(chain, ecdsa),
    window: chain.window,
    hashes: {
      leafSha256: await sha256Hex(chain.leafDer),
      intermediateSha256: await sha256Hex(chain.intermediateDer),
    },
  };
}

const encoder = new TextEncoder();

/** Checks one payload under a chain; what is left of verification once the chain itself is known. */
async function checkData(
  data: UnverifiedSignedData,
  chain: KnownChain,
  { trust, validAt, revocations }: VerificationPolicy,
): Promise<void> {
  checkRoot(chain.root, trust);
  checkWindow(chain.window, validAt);
  if (revocations?.(chain.hashes) === "revoked") {
    throw new RefusedSignedData("CERTIFICATE_REVOKED", "a certificate of the chain is revoked");
  }
  const signed = encoder.encode(data.signingInput);
  if (!(await chain.leafKey.verify("SHA-256", data.signature, signed))) {
    throw new BadSignedData("SIGNATURE_INVALID", "the payload's signature is wrong");
  }
}

function checkRoot(root: string, trust: TrustStore): void {
  if (trust.trusts(root)) return;
  throw new RefusedSignedData(
    "ROOT_UNTRUSTED",
    "the chain ends in a root that is not trusted here",
  );
}

async function importLeafKey(
  { leaf }: PlausibleChain,
  ecdsa: EcdsaProvider,
): Promise<EcdsaVerificationKey> {
  try {
    return await ecdsa.importVerificationKey(leaf.publicKey, leaf.curve);
  } catch (cause) {
    throw new BadSignedData("CERTIFICATE_MALFORMED", "certificate: the leaf's key is no key", {
      cause,
    });
  }
}

async function sha256Hex(bytes: Bytes): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
