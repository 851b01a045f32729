import { sequenceFloor } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";

/**
 * Returns the sequence that comes after `last`, 0 for none: one more, but after a restore above everything
 * that was issued before it. Runtimes refuse lower ones.
 */
export async function nextSequence(queries: Queries, last: number): Promise<number> {
  return Math.max(last + 1, await sequenceFloor(queries));
}
