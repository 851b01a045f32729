import { rm } from "node:fs/promises";
import { sizeOf } from "./decision-segments.ts";
import type { DecisionSegment, DecisionSegments } from "./decision-segments.ts";

/** How many bytes decisions may take on disk by default: 4 GiB, some five million of them. */
export const DEFAULT_DECISION_DISK_BYTES = 4 * 1024 ** 3;

/** How large the file that is written grows. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

/** Of so many files at least, the oldest goes when there is no more room. */
const FEWEST_SEGMENTS = 4;

/** Returns how large one file may grow where all of them may take `maxDiskBytes`. */
export function segmentBytesFor(maxDiskBytes: number): number {
  return Math.min(SEGMENT_BYTES, Math.ceil(maxDiskBytes / FEWEST_SEGMENTS));
}

/** Lists the files that must go so that all of them take at most `maxDiskBytes`, the oldest first. */
export async function segmentsOverBound(
  segments: DecisionSegments,
  maxDiskBytes: number,
): Promise<readonly DecisionSegment[]> {
  const older = await segments.older();
  const active = (await sizeOf(segments.activePath)) ?? 0;
  let total = older.reduce((sum, { sizeBytes }) => sum + sizeBytes, active);
  return older.filter(({ sizeBytes }) => {
    const isOver = total > maxDiskBytes;
    total -= sizeBytes;
    return isOver;
  });
}

/** Deletes the oldest files nobody ships. @throws what the system says */
export async function deleteOverBound(
  segments: DecisionSegments,
  maxDiskBytes: number,
): Promise<void> {
  for (const { path } of await segmentsOverBound(segments, maxDiskBytes)) {
    await rm(path, { force: true });
  }
}
