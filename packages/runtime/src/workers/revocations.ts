import { decodeBase64, encodeHex, sha256 } from "@holdfast/appstore/crypto";
import { chainOf } from "@holdfast/appstore/revocation";
import type { RevocationLookup } from "@holdfast/appstore/signed-data";
import type { HmacKey } from "../ports/cryptography.ts";
import { createHeldRevocations } from "../publications/held-revocations.ts";
import { chainKey } from "../wire/kv-layout.ts";
import { parseNotedChain, writeNotedChain } from "./noted-chain.ts";
import type { KvNamespace } from "./platform.ts";
import { renewRecords } from "./revocation-renewal.ts";
import type { RenewalMeans, RevocationRenewal } from "./revocation-renewal.ts";

/** How a Worker's revocations are made; one for an isolate. */
export interface WorkerRevocationsOptions {
  readonly kv: KvNamespace;
  /** `RuntimeKeys.revocationRecords`. */
  readonly key: HmacKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a Worker knows of revocations, and how it hears of them. */
export interface WorkerRevocations {
  /** For `createRuntime({ revocations })`. Reads what is in memory. */
  readonly lookup: RevocationLookup;
  /** Takes the value of `REVOCATIONS_KEY` as it was read beside the live value; null keeps what was known. */
  install(value: string | null): Promise<void>;
  /**
   * Keeps the chain of a request that was verified, where that is not done yet, so that the cron asks about
   * it. Returns undefined where there is nothing to do, nearly always; otherwise hand the promise, which
   * never rejects, to `waitUntil`. Call it after the answer, or from `capture.keep`.
   */
  note(signedPayload: string): Promise<void> | undefined;
  /** What health says of it: a revoked chain, unreadable records; undefined where there is nothing to say. */
  warning(): string | undefined;
  /** For `scheduled`: asks OCSP for what is due and writes the records. Never rejects; log what it returns. */
  renew(means: Pick<RenewalMeans, "fetch" | "trust">): Promise<RevocationRenewal>;
}

/** A chain nobody saw for so long is forgotten, in seconds. */
const NOTED_FOR_SECONDS = 14 * 24 * 60 * 60;

/** A chain is noted anew after this time, in milliseconds, long before it would be forgotten. */
const NOTE_AGAIN_MS = 3 * 24 * 60 * 60 * 1000;

/** An isolate looks this often, in milliseconds, whether a chain is noted. */
const LOOK_AGAIN_MS = 24 * 60 * 60 * 1000;

/** How long a location may say from its cache that a chain is noted, in seconds; no matter if it is wrong. */
const NOTED_CACHE_SECONDS = 60 * 60;

/** Chains an isolate remembers as noted; it starts again when there are more. */
const MAX_REMEMBERED = 64;

/** Makes an isolate's revocations; nothing is known yet. */
export function createWorkerRevocations(options: WorkerRevocationsOptions): WorkerRevocations {
  const { kv, key, now } = options;
  const lookedAt = new Map<string, number>();
  let isWanted = false;
  const held = createHeldRevocations({
    key,
    now,
    onStatus(status, { leafSha256 }) {
      // A known chain is only looked at here; what a request under it holds is taken after its answer.
      if (status !== "revoked" && isToBeLookedAt(leafSha256)) isWanted = true;
    },
  });

  function isToBeLookedAt(leafSha256: string): boolean {
    const at = lookedAt.get(leafSha256);
    return at === undefined || now() - at > LOOK_AGAIN_MS;
  }

  async function noteChain(header: string): Promise<void> {
    try {
      const leaf = encodeHex(await sha256(decodeBase64(chainOf(`${header}.`).leaf)));
      if (!isToBeLookedAt(leaf)) return;
      if (lookedAt.size >= MAX_REMEMBERED) lookedAt.clear();
      lookedAt.set(leaf, now());
      const noted = await kv.get(chainKey(leaf), { cacheTtl: NOTED_CACHE_SECONDS });
      const notedAt = now();
      if (noted !== null && notedAt - parseNotedChain(noted).notedAt < NOTE_AGAIN_MS) return;
      const value = writeNotedChain({ notedAt, header });
      await kv.put(chainKey(leaf), value, { expirationTtl: NOTED_FOR_SECONDS });
    } catch {
      // Another isolate notes it, or this one tomorrow; until then it counts as not revoked, as before.
    }
  }

  return {
    lookup: held.lookup,
    install: async (value) => (value === null ? undefined : held.install(value)),
    note(signedPayload) {
      if (!isWanted) return undefined;
      isWanted = false;
      return noteChain(signedPayload.slice(0, signedPayload.indexOf(".")));
    },
    warning: () => held.warning(),
    renew: (means) => renewRecords({ ...means, kv, key, now }),
  };
}
