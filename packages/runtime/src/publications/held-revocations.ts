import type {
  ChainHashes,
  RevocationLookup,
  RevocationStatus,
} from "@holdfast/appstore/signed-data";
import type { HmacKey } from "../ports/cryptography.ts";
import { mergeRevocations, readRevocationList } from "../wire/revocation-list.ts";
import type { RevocationEntry } from "../wire/revocation-list.ts";
import { revocationStatusAt } from "../wire/revocation-record.ts";

/** The revocation records a runtime has in memory. */
export interface HeldRevocations {
  /** Says what is known of a chain: `unknown` where there is no record of it. */
  readonly lookup: RevocationLookup;
  /**
   * Takes a list of records. A record that is already known as revoked stays so, whatever comes, and
   * nothing good is replaced by something older: a list that comes late, or was cut, takes nothing back.
   */
  install(text: string): Promise<void>;
  /** What health says of it: a revoked chain, records that cannot be read; undefined where nothing is wrong. */
  warning(): string | undefined;
}

/** What records are held with. */
export interface HeldRevocationsOptions {
  /** `RuntimeKeys.revocationRecords`. */
  readonly key: HmacKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Is told what every verification of a chain found; it must return at once. */
  readonly onStatus?: (status: RevocationStatus, chain: ChainHashes) => void;
}

/** Returns a holder of no records. */
export function createHeldRevocations(options: HeldRevocationsOptions): HeldRevocations {
  const { key, now, onStatus } = options;
  let held: ReadonlyMap<string, RevocationEntry> = new Map();
  let installed = "";
  let unreadable = 0;
  return {
    lookup(chain) {
      const record = held.get(`${chain.leafSha256}.${chain.intermediateSha256}`);
      const status = record === undefined ? "unknown" : revocationStatusAt(record, now());
      onStatus?.(status, chain);
      return status;
    },
    async install(text) {
      if (text === installed) return;
      const list = await readRevocationList(text, key);
      held = mergeRevocations([...held.values(), ...list.records], now());
      installed = text;
      ({ unreadable } = list);
    },
    warning() {
      if ([...held.values()].some(({ status }) => status === "revoked")) {
        return "Apple has revoked a certificate: data under it is refused";
      }
      if (unreadable === 0) return undefined;
      return "revocation records cannot be read: they are under another runtime secret";
    },
  };
}
