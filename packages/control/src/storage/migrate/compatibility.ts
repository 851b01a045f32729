import { storageError } from "../storage-error.ts";
import type { Migration } from "./migration.ts";

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly oldestSupportedCode: number;
}

/** A migration with the checksum of its statements on this engine. */
export interface KnownMigration extends Migration {
  readonly checksum: string;
}

/**
 * Returns the migrations a database still needs, in order; none when a newer release has taken it
 * further and this release still works on it.
 *
 * Throws DATABASE_NEWER when the database asks for a newer release, DATABASE_OLDER when it is from
 * before the first step this release knows, DATABASE_MIGRATION_CHANGED when a step is not the one
 * applied.
 */
export function decideMigrations(
  known: readonly KnownMigration[],
  applied: readonly AppliedMigration[],
): readonly KnownMigration[] {
  const newestKnown = known.at(-1)?.version ?? 0;
  const newestApplied = applied.at(-1);
  if (newestApplied !== undefined && newestApplied.oldestSupportedCode > newestKnown) {
    throw newer(newestApplied, newestKnown);
  }
  checkReachable(known, newestApplied?.version ?? 0);
  checkApplied(known, applied);
  const done = new Set(applied.map(({ version }) => version));
  return known.filter(({ version }) => !done.has(version));
}

function checkReachable(known: readonly KnownMigration[], at: number): void {
  const first = known[0]?.version ?? 1;
  if (first <= at + 1) return;
  throw storageError(
    "DATABASE_OLDER",
    `the database is at schema ${at} and this release can only take one at schema ${first - 1} ` +
      "or newer forward; run a release in between first",
  );
}

function newer({ version, oldestSupportedCode }: AppliedMigration, newestKnown: number): Error {
  return storageError(
    "DATABASE_NEWER",
    `the database is at schema ${version} and works with releases that know schema ${oldestSupportedCode} ` +
      `or newer; this release knows schema ${newestKnown}. Start a newer release, or restore a backup ` +
      "from before the upgrade",
  );
}

function checkApplied(
  known: readonly KnownMigration[],
  applied: readonly AppliedMigration[],
): void {
  const checksums = new Map(applied.map(({ version, checksum }) => [version, checksum]));
  for (const { version, name, checksum } of known) {
    const before = checksums.get(version);
    if (before === undefined || before === checksum) continue;
    throw storageError(
      "DATABASE_MIGRATION_CHANGED",
      `migration ${version} (${name}) is not the one that was applied to this database; ` +
        "an applied migration never changes, use an unmodified release",
    );
  }
}
