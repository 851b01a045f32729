import { readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file of decisions that is not written any more. */
export interface DecisionSegment {
  /** Rises from one to the next. */
  readonly number: number;
  readonly path: string;
  readonly sizeBytes: number;
}

/** A host's decisions on disk: the file that is written, and the full ones before it. */
export interface DecisionSegments {
  readonly directory: string;
  /** The file that is written. */
  readonly activePath: string;
  /** The number the written file will have once it is moved aside; above all others. */
  activeNumber(): number;
  /** Moves the written file aside under its number. Nobody may be writing to it. */
  moveActive(): Promise<void>;
  /** Counts moves, at their beginning and their end: equal before and after means that none came between. */
  moves(): number;
  /** Lists the files that are not written any more, the oldest first. */
  older(): Promise<readonly DecisionSegment[]>;
}

/** Where a host with this data directory appends decisions. */
export function decisionsPath(dataDirectory: string): string {
  return join(dataDirectory, "decisions.ndjson");
}

const OLDER_NAME = /^decisions\.(?<number>\d{6,15})\.ndjson$/;
const NUMBER_DIGITS = 6;

/**
 * Looks at the decisions in a data directory, which one process at a time may have.
 *
 * @param lowestNumber - a number the written file has at least: what was counted before must not come again
 */
export async function openDecisionSegments(
  directory: string,
  lowestNumber = 1,
): Promise<DecisionSegments> {
  const newest = (await listOlder(directory)).at(-1)?.number ?? 0;
  let active = Math.max(lowestNumber, newest + 1);
  let moves = 0;
  return {
    directory,
    activePath: decisionsPath(directory),
    activeNumber: () => active,
    moves: () => moves,
    older: () => listOlder(directory),
    async moveActive() {
      moves += 1;
      try {
        // A rename would replace what is there.
        while (await exists(olderPath(directory, active))) active += 1;
        await rename(decisionsPath(directory), olderPath(directory, active));
        active += 1;
      } finally {
        moves += 1;
      }
    },
  };
}

function olderPath(directory: string, number: number): string {
  return join(directory, `decisions.${String(number).padStart(NUMBER_DIGITS, "0")}.ndjson`);
}

async function listOlder(directory: string): Promise<readonly DecisionSegment[]> {
  const segments: DecisionSegment[] = [];
  for (const name of await readdir(directory)) {
    const number = OLDER_NAME.exec(name)?.groups?.["number"];
    if (number === undefined) continue;
    const path = join(directory, name);
    const sizeBytes = await sizeOf(path);
    if (sizeBytes !== undefined) segments.push({ number: Number(number), path, sizeBytes });
  }
  return segments.toSorted((a, b) => a.number - b.number);
}

async function exists(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== undefined;
}

/** Returns a file's size; nothing where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
