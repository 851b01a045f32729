import { appendFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { AsideLine } from "../../control-link/ship-batch.ts";
import { sizeOf } from "./decision-segments.ts";

/** Keeps lines that cannot be shipped, for somebody to look at. */
export interface KeptAside {
  /** Keeps lines. Never rejects: what cannot be kept is lost, for it is no reason to stop shipping. */
  keep(lines: readonly AsideLine[]): Promise<void>;
}

/** Where a host with this data directory keeps them. */
export function asidePath(dataDirectory: string): string {
  return join(dataDirectory, "decisions.refused.ndjson");
}

/** How large the file grows before it takes the place of the one before it. */
const MAX_ASIDE_BYTES = 16 * 1024 * 1024;

/** How much of a line is kept; one that cannot be read may be anything. */
const MAX_LINE_LENGTH = 16 * 1024;

/** Returns what keeps lines in a data directory, in two files of at most `maxBytes` or a little more; default 16 MiB. */
export function createKeptAside(
  dataDirectory: string,
  { now, maxBytes = MAX_ASIDE_BYTES }: { readonly now: () => number; readonly maxBytes?: number },
): KeptAside {
  const path = asidePath(dataDirectory);
  const textOf = ({ code, line }: AsideLine): string =>
    `${JSON.stringify({ at: now(), code, line: line.slice(0, MAX_LINE_LENGTH) })}\n`;
  return {
    async keep(lines) {
      if (lines.length === 0) return;
      try {
        if (((await sizeOf(path)) ?? 0) >= maxBytes) {
          await rename(path, join(dataDirectory, "decisions.refused.before.ndjson"));
        }
        await appendFile(path, lines.map(textOf).join(""), { mode: 0o600 });
      } catch {
        // A full disk: they were counted.
      }
    },
  };
}
