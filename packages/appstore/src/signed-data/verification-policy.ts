import type { TrustStore } from "./trust-store.ts";

/** What one verification accepts. */
export interface VerificationPolicy {
  readonly trust: TrustStore;
  /** Milliseconds since 1970: when every certificate of the chain must be valid, give or take 60 s. */
  readonly validAt: number;
  /** What is known of revocations; without it every chain counts as not revoked. */
  readonly revocations?: RevocationLookup;
}

/** What a revocation record says; only `revoked` refuses. */
export type RevocationStatus = "good" | "revoked" | "unknown" | "stale";

/** Which certificates a revocation record is about. */
export interface ChainHashes {
  /** SHA-256 of the leaf's DER, lowercase hex. */
  readonly leafSha256: string;
  /** SHA-256 of the intermediate's DER, lowercase hex. */
  readonly intermediateSha256: string;
}

/**
 * Says what is known of a chain. Asked at every verification, known chains included, so it reads records
 * that are in memory and never fetches.
 */
export type RevocationLookup = (chain: ChainHashes) => RevocationStatus;
