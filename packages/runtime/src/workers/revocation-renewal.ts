import { CodedError } from "@holdfast/appstore/errors";
import { askChainRevocation, chainOf, verifyChainText } from "@holdfast/appstore/revocation";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { HmacKey } from "../ports/cryptography.ts";
import { CHAIN_KEYS, REVOCATIONS_KEY } from "../wire/kv-layout.ts";
import {
  mergeRevocations,
  readRevocationList,
  writeRevocationList,
} from "../wire/revocation-list.ts";
import type { RevocationEntry } from "../wire/revocation-list.ts";
import { parseNotedChain } from "./noted-chain.ts";
import { KV_CACHE_SECONDS } from "./platform.ts";
import type { KvNamespace } from "./platform.ts";

/** What a renewal came to. */
export interface RevocationRenewal {
  /** Chains that were seen and are kept. */
  readonly chains: number;
  /** Of these: asked about now. */
  readonly asked: number;
  /** Records that say revoked, with those of chains that are not kept any more. */
  readonly revoked: number;
  /** Stable codes of what went wrong, without repeats. */
  readonly problems: readonly string[];
}

/** What a renewal is done with. */
export interface RenewalMeans {
  readonly kv: KvNamespace;
  readonly key: HmacKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly fetch: typeof fetch;
  /** What is trusted for any app that is configured. */
  readonly trust: TrustStore;
}

/** One page of keys: two orders of magnitude more than the chains the App Store signs under. */
const MAX_CHAINS = 1000;

/**
 * Chains asked about in one renewal: two responders and one read each, under the 50 subrequests a Worker
 * has on the free plan (developers.cloudflare.com/workers/platform/limits). The next renewal asks the rest.
 */
const MAX_ASKED = 15;

/**
 * A record is renewed when it holds no longer than this, in milliseconds. A control plane renews its own
 * earlier: while it does, nothing is due here, and of the two only one asks.
 */
const RENEW_BEFORE_MS = 2 * 60 * 60 * 1000;

/**
 * Asks the responders about every chain whose record ends soon, and writes all records as one value. What
 * cannot be asked now keeps its record until that is stale; what is revoked stays so. Never rejects.
 */
export async function renewRecords(means: RenewalMeans): Promise<RevocationRenewal> {
  const problems = new Set<string>();
  const counts = { chains: 0, asked: 0, revoked: 0 };
  try {
    const { kv, key, now } = means;
    const text = (await kv.get(REVOCATIONS_KEY, { cacheTtl: KV_CACHE_SECONDS })) ?? "";
    const { records } = await readRevocationList(text, key);
    const { keys } = await kv.list({ prefix: CHAIN_KEYS, limit: MAX_CHAINS });
    const leaves = keys.map(({ name }) => name.slice(CHAIN_KEYS.length));
    const due = leaves.filter((leaf) => isDue(leaf, records, now())).slice(0, MAX_ASKED);
    const renewed: RevocationEntry[] = [];
    for (const leaf of due) {
      try {
        renewed.push(await renewRecord(leaf, means));
      } catch (error) {
        problems.add(codeOf(error));
      }
    }
    const merged = [...mergeRevocations([...records, ...renewed], now()).values()];
    const written = await writeRevocationList(merged, key);
    if (written !== text) await kv.put(REVOCATIONS_KEY, written);
    counts.chains = leaves.length;
    counts.asked = due.length;
    counts.revoked = merged.filter(({ status }) => status === "revoked").length;
  } catch (error) {
    problems.add(codeOf(error));
  }
  return { ...counts, problems: [...problems] };
}

function isDue(leaf: string, records: readonly RevocationEntry[], now: number): boolean {
  const known = records.find((record) => record.leaf === leaf);
  if (known?.status === "revoked") return false;
  return known === undefined || now > known.nextUpdate - RENEW_BEFORE_MS;
}

async function renewRecord(leaf: string, means: RenewalMeans): Promise<RevocationEntry> {
  const noted = await means.kv.get(`${CHAIN_KEYS}${leaf}`, { cacheTtl: KV_CACHE_SECONDS });
  // What lies in the namespace is nobody's word: the chain is verified again before anyone is asked.
  const chain = chainOf(`${parseNotedChain(noted ?? "").header}.`);
  const asking = { fetch: means.fetch, now: means.now(), trust: means.trust };
  const { leafSha256, intermediateSha256 } = await verifyChainText(chain, asking);
  const { status, nextUpdate } = await askChainRevocation(chain, asking);
  return {
    leaf: leafSha256,
    intermediate: intermediateSha256,
    status,
    nextUpdate,
  };
}

function codeOf(error: unknown): string {
  return error instanceof CodedError ? String(error.code) : "KV_FAILED";
}
