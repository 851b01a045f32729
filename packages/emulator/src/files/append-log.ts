import { appendFileSync } from "node:fs";
import { dirname } from "node:path";
import { emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "./read-file-if-present.ts";
import { makePrivateDirectory, writeFileAtomically } from "./write-file-atomically.ts";

/** How many lines may be added before the file is written anew, without those that later ones replace. */
const COMPACT_AFTER = 5000;

/** A file of JSON lines that grows at its end, and shrinks to what still counts now and then. */
export interface AppendLog {
  /** Adds a line; it is in the file when this returns. */
  append(entry: unknown): void;
}

/**
 * Returns the entries of the file at `path`, oldest first; none when there is no such file. A last line
 * that a killed process left unfinished is not one. Throws `STATE_UNREADABLE` for anything else that is
 * no JSON.
 */
export function readAppendLog(path: string): readonly unknown[] {
  const lines = (readFileIfPresent(path) ?? "").split("\n");
  // What follows the last line's end is empty, or not finished.
  return lines.slice(0, -1).map((line, index) => parseLine(line, `${path}, line ${index + 1},`));
}

/**
 * Replaces the file at `path` by what `current` returns, whole or not at all, and returns it to be added
 * to. After `compactAfter` (default 5,000) lines the same is done again, so what is appended must be in
 * `current` before. Only its owner may read the file.
 */
export function beginAppendLog(
  path: string,
  current: () => readonly unknown[],
  compactAfter = COMPACT_AFTER,
): AppendLog {
  let appended = 0;
  const compact = () => {
    writeFileAtomically(path, current().map(toLine).join(""));
    appended = 0;
  };
  makePrivateDirectory(dirname(path));
  compact();
  return {
    append(entry) {
      appended += 1;
      if (appended > compactAfter) compact();
      else appendFileSync(path, toLine(entry));
    },
  };
}

function toLine(entry: unknown): string {
  return `${JSON.stringify(entry)}\n`;
}

function parseLine(line: string, where: string): unknown {
  try {
    const entry: unknown = JSON.parse(line);
    return entry;
  } catch (error) {
    throw emulatorError(
      "STATE_UNREADABLE",
      `${where} is not JSON this emulator kept; remove the file to begin with a new one`,
      { cause: error },
    );
  }
}
