import { describe, expect, test } from "vitest";
import { decideMigrations } from "./compatibility.ts";
import type { AppliedMigration, KnownMigration } from "./compatibility.ts";

function known(version: number, oldestSupportedCode = 1): KnownMigration {
  return {
    version,
    name: `step ${version}`,
    checksum: `checksum ${version}`,
    oldestSupportedCode,
    statements: () => [],
  };
}

/** The same as a database remembers it. */
function applied(version: number, oldestSupportedCode = 1): AppliedMigration {
  return known(version, oldestSupportedCode);
}

function versions(migrations: readonly KnownMigration[]): readonly number[] {
  return migrations.map(({ version }) => version);
}

describe("decideMigrations()", () => {
  test("returns all of them when the database is new", () => {
    expect(versions(decideMigrations([known(1), known(2)], []))).toEqual([1, 2]);
  });

  test("returns those after the newest applied one", () => {
    const all = [known(1), known(2), known(3)];
    expect(versions(decideMigrations(all, [applied(1), applied(2)]))).toEqual([3]);
    expect(decideMigrations(all, [applied(1), applied(2), applied(3)])).toEqual([]);
  });

  test("returns none when a newer release migrated and still supports this one", () => {
    expect(decideMigrations([known(1), known(2)], [applied(1), applied(2), applied(3, 2)])).toEqual(
      [],
    );
  });

  test("throws DATABASE_NEWER naming both when the database asks for a newer release", () => {
    expect(() =>
      decideMigrations([known(1), known(2)], [applied(1), applied(2), applied(4, 3)]),
    ).toThrow(
      expect.objectContaining({
        code: "DATABASE_NEWER",
        message: expect.stringMatching(
          /schema 4 .* schema 3 or newer; .* knows schema 2/,
        ) as string,
      }),
    );
  });

  test("returns one whose number was left free before, too", () => {
    const all = [known(1), known(2), known(3)];
    expect(versions(decideMigrations(all, [applied(1), applied(3)]))).toEqual([2]);
  });

  test("throws DATABASE_OLDER when the database is from before the first known step", () => {
    expect(() => decideMigrations([known(3), known(4)], [applied(1)])).toThrow(
      expect.objectContaining({ code: "DATABASE_OLDER" }),
    );
    expect(() => decideMigrations([known(2)], [])).toThrow(
      expect.objectContaining({ code: "DATABASE_OLDER" }),
    );
    expect(versions(decideMigrations([known(3), known(4)], [applied(2)]))).toEqual([3, 4]);
  });

  test("throws DATABASE_MIGRATION_CHANGED when an applied one is another", () => {
    expect(() => decideMigrations([known(1)], [{ ...applied(1), checksum: "edited" }])).toThrow(
      expect.objectContaining({ code: "DATABASE_MIGRATION_CHANGED" }),
    );
  });
});
