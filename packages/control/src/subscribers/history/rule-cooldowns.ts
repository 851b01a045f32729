import { ApiRefusal } from "@holdfast/api/server";
import { readSnapshotText } from "../../publishing/index.ts";
import type { Queries } from "../../storage/index.ts";

/** The cooldowns of a snapshot's rules by name, in milliseconds; null where a rule has none. */
export type RuleCooldowns = ReadonlyMap<string, number | null>;

const DAY_MS = 86_400_000;

/** How many snapshots' cooldowns are remembered: those that were live last. */
const MAX_REMEMBERED = 32;

/** A snapshot never changes, so what it says of its rules holds in every database. */
const remembered = new Map<string, RuleCooldowns>();

/**
 * Returns the cooldowns of the rules of snapshots, by the snapshots' hashes. One that is not in the database,
 * because somebody else published it, is not among them.
 */
export async function readRuleCooldowns(
  queries: Queries,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, RuleCooldowns>> {
  const found = new Map<string, RuleCooldowns>();
  for (const hash of new Set(hashes)) {
    const cooldowns = remembered.get(hash) ?? (await readCooldowns(queries, hash));
    if (cooldowns === undefined) continue;
    found.set(hash, cooldowns);
    remember(hash, cooldowns);
  }
  return found;
}

function remember(hash: string, cooldowns: RuleCooldowns): void {
  remembered.delete(hash);
  remembered.set(hash, cooldowns);
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

async function readCooldowns(queries: Queries, hash: string): Promise<RuleCooldowns | undefined> {
  const content = await readSnapshotText(queries, hash).catch((error: unknown) => {
    if (error instanceof ApiRefusal) return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  const { rules } = JSON.parse(content) as StoredRules;
  return new Map(
    rules.map(({ name, cooldownDays }) => [
      name,
      cooldownDays === undefined ? null : cooldownDays * DAY_MS,
    ]),
  );
}

/** The part of a snapshot that is read here; it was compiled and checked before it was stored. */
interface StoredRules {
  readonly rules: readonly { readonly name: string; readonly cooldownDays?: number }[];
}
