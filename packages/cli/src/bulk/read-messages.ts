import { extname } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { readCsvMessages } from "./csv-messages.ts";
import type { ReadMessages } from "./message-row.ts";
import { readXcstringsMessages } from "./xcstrings-messages.ts";
import { readXliffMessages } from "./xliff-messages.ts";
import type { XliffOptions } from "./xliff-messages.ts";

/** What files of messages can be read. */
export const MESSAGE_FORMATS = ["csv", "xliff", "xcstrings"] as const;

/** One of {@link MESSAGE_FORMATS}. */
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** The longest file that is read, in characters: 2,000 messages of the longest texts are far less. */
const MAX_FILE_LENGTH = 20_000_000;

const FORMAT_OF: ReadonlyMap<string, MessageFormat> = new Map([
  [".csv", "csv"],
  [".tsv", "csv"],
  [".xlf", "xliff"],
  [".xliff", "xliff"],
  [".xcstrings", "xcstrings"],
]);

/**
 * Returns the format a file's name tells.
 *
 * @throws UsageError `FORMAT_UNKNOWN`
 */
export function formatOf(file: string): MessageFormat {
  const format = FORMAT_OF.get(extname(file).toLowerCase());
  if (format !== undefined) return format;
  const known = [...FORMAT_OF.keys()].join(", ");
  throw new UsageError("FORMAT_UNKNOWN", `${file}: expected a name with ${known}, or --format`);
}

/**
 * Reads a file of messages. Texts and locales are not checked yet.
 *
 * @throws UsageError `FILE_TOO_LARGE`, `CSV_MALFORMED`, `COLUMNS_INVALID`, `XML_MALFORMED`,
 *   `XLIFF_MALFORMED`, `JSON_MALFORMED`, `XCSTRINGS_MALFORMED`
 */
export function readMessages(
  text: string,
  format: MessageFormat,
  options: XliffOptions,
): ReadMessages {
  const { file } = options;
  if (text.length > MAX_FILE_LENGTH) {
    const message = `${file}: expected at most ${MAX_FILE_LENGTH} characters, got ${text.length}`;
    throw new UsageError("FILE_TOO_LARGE", message);
  }
  if (format === "csv") return readCsvMessages(text, file);
  return format === "xliff"
    ? readXliffMessages(text, options)
    : readXcstringsMessages(text, options);
}
