import type { ShippedBatch } from "../../control-link/ship-batch.ts";

/** How shipping is doing. */
export interface ShippingHealth {
  /** Decisions on disk that control has not confirmed. */
  readonly waiting: number;
  /** When the oldest of them was decided, ms since 1970; nothing while none waits. */
  readonly oldestAt?: number;
  /** Why they are not shipped now: a code; nothing while they are. */
  readonly problem?: string;
  /** Since the start. */
  readonly new: number;
  readonly repeated: number;
  /** Lines that are no decision. */
  readonly unreadable: number;
  /** What control refused, by its code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Decisions that control never saw: they took more room than they may have. */
  readonly lost: number;
}

/** Counts what is shipped. */
export interface ShippingCounts {
  health(): ShippingHealth;
  /** How many were written since the start. */
  written(): number;
  wrote(records: number): void;
  /** So many were found waiting, when `writtenBefore` were written. */
  found(count: number, writtenBefore: number): void;
  /** What is under way was decided at this time or later. */
  oldest(at: number | undefined): void;
  shipped(batch: ShippedBatch, read: { readonly lines: number; readonly unreadable: number }): void;
  /** The end was reached, when `writtenBefore` were written: mends what was counted wrong. */
  nothingWaits(writtenBefore: number): void;
  lost(count: number): void;
  problem(code: string | undefined): void;
}

/** How many codes are told apart; control has fewer. */
const MAX_CODES = 20;

/** Returns counts that begin at zero. */
export function createShippingCounts(): ShippingCounts {
  const totals = { new: 0, repeated: 0, unreadable: 0, lost: 0 };
  const refused = new Map<string, number>();
  let written = 0;
  let waiting = 0;
  let oldestAt: number | undefined;
  let problem: string | undefined;

  function taken(count: number): void {
    // Lines that are no record were never counted as written.
    waiting = Math.max(0, waiting - count);
    if (waiting === 0) oldestAt = undefined;
  }

  return {
    health: () => ({
      waiting,
      ...(oldestAt === undefined ? {} : { oldestAt }),
      ...(problem === undefined ? {} : { problem }),
      ...totals,
      refused: Object.fromEntries(refused),
    }),
    written: () => written,
    wrote(records) {
      written += records;
      waiting += records;
    },
    found(count, writtenBefore) {
      waiting = Math.max(count, written - writtenBefore);
    },
    oldest(at) {
      oldestAt = at;
    },
    shipped(batch, { lines, unreadable }) {
      totals.new += batch.new;
      totals.repeated += batch.repeated;
      totals.unreadable += unreadable;
      for (const { code } of batch.refused) {
        const known = refused.has(code) || refused.size < MAX_CODES ? code : "OTHER";
        refused.set(known, (refused.get(known) ?? 0) + 1);
      }
      taken(lines);
    },
    nothingWaits(writtenBefore) {
      waiting = written - writtenBefore;
      oldestAt = undefined;
    },
    lost(count) {
      totals.lost += count;
      taken(count);
    },
    problem(code) {
      problem = code;
    },
  };
}
