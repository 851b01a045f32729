import { createHash } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { readBytes } from "../files.ts";
import { cellsOf, delimiterOf } from "./csv-line.ts";
import { idOfJson } from "./json-line.ts";

/** The transaction ids of a file, in its order. */
export interface IdFile {
  readonly ids: readonly string[];
  /** SHA-256 of the ids, one a line, in hex: the same for the same ids, however they are written. */
  readonly sha256: string;
  /** The lines without one, from 1. */
  readonly invalidLines: readonly number[];
}

const TRANSACTION_ID = /^\d{1,20}$/;

/**
 * Reads transaction ids: one a line, CSV (the first column, or the one named), or JSON lines (a member
 * `originalTransactionId` or `transactionId`, or the one named). Empty lines are passed over.
 *
 * @throws UsageError `FILE_UNREADABLE`, `COLUMN_UNKNOWN`
 */
export async function readIdFile(
  io: Io,
  { file, column }: { readonly file: string; readonly column: string | undefined },
): Promise<IdFile> {
  const bytes =
    file === "-" ? Buffer.from(await io.stdin()) : Buffer.from(await readBytes(io, file));
  const ids: string[] = [];
  const invalidLines: number[] = [];
  let idOf: ((line: string) => string | undefined) | undefined;
  let number = 0;
  for (const line of linesOf(bytes)) {
    number += 1;
    if (line.trim() === "") continue;
    if (idOf === undefined) {
      const format = readerOf(line, { file, column });
      ({ idOf } = format);
      if (format.isHeader) continue;
    }
    const id = idOf(line)?.trim();
    if (id !== undefined && TRANSACTION_ID.test(id)) ids.push(id);
    else invalidLines.push(number);
  }
  const hash = createHash("sha256");
  for (const id of ids) hash.update(`${id}\n`);
  return { ids, sha256: hash.digest("hex"), invalidLines };
}

interface LineReader {
  readonly idOf: (line: string) => string | undefined;
  /** Whether the first line names the columns. */
  readonly isHeader: boolean;
}

/** Says by its first line how a file is read. */
function readerOf(
  first: string,
  { file, column }: { readonly file: string; readonly column: string | undefined },
): LineReader {
  if (first.trimStart().startsWith("{")) {
    return { idOf: (line) => idOfJson(line, column), isHeader: false };
  }
  const delimiter = delimiterOf(first);
  const head = (cellsOf(first, delimiter) ?? []).map((cell) => cell.trim());
  // A first line without any digit in the column is its name.
  const isHeader = column !== undefined || !/\d/.test(head[0] ?? "");
  const index = column === undefined ? 0 : head.indexOf(column);
  if (index < 0) {
    throw new UsageError(
      "COLUMN_UNKNOWN",
      `--column: expected a column that the first line of ${file} names; it names ${head.length} others`,
    );
  }
  return { idOf: (line) => cellsOf(line, delimiter)?.[index], isHeader };
}

/** Decodes a line at a time: the whole of a large file is more than a text can hold. */
function* linesOf(bytes: Buffer): Generator<string, void, undefined> {
  let start = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.toString("utf8", start, end < 0 ? bytes.length : end);
    yield line.endsWith("\r") ? line.slice(0, -1) : line;
    start = end < 0 ? bytes.length : end + 1;
  }
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
