import type { HmacKey } from "../ports/cryptography.ts";
import { authenticateRevocationRecord, readRevocationRecord } from "./revocation-record.ts";
import type { RevocationRecord } from "./revocation-record.ts";
import { WireError } from "./wire-error.ts";

/** Apple signs under a handful of chains; many more than that is a mistake. */
export const MAX_REVOCATION_RECORDS = 256;

/** What a record says. */
export type RevocationEntry = Omit<RevocationRecord, "format">;

/** What could be read of a list of records. */
export interface RevocationList {
  readonly records: readonly RevocationEntry[];
  /** Lines that could not be read, or not under this key. */
  readonly unreadable: number;
}

/** Writes records as they travel: one authenticated record a line, revoked ones first, then the newest. */
export async function writeRevocationList(
  records: readonly RevocationEntry[],
  key: HmacKey,
): Promise<string> {
  const kept = records.toSorted(inOrder).slice(0, MAX_REVOCATION_RECORDS);
  const lines = await Promise.all(kept.map((record) => authenticateRevocationRecord(record, key)));
  return lines.join("\n");
}

/**
 * Reads a list, line by line: one that is broken, or written under another runtime secret, is counted and
 * costs no other.
 */
export async function readRevocationList(text: string, key: HmacKey): Promise<RevocationList> {
  const lines = text.split("\n", MAX_REVOCATION_RECORDS).filter((line) => line !== "");
  const read = await Promise.all(lines.map((line) => readLine(line, key)));
  const records = read.flatMap((record) => record ?? []);
  return { records, unreadable: lines.length - records.length };
}

/** How long a record is kept after it became stale, in milliseconds: its chain is not in use any more. */
const FORGET_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Returns one record a chain, by the hashes of leaf and intermediate with a dot between: one that says
 * revoked before any other, then the one that holds longest. Those that were not renewed for a week after
 * they became stale are left out.
 */
export function mergeRevocations(
  records: readonly RevocationEntry[],
  now: number,
): ReadonlyMap<string, RevocationEntry> {
  const merged = new Map<string, RevocationEntry>();
  for (const record of records) {
    const isRevoked = record.status === "revoked";
    if (!isRevoked && now > record.nextUpdate + FORGET_AFTER_MS) continue;
    const chain = `${record.leaf}.${record.intermediate}`;
    const known = merged.get(chain);
    const isNewer = known === undefined || record.nextUpdate >= known.nextUpdate;
    if (isRevoked || (isNewer && known?.status !== "revoked")) merged.set(chain, record);
  }
  return merged;
}

async function readLine(line: string, key: HmacKey): Promise<RevocationRecord | undefined> {
  try {
    return await readRevocationRecord(line, key);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function inOrder(a: RevocationEntry, b: RevocationEntry): number {
  const byStatus = Number(b.status === "revoked") - Number(a.status === "revoked");
  return byStatus || b.nextUpdate - a.nextUpdate || (a.leaf < b.leaf ? -1 : 1);
}
