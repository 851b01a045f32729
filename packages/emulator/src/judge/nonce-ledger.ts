/** How many nonces are remembered; ours, to bound memory. */
const CAPACITY = 100_000;

/** Remembers which nonces were used, the latest ones first to last. */
export interface NonceLedger {
  /** Tells whether `nonce` was used. */
  has(nonce: string): boolean;
  /** Remembers `nonce`, and forgets the oldest when there are too many. */
  add(nonce: string): void;
}

/** Returns an empty ledger of at most `capacity` nonces; default 100,000. */
export function createNonceLedger(capacity = CAPACITY): NonceLedger {
  const nonces = new Set<string>();
  return {
    has: (nonce) => nonces.has(nonce),
    add(nonce) {
      nonces.add(nonce);
      const [oldest] = nonces;
      if (nonces.size > capacity && oldest !== undefined) nonces.delete(oldest);
    },
  };
}
