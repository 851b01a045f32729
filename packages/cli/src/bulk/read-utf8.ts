import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { readText } from "../files.ts";

/**
 * Reads a file of texts for people. What is not UTF-8 is refused: read as UTF-8 it would lose
 * characters, and what is uploaded can never be changed.
 *
 * @throws UsageError `FILE_UNREADABLE`, `FILE_NOT_UTF8`
 */
export async function readUtf8(io: Io, file: string): Promise<string> {
  const text = await readText(io, file);
  // What decoding puts in the place of bytes that are no UTF-8, and what UTF-16 is full of.
  if (!text.includes("\u{FFFD}") && !text.includes("\0")) return text;
  const message = `${file}: expected UTF-8; save it so, in a spreadsheet as "CSV UTF-8"`;
  throw new UsageError("FILE_NOT_UTF8", message);
}
