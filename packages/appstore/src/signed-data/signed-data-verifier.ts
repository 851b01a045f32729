import { webCryptoEcdsa } from "../crypto/index.ts";
import type { EcdsaProvider } from "../crypto/index.ts";
import { createChainBudget } from "./chain-budget.ts";
import { createChainCache, identityOf } from "./chain-cache.ts";
import {
  checkData,
  checkRevocation,
  checkRoot,
  checkSignature,
  verifyChain,
} from "./known-chain.ts";
import type { KnownChain } from "./known-chain.ts";
import type { UnverifiedSignedData } from "./parse-signed-data.ts";
import { parseProtectedHeader } from "./protected-header.ts";
import type { ChainText } from "./protected-header.ts";
import type { VerificationPolicy } from "./verification-policy.ts";
import { checkWindow, importKey, readChain } from "./verify-chain.ts";
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

/** How often chains were known, verified, or turned away. */
export interface ChainCacheStats {
  /** Good data under a chain known by the header as it came. */
  readonly known: number;
  /** Good data under a chain known by its certificates, under a header not seen before. */
  readonly knownUnderNewHeader: number;
  /** Chains verified, whatever came of it. */
  readonly verified: number;
  /** Data refused for any reason. */
  readonly refused: number;
  /** Of the refused: unknown chains over the budget. */
  readonly overBudget: number;
}

/** How a verifier is made. */
export interface SignedDataVerifierOptions {
  /** Default: Web Crypto. */
  readonly ecdsa?: EcdsaProvider;
  /** Milliseconds since 1970; default: the host's clock. */
  readonly now?: () => number;
  /** How many chains nobody knows are verified per second, and as many new leaves; default 20. */
  readonly unknownChainsPerSecond?: number;
  /** How many chains are remembered; default 64. */
  readonly cachedChains?: number;
  /** How many headers are remembered as shortcuts to them; default 64. */
  readonly headerShortcuts?: number;
}

const DEFAULT_UNKNOWN_CHAINS_PER_SECOND = 20;
const DEFAULT_REMEMBERED = 64;

/**
 * Makes a verifier with an empty cache.
 *
 * Apple signs everything under very few chains, and verifying one costs twenty times what verifying data
 * under it does, so chains are remembered: by their three certificates, and by the header as it came,
 * which is the shortcut for nearly every request. Both are written only after a payload's signature,
 * which covers the header, was good under that leaf: nobody but the holder of a trusted leaf can add to
 * the cache or push something out of it, and failures leave no trace. Each payload is held against the
 * chain's dates at its own date, against the trust store of its own policy, and against revocations.
 *
 * A chain nobody knows is checked from cheap to dear: shape, root, names and markers, dates, the
 * payload's signature under the leaf, and only then, within a budget, the chain's own signatures. So
 *
 * - another header around a known chain costs reading it and one signature, and no budget;
 * - a genuine chain, which anyone can copy, around a payload of one's own costs no budget either, known
 *   or not: the payload's signature is wrong;
 * - a chain of one's own making costs budget, {@link SignedDataVerifierOptions.unknownChainsPerSecond},
 *   and whatever is over it is turned away;
 * - new leaves of an intermediate that is known have a budget of their own, so that a flood of made-up
 *   chains cannot keep out Apple's next leaf. Someone who forges leaves in that intermediate's name can
 *   use this up too, and right after a start every chain is unknown: then a genuine chain is turned away
 *   until it gets in by chance, once, and is known from then on;
 * - data that arrives while its chain is being verified waits for that one verification.
 */
export function createSignedDataVerifier(
  options: SignedDataVerifierOptions = {},
): SignedDataVerifier {
  const {
    ecdsa = webCryptoEcdsa,
    now = Date.now,
    unknownChainsPerSecond = DEFAULT_UNKNOWN_CHAINS_PER_SECOND,
    cachedChains: chains = DEFAULT_REMEMBERED,
    headerShortcuts: headers = DEFAULT_REMEMBERED,
  } = options;
  const cache = createChainCache({ chains, headers });
  const budget = createChainBudget(unknownChainsPerSecond, now);
  const beingVerified = new Map<string, Promise<KnownChain>>();
  const counts = { known: 0, knownUnderNewHeader: 0, verified: 0, refused: 0, overBudget: 0 };

  async function verifyUnderNewHeader(
    data: UnverifiedSignedData,
    policy: VerificationPolicy,
  ): Promise<void> {
    const chain = parseProtectedHeader(data.header);
    checkRoot(chain.root, policy.trust);
    const known = cache.byCertificates(chain);
    if (known === undefined) {
      cache.rememberHeader(data.header, await verifyUnderNewChain(data, chain, policy));
      return;
    }
    await checkData(data, known, policy);
    counts.knownUnderNewHeader += 1;
    cache.rememberHeader(data.header, known);
  }

  async function verifyUnderNewChain(
    data: UnverifiedSignedData,
    chain: ChainText,
    policy: VerificationPolicy,
  ): Promise<KnownChain> {
    const plausible = readChain(chain);
    checkWindow(plausible.window, policy.validAt);
    await checkSignature(data, await importKey(plausible.leaf, ecdsa));
    // In the meantime others may have come with the same chain.
    const known = cache.byCertificates(chain) ?? (await verifyOnce(plausible, chain));
    checkRevocation(known.hashes, policy);
    return known;
  }

  /** Verifies and remembers a chain whose leaf was seen to sign well. */
  function verifyOnce(plausible: PlausibleChain, chain: ChainText): Promise<KnownChain> {
    const identity = identityOf(chain);
    const underWay = beingVerified.get(identity);
    if (underWay !== undefined) return underWay;
    const intermediateKey = cache.intermediateKey(chain);
    takeFromBudget(intermediateKey === undefined ? "unknown" : "known");
    counts.verified += 1;
    const verification = verifyChain(plausible, chain.root, ecdsa, intermediateKey)
      .then((known) => {
        cache.rememberChain(chain, known);
        return known;
      })
      .finally(() => beingVerified.delete(identity));
    beingVerified.set(identity, verification);
    return verification;
  }

  function takeFromBudget(issuer: "known" | "unknown"): void {
    try {
      budget.take(issuer);
    } catch (error) {
      counts.overBudget += 1;
      throw error;
    }
  }

  return {
    async verify(data, policy) {
      try {
        const known = cache.byHeader(data.header);
        if (known === undefined) {
          await verifyUnderNewHeader(data, policy);
          return;
        }
        const checked = checkData(data, known, policy);
        // Where the host's cryptography is synchronous there is nothing to wait for.
        if (checked instanceof Promise) await checked;
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
