import type { KvNamespaceClient, KvPair } from "@holdfast/runtime/workers-publishing";
import type { JobTimes } from "../../jobs/index.ts";
import type { Database } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import { readMarks } from "./due-marks.ts";
import type { DueMark } from "./due-marks.ts";
import { settleMarks } from "./settle-marks.ts";
import { readStatePairs } from "./state-pairs.ts";
import type { StatePlace } from "./state-places.ts";

/** Marks of one batch: as many pairs as Cloudflare takes in one call. */
const BATCH_MARKS = 10_000;

/** States read at once. */
const READ_STATES = 500;

/** How many characters of values are held before they are sent; some states' more at most. */
const HELD_CHARACTERS = 8 * 1024 * 1024;

/** What states are written with. */
export interface WritingMeans {
  readonly database: Database;
  /** Sees to it that a key is written once a second at most. */
  readonly namespace: KvNamespaceClient;
  readonly times: JobTimes;
  readonly signal: AbortSignal;
}

/**
 * Writes what is marked of a place, the oldest marks first, each state once however often it is marked, as it
 * is now. A mark goes when its state was written; a process that dies before leaves it to be written again.
 * Returns whether anything was marked.
 *
 * @throws what the namespace or the database throws; the marks are all there then
 */
export async function writeMarked(place: StatePlace, means: WritingMeans): Promise<boolean> {
  const { database, times } = means;
  const marks = await readMarks(database.queries, place, BATCH_MARKS);
  if (marks.length === 0) return false;
  const changesAt = await writeStates(place, marks, means);
  await settleMarks(database, place, { marks, changesAt, now: times.now() });
  return true;
}

/** When states change by themselves, by pseudonym; undefined where they do not. */
type ChangesAt = ReadonlyMap<string, number | undefined>;

async function writeStates(
  { app, environment }: SubscriptionPlace,
  marks: readonly DueMark[],
  { database, namespace, times, signal }: WritingMeans,
): Promise<ChangesAt> {
  const pseudonyms = [...new Set(marks.flatMap((mark) => mark.pseudonyms))];
  const changesAt = new Map<string, number | undefined>();
  let pairs: KvPair[] = [];
  let removed: string[] = [];
  let held = 0;

  async function send(): Promise<void> {
    signal.throwIfAborted();
    if (pairs.length > 0) await namespace.put(pairs, signal);
    if (removed.length > 0) await namespace.remove(removed, signal);
    [pairs, removed, held] = [[], [], 0];
  }

  for (let from = 0; from < pseudonyms.length; from += READ_STATES) {
    const batch = pseudonyms.slice(from, from + READ_STATES);
    const place = { app, environment };
    const now = times.now();
    const read = await readStatePairs(database.queries, place, { pseudonyms: batch, now });
    pairs.push(...read.pairs);
    removed.push(...read.removed);
    held += read.pairs.reduce((sum, { value }) => sum + value.length, 0);
    for (const pseudonym of batch) changesAt.set(pseudonym, read.changesAt.get(pseudonym));
    if (held >= HELD_CHARACTERS) await send();
  }
  await send();
  return changesAt;
}
