import { setImmediate as turnEnd } from "node:timers/promises";
import type { AsideLine } from "../../control-link/ship-batch.ts";

/** Lines of a file of decisions: those that can be sent, and what is none. */
export interface SortedLines {
  readonly decisions: readonly string[];
  readonly unreadable: readonly AsideLine[];
  /** When the first of the decisions was decided, ms since 1970. */
  readonly oldestAt: number | undefined;
}

/** How many lines are looked at before requests are answered again. */
const LINES_A_TURN = 32;

/**
 * Returns what can be sent: JSON objects. One line that is none would spoil a whole request, or be taken for
 * something else in it.
 */
export async function sortLines(lines: readonly string[]): Promise<SortedLines> {
  const decisions: string[] = [];
  const unreadable: AsideLine[] = [];
  let oldestAt: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (index % LINES_A_TURN === LINES_A_TURN - 1) await turnEnd();
    const record = parseRecord(line);
    if (record === undefined) {
      unreadable.push({ code: "UNREADABLE", line });
      continue;
    }
    decisions.push(line);
    oldestAt ??= decidedAtOf(record);
  }
  return { decisions, unreadable, oldestAt };
}

function parseRecord(line: string): object | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    // What begins like this and can be parsed is an object.
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

function decidedAtOf(record: object): number | undefined {
  const decidedAt = "decidedAt" in record ? record.decidedAt : undefined;
  return typeof decidedAt === "number" ? decidedAt : undefined;
}
