import { chainOf } from "@holdfast/appstore/revocation";
import type {
  ChainHashes,
  RevocationLookup,
  SignedDataVerifier,
  VerificationPolicy,
} from "@holdfast/appstore/signed-data";
import type { Database } from "../storage/index.ts";
import { keepChain, readKnownRevocations } from "./revocation-chains.ts";

/** Lets verification know of revoked certificates, and revocation of certificates that are in use. */
export interface RevocationGuard {
  /** Returns a verifier that refuses revoked chains and has those it accepts kept, to be asked about. */
  guard(verifier: SignedDataVerifier): SignedDataVerifier;
  /** Reads what is known; rejects with what the database throws. */
  refresh(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** What a guard is made with. */
export interface RevocationGuardOptions {
  readonly database: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called with what the database throws; it is tried again. Must not throw. */
  readonly onProblem: (error: unknown) => void;
}

/** How old what is known may be, ms, before it is read again. */
const FRESH_MS = 60_000;

/** How often it is written down that a chain is in use, ms. */
const SEEN_AGAIN_MS = 24 * 60 * 60 * 1000;

/** Chains that are remembered as written down; it starts again when there are more. */
const MAX_REMEMBERED = 1000;

/** Returns a guard that knows of nothing yet. */
export function createRevocationGuard(options: RevocationGuardOptions): RevocationGuard {
  const { database, now, onProblem } = options;
  const underWay = new Set<Promise<void>>();
  const seenAt = new Map<string, number>();
  let revoked: ReadonlySet<string> = new Set();
  let readAt = -Infinity;

  function begin(work: () => Promise<void>): void {
    const begun = work()
      .catch(onProblem)
      .finally(() => underWay.delete(begun));
    underWay.add(begun);
  }

  async function refresh(): Promise<void> {
    readAt = now();
    const records = await readKnownRevocations(database.queries);
    revoked = new Set(
      records
        .filter(({ status }) => status === "revoked")
        .map(({ leaf, intermediate }) => `${leaf}.${intermediate}`),
    );
  }

  const lookup: RevocationLookup = (hashes) => {
    if (now() - readAt > FRESH_MS) begin(refresh);
    // What else a record may say accepts.
    return revoked.has(nameOf(hashes)) ? "revoked" : "unknown";
  };

  function note(hashes: ChainHashes, header: string): void {
    const name = nameOf(hashes);
    const at = now();
    if (at - (seenAt.get(name) ?? -Infinity) < SEEN_AGAIN_MS) return;
    if (seenAt.size >= MAX_REMEMBERED) seenAt.clear();
    seenAt.set(name, at);
    begin(async () => {
      try {
        await keepChain(database, hashes, { chain: chainOf(`${header}.`), now: at });
      } catch (error) {
        seenAt.delete(name);
        throw error;
      }
    });
  }

  return {
    refresh,
    guard: (verifier) => ({
      now: verifier.now,
      stats: () => verifier.stats(),
      async verify(data, policy) {
        let hashes: ChainHashes | undefined;
        const guarded: VerificationPolicy = {
          ...policy,
          revocations(found) {
            hashes = found;
            return lookup(found);
          },
        };
        await verifier.verify(data, guarded);
        if (hashes !== undefined) note(hashes, data.header);
      },
    }),
    async idle() {
      await Promise.all(underWay);
    },
  };
}

function nameOf({ leafSha256, intermediateSha256 }: ChainHashes): string {
  return `${leafSha256}.${intermediateSha256}`;
}
