import type { EcdsaVerificationKey } from "../crypto/index.ts";
import type { KnownChain } from "./known-chain.ts";
import { createLeastRecentlyUsed } from "./least-recently-used.ts";
import type { ChainText } from "./protected-header.ts";

/** Remembers chains under which good data was seen. */
export interface ChainCache {
  /** Finds a chain by the header as it came. */
  byHeader(header: string): KnownChain | undefined;
  /** Finds a chain by its three certificates. */
  byCertificates(chain: ChainText): KnownChain | undefined;
  /** Finds the key of an intermediate that some remembered chain went through. */
  intermediateKey(chain: ChainText): EcdsaVerificationKey | undefined;
  /** Remembers a chain. Only after a good signature by its leaf. */
  rememberChain(chain: ChainText, known: KnownChain): void;
  /** Remembers the header a chain came under. Only after a good signature over that header. */
  rememberHeader(header: string, known: KnownChain): void;
}

/** Makes an empty cache; each bound is on the entries least recently used. */
export function createChainCache(bounds: {
  readonly chains: number;
  readonly headers: number;
}): ChainCache {
  const headers = createLeastRecentlyUsed<string, KnownChain>(bounds.headers);
  const chains = createLeastRecentlyUsed<string, KnownChain>(bounds.chains);
  const intermediates = createLeastRecentlyUsed<string, EcdsaVerificationKey>(bounds.chains);
  return {
    byHeader: (header) => headers.get(header),
    byCertificates: (chain) => chains.get(identityOf(chain)),
    intermediateKey: (chain) => intermediates.get(issuerIdentityOf(chain)),
    rememberChain(chain, known) {
      chains.set(identityOf(chain), known);
      intermediates.set(issuerIdentityOf(chain), known.intermediateKey);
    },
    rememberHeader(header, known) {
      headers.set(header, known);
    },
  };
}

/**
 * What a chain is known by: its certificates' text. Chains are only remembered when that text is
 * canonical base64, so equal text is equal bytes, and nothing needs hashing.
 */
export function identityOf({ leaf, intermediate, root }: ChainText): string {
  return `${leaf}.${intermediate}.${root}`;
}

function issuerIdentityOf({ intermediate, root }: ChainText): string {
  return `${intermediate}.${root}`;
}
