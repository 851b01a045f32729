import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/** Up to where a file was read. */
export interface ReadPosition {
  /** In bytes; the first that was not read. */
  readonly offset: number;
  /** A hash of the bytes before it: shows whether they are still the same. */
  readonly mark: string;
}

/** The beginning of every file. */
export const FILE_START: ReadPosition = { offset: 0, mark: "" };

/** What came after a position. */
export interface LinesRead {
  readonly lines: readonly string[];
  /** After these lines. */
  readonly end: ReadPosition;
}

/** How much is read at most. */
export interface ReadBounds {
  readonly maxLines: number;
  /** A line that is longer comes in pieces. */
  readonly maxBytes: number;
  /** Whether a line without an end counts as one: nobody will ever end it. */
  readonly isFinished: boolean;
}

/** How many bytes before a position its mark is made of, at most. */
const MARKED_BYTES = 256;

const LINE_END = 0x0a;

/** How much is counted at once: in between, requests are answered. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads whole lines after a position, without their ends and without empty ones.
 *
 * @returns undefined when what was read before is not what stands there now: the file was emptied, cut or
 *   replaced, and is to be read from its start
 * @throws what the system says when the file cannot be read
 */
export async function readLines(
  path: string,
  position: ReadPosition,
  { maxLines, maxBytes, isFinished }: ReadBounds,
): Promise<LinesRead | undefined> {
  const marked = Math.min(position.offset, MARKED_BYTES);
  const bytes = await readAt(path, position.offset - marked, marked + maxBytes);
  const isSame = bytes.length >= marked && markOf(bytes.subarray(0, marked)) === position.mark;
  if (!isSame) return undefined;
  const isFull = bytes.length === marked + maxBytes;
  const end = endOfLines(bytes, marked, { maxLines, takesRest: isFinished || isFull });
  const text = bytes.toString("utf8", marked, end);
  return {
    lines: text.split("\n").filter((line) => line !== ""),
    end: {
      offset: position.offset - marked + end,
      mark: markOf(bytes.subarray(Math.max(0, end - MARKED_BYTES), end)),
    },
  };
}

/** Returns how many line ends there are from an offset on, or until nobody wants to know. */
export async function countLines(
  path: string,
  offset: number,
  signal: AbortSignal,
): Promise<number> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let count = 0;
    for (let at = offset; ;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0 || signal.aborted) return count;
      const chunk = buffer.subarray(0, bytesRead);
      for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, end + 1)) {
        count += 1;
      }
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    // Not more than there is: mostly that is little.
    const { size } = await file.stat();
    return await readFully(file, offset, Math.max(0, Math.min(length, size - offset)));
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function endOfLines(
  bytes: Buffer,
  start: number,
  { maxLines, takesRest }: { readonly maxLines: number; readonly takesRest: boolean },
): number {
  let end = start;
  for (let count = 0; count < maxLines; count += 1) {
    const lineEnd = bytes.indexOf(LINE_END, end);
    if (lineEnd < 0) return takesRest && count === 0 ? bytes.length : end;
    end = lineEnd + 1;
  }
  return end;
}

function markOf(bytes: Buffer): string {
  return bytes.length === 0 ? "" : createHash("sha256").update(bytes).digest("base64url");
}
