import { rm } from "node:fs/promises";
import { reconnectDelayMs } from "../../control-link/reconnect-delay.ts";
import { SYSTEM_TIMES } from "../control-follower/follower-times.ts";
import type { FollowerTimes } from "../control-follower/follower-times.ts";
import { MAX_BATCH_DECISIONS, RetryLater } from "../../control-link/decision-client.ts";
import type { DecisionClient } from "../../control-link/decision-client.ts";
import { sizeOf } from "./decision-segments.ts";
import type { DecisionSegment, DecisionSegments } from "./decision-segments.ts";
import { segmentsOverBound } from "./disk-bound.ts";
import { createKeptAside } from "./kept-aside.ts";
import { countLines, FILE_START, readLines } from "./read-lines.ts";
import type { LinesRead } from "./read-lines.ts";
import { shipBatch, TAKES_NOTHING } from "../../control-link/ship-batch.ts";
import type { AsideLine, ShippedBatch } from "../../control-link/ship-batch.ts";
import { writeCursor } from "./ship-cursor.ts";
import type { ShipCursor } from "./ship-cursor.ts";
import { sortLines } from "./sort-lines.ts";
import { createShippingCounts } from "./shipping-counts.ts";
import type { ShippingHealth } from "./shipping-counts.ts";

/** What a shipper works with. */
export interface DecisionShipperOptions {
  readonly segments: DecisionSegments;
  /** Where it goes on; nothing was ever shipped by default. */
  readonly cursor?: ShipCursor | undefined;
  readonly client: DecisionClient;
  /** Has the file that is written moved aside. */
  readonly rotate: () => Promise<void>;
  /** How many bytes decisions may take on disk; beyond, the oldest are lost. */
  readonly maxDiskBytes: number;
  readonly onEvent?: (event: ShippingEvent) => void;
  /** How long decisions are collected before they are sent, ms; default half a second. */
  readonly lingerMs?: number;
  /** How long {@link DecisionShipper.close} goes on, ms, though it fails; default three seconds, up to the first failure. */
  readonly flushMs?: number | undefined;
  readonly times?: FollowerTimes;
}

/** How shipping goes. */
export type ShippingEvent =
  /** Told once, and again when the reason changes. */
  | { readonly kind: "stuck"; readonly error: unknown }
  | { readonly kind: "goesOn" }
  /** Counted, and kept aside where there is room. */
  | { readonly kind: "keptAside"; readonly codes: readonly string[]; readonly count: number }
  /** They took more room than they may have. */
  | { readonly kind: "lost"; readonly count: number };

/** Ships decisions to control, beside the answers. */
export interface DecisionShipper {
  /** To be called after so many records were written. */
  written(records: number): void;
  /** Tries again at once, though it was to wait: control is said to be there. */
  retry(): void;
  health(): ShippingHealth;
  /** Ships what is there, for as long as it may; nothing runs any more then. */
  close(): Promise<void>;
}

/** How much is read and sent at once: to take it apart and put it together keeps requests waiting, some ms. */
const MAX_BATCH_BYTES = 512 * 1024;

const LINGER_MS = 500;

/** How often the files are looked at though nobody says that there is anything, ms. */
const POLL_MS = 30_000;

/** How long the last shipping may take, ms. */
const GOODBYE_MS = 3000;

/** How long it waits after a failure of the last shipping, ms. */
const GOODBYE_RETRY_MS = 500;

/** A shipped file is moved aside, and so deleted, when it is as large as this, or as old. */
const SHIPPED_BYTES = 8 * 1024 * 1024;
const SHIPPED_MS = 60 * 60 * 1000;

/** So many times a batch of which control takes nothing is sent, before what spoils it is given up. */
const ATTEMPTS_ON_SPOILED = 5;

interface CurrentFile {
  readonly path: string;
  /** Whether it is not written any more. */
  readonly isOlder: boolean;
}

/** What was done: a batch was shipped, something else that goes on at once, or there was nothing. */
type Step = "shipped" | "again" | "end";

/**
 * Starts shipping: in order, each decision at least once, in batches. What was sent is known by a cursor beside
 * the files, so that a kill at any point repeats at most what was sent last. Files that control has are deleted.
 * While control is away decisions stay where they are; nothing here throws, and nothing waits for it.
 */
export function shipDecisions(options: DecisionShipperOptions): DecisionShipper {
  const { segments, client, rotate, maxDiskBytes } = options;
  const { onEvent = () => undefined, lingerMs = LINGER_MS, times = SYSTEM_TIMES } = options;
  const { flushMs } = options;
  const { directory } = segments;
  const aside = createKeptAside(directory, { now: () => times.now() });
  const counts = createShippingCounts();
  /** Ends waiting. */
  const closing = new AbortController();
  /** Ends everything. */
  const ending = new AbortController();
  let cursor: ShipCursor = options.cursor ?? { segment: 0, ...FILE_START };
  let woken = Promise.withResolvers<void>();
  let retrying = new AbortController();
  let failures = 0;
  /** How often in a row control took nothing of what it was sent. */
  let spoiled = 0;
  let lastProblem: string | undefined;
  let boundCheckedAt = -1;
  let activeSince = times.now();

  /** Returns the file to read; the cursor follows where files are gone. */
  async function currentFile(): Promise<CurrentFile> {
    const older = await segments.older();
    const next = older.find(({ number }) => number >= cursor.segment);
    const number = next?.number ?? segments.activeNumber();
    if (number !== cursor.segment) cursor = { segment: number, ...FILE_START };
    return { path: next?.path ?? segments.activePath, isOlder: next !== undefined };
  }

  async function shipNext(): Promise<Step> {
    const moves = segments.moves();
    const writtenBefore = counts.written();
    const file = await currentFile();
    const read = await readNext(file).catch((error: unknown) => ({ error }));
    // Another file may have been under the name.
    if (segments.moves() !== moves) return "again";
    if (read === undefined) {
      cursor = { segment: cursor.segment, ...FILE_START };
      await countWaiting();
      return "again";
    }
    if ("error" in read) throw read.error;
    if (read.end.offset === cursor.offset) {
      if (file.isOlder) return finish(file.path);
      counts.nothingWaits(writtenBefore);
      return (await rotateShipped()) ? "again" : "end";
    }
    await ship(read.lines);
    cursor = { segment: cursor.segment, ...read.end };
    await keepCursor();
    return "shipped";
  }

  /** Returns nothing where the file is another than the one that was read before. */
  async function readNext({ path, isOlder }: CurrentFile): Promise<LinesRead | undefined> {
    if ((await sizeOf(path)) === undefined) {
      return cursor.offset === 0 ? { lines: [], end: FILE_START } : undefined;
    }
    const bounds = { maxLines: MAX_BATCH_DECISIONS, maxBytes: MAX_BATCH_BYTES };
    return readLines(path, cursor, { ...bounds, isFinished: isOlder });
  }

  async function ship(lines: readonly string[]): Promise<void> {
    const { decisions, unreadable, oldestAt } = await sortLines(lines);
    counts.oldest(oldestAt);
    const mayGiveUp = spoiled >= ATTEMPTS_ON_SPOILED;
    const { signal } = ending;
    const shipped = await shipBatch(decisions, { client, signal, mayGiveUp });
    await putAside(shipped, unreadable);
    counts.shipped(shipped, { lines: lines.length, unreadable: unreadable.length });
  }

  async function putAside(
    { refused }: ShippedBatch,
    unreadable: readonly AsideLine[],
  ): Promise<void> {
    const lines = [...refused, ...unreadable];
    if (lines.length === 0) return;
    await aside.keep(lines);
    const codes = [...new Set(lines.map(({ code }) => code))];
    onEvent({ kind: "keptAside", codes, count: lines.length });
  }

  async function finish(path: string): Promise<Step> {
    cursor = { segment: cursor.segment + 1, ...FILE_START };
    await keepCursor();
    await rm(path, { force: true });
    activeSince = times.now();
    return "again";
  }

  /** Where it cannot be kept, what was sent since is sent again after a kill. */
  async function keepCursor(): Promise<void> {
    try {
      await writeCursor(directory, cursor);
    } catch {
      // A full disk; the next one is tried.
    }
  }

  async function rotateShipped(): Promise<boolean> {
    const isOld = times.now() - activeSince >= SHIPPED_MS;
    const isDue = cursor.offset >= SHIPPED_BYTES || (isOld && cursor.offset > 0);
    if (!isDue || closing.signal.aborted) return false;
    const moves = segments.moves();
    await rotate();
    return segments.moves() !== moves;
  }

  /** Deletes the oldest files while all of them are larger than they may be. */
  async function keepBound(): Promise<void> {
    boundCheckedAt = segments.activeNumber();
    for (const segment of await segmentsOverBound(segments, maxDiskBytes)) await lose(segment);
  }

  async function lose({ number, path }: DecisionSegment): Promise<void> {
    const count = number < cursor.segment ? 0 : await linesAfterCursor(number, path);
    if (number >= cursor.segment) cursor = { segment: number + 1, ...FILE_START };
    await keepCursor();
    await rm(path, { force: true });
    counts.lost(count);
    if (count > 0) onEvent({ kind: "lost", count });
  }

  function linesAfterCursor(number: number, path: string): Promise<number> {
    return countLines(path, number === cursor.segment ? cursor.offset : 0, ending.signal);
  }

  /** Counts what waits from the cursor on. */
  async function countWaiting(): Promise<void> {
    const writtenBefore = counts.written();
    let count = 0;
    for (const { number, path } of await segments.older()) {
      if (number >= cursor.segment) count += await linesAfterCursor(number, path);
    }
    const { activePath } = segments;
    if (((await sizeOf(activePath)) ?? 0) > 0) {
      count += await linesAfterCursor(segments.activeNumber(), activePath);
    }
    counts.found(count, writtenBefore);
  }

  /** A kill may leave a file that was shipped, and somebody may bring an old one back: both are sent again. */
  async function beginAtOldest(): Promise<void> {
    const number = (await segments.older())[0]?.number;
    if (number !== undefined && number < cursor.segment) {
      cursor = { segment: number, ...FILE_START };
    }
    await countWaiting();
  }

  async function step(): Promise<Step> {
    if (boundCheckedAt !== segments.activeNumber()) await keepBound();
    woken = Promise.withResolvers<void>();
    return shipNext();
  }

  function noteSuccess(): void {
    failures = 0;
    spoiled = 0;
    if (lastProblem === undefined) return;
    lastProblem = undefined;
    counts.problem(undefined);
    onEvent({ kind: "goesOn" });
  }

  async function noteFailure(error: unknown): Promise<void> {
    failures += 1;
    if (codeOf(error) === TAKES_NOTHING) spoiled += 1;
    const problem = error instanceof Error ? error.message : "unknown";
    if (problem !== lastProblem) onEvent({ kind: "stuck", error });
    lastProblem = problem;
    counts.problem(codeOf(error));
    const atLeastMs =
      error instanceof Error && error.cause instanceof RetryLater ? error.cause.retryAfterMs : 0;
    const waitMs = Math.max(atLeastMs, reconnectDelayMs(failures, times.random()));
    retrying = new AbortController();
    if (closing.signal.aborted) await times.wait(GOODBYE_RETRY_MS, ending.signal);
    else await times.wait(waitMs, AbortSignal.any([retrying.signal, closing.signal]));
  }

  async function untilWoken(): Promise<void> {
    const waited = new AbortController();
    const signal = AbortSignal.any([waited.signal, closing.signal]);
    await Promise.race([woken.promise, times.wait(POLL_MS, signal)]);
    waited.abort();
    // So that one request is not one call to control.
    await times.wait(lingerMs, closing.signal);
  }

  async function run(): Promise<void> {
    await beginAtOldest().catch(() => undefined);
    while (!ending.signal.aborted) {
      try {
        const done = await step();
        if (done === "again") continue;
        noteSuccess();
        if (done === "shipped") continue;
      } catch (error) {
        if (closing.signal.aborted && flushMs === undefined) return;
        await noteFailure(error);
        continue;
      }
      if (closing.signal.aborted) return;
      await untilWoken();
    }
  }

  const running = run();
  return {
    written(records) {
      counts.wrote(records);
      woken.resolve();
    },
    retry: () => retrying.abort(),
    health: () => counts.health(),
    async close() {
      closing.abort();
      const timer = setTimeout(() => ending.abort(), flushMs ?? GOODBYE_MS);
      await running;
      clearTimeout(timer);
    },
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  return "code" in error ? String(error.code) : error.name;
}
