import type { ChainRevocation, ChainText } from "@holdfast/appstore/revocation";
import { appleTrustStore } from "@holdfast/appstore/signed-data";
import type { ChainHashes } from "@holdfast/appstore/signed-data";
import type { RevocationRecord } from "@holdfast/runtime/wire";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Database, Queries } from "../storage/index.ts";

/** A chain that is to be asked about. */
export interface DueChain extends ChainHashes {
  readonly chain: ChainText;
  /** Failed attempts in a row. */
  readonly attempts: number;
}

/** What is known of a chain, as it travels. */
export type KnownRevocation = Omit<RevocationRecord, "format">;

/**
 * Chains under other roots than Apple's are kept while there are fewer than these, of whatever root: who
 * administers an app names its roots, can make any number of chains under them, and must neither fill the table
 * nor push Apple's out of the list that runtimes read.
 */
export const MAX_BESIDE_APPLES = 64;

/**
 * Keeps a chain, to be asked about at once, or notes that it was seen again. Only after it was verified. One that
 * does not end in Apple's root is not kept where {@link MAX_BESIDE_APPLES} are there.
 */
export async function keepChain(
  database: Database,
  { leafSha256: leaf, intermediateSha256: intermediate }: ChainHashes,
  { chain, now }: { readonly chain: ChainText; readonly now: number },
): Promise<void> {
  await database.transaction(async ({ queries }) => {
    const { numUpdatedRows } = await queries
      .updateTable("revocation_chains")
      .set({ seen_at: now })
      .where("leaf", "=", leaf)
      .where("intermediate", "=", intermediate)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return;
    if (!appleTrustStore.trusts(chain.root) && (await isFull(queries))) return;
    await queries
      .insertInto("revocation_chains")
      .values({
        leaf,
        intermediate,
        certificates: toJsonText(chain),
        seen_at: now,
        status: null,
        next_update: null,
        said_at: null,
        attempts: 0,
        problem: null,
        next_at: now,
      })
      .onConflict((conflict) =>
        conflict.columns(["leaf", "intermediate"]).doUpdateSet({ seen_at: now }),
      )
      .execute();
  });
}

async function isFull(queries: Queries): Promise<boolean> {
  const last = await queries
    .selectFrom("revocation_chains")
    .select("leaf")
    .orderBy("leaf")
    .offset(MAX_BESIDE_APPLES - 1)
    .limit(1)
    .executeTakeFirst();
  return last !== undefined;
}

/** Returns chains that are to be asked about by `now`, those that wait longest first. */
export async function dueChains(
  queries: Queries,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<readonly DueChain[]> {
  const rows = await queries
    .selectFrom("revocation_chains")
    .select(["leaf", "intermediate", "certificates", "attempts"])
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit)
    .execute();
  return rows.map(({ leaf, intermediate, certificates, attempts }) => ({
    leafSha256: leaf,
    intermediateSha256: intermediate,
    chain: fromJsonText(certificates),
    attempts,
  }));
}

/** When a chain is asked about again. */
interface NextTime {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nextAt: number;
}

/** Writes down what was said. What is revoked stays so. */
export async function noteAnswer(
  database: Database,
  asked: ChainHashes,
  { said, now, nextAt }: NextTime & { readonly said: ChainRevocation },
): Promise<void> {
  await updateChain(database, asked, {
    status: said.status,
    next_update: said.nextUpdate,
    said_at: now,
    attempts: 0,
    problem: null,
    next_at: said.status === "revoked" ? null : nextAt,
  });
}

/** Writes down that an attempt failed; what was said before holds on until its end. */
export async function noteFailure(
  database: Database,
  { attempts, ...asked }: DueChain,
  { problem, nextAt }: Omit<NextTime, "now"> & { readonly problem: string },
): Promise<void> {
  await updateChain(database, asked, { attempts: attempts + 1, problem, next_at: nextAt });
}

async function updateChain(
  database: Database,
  { leafSha256, intermediateSha256 }: ChainHashes,
  change: Partial<ChangeableColumns>,
): Promise<void> {
  await database.transaction(async ({ queries }) => {
    await queries
      .updateTable("revocation_chains")
      .set(change)
      .where("leaf", "=", leafSha256)
      .where("intermediate", "=", intermediateSha256)
      .where((row) => row.or([row("status", "is", null), row("status", "!=", "revoked")]))
      .execute();
  });
}

interface ChangeableColumns {
  readonly status: KnownRevocation["status"];
  readonly next_update: number;
  readonly said_at: number;
  readonly attempts: number;
  readonly problem: string | null;
  readonly next_at: number | null;
}

/** Returns what is known of all chains, by their hashes. */
export async function readKnownRevocations(queries: Queries): Promise<readonly KnownRevocation[]> {
  const rows = await queries
    .selectFrom("revocation_chains")
    .select(["leaf", "intermediate", "status", "next_update"])
    .orderBy("leaf")
    .orderBy("intermediate")
    .execute();
  return rows.flatMap(({ leaf, intermediate, status, next_update }) =>
    status === null || next_update === null
      ? []
      : [{ leaf, intermediate, status, nextUpdate: next_update }],
  );
}

/** Forgets chains that nobody saw since a time, ms since 1970; those that are revoked are kept. */
export async function forgetChains(database: Database, before: number): Promise<void> {
  await database.transaction(async ({ queries }) => {
    await queries
      .deleteFrom("revocation_chains")
      .where("seen_at", "<", before)
      .where((row) => row.or([row("status", "is", null), row("status", "!=", "revoked")]))
      .execute();
  });
}
