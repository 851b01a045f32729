import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { readUtf8 } from "../bulk/read-utf8.ts";
import { csvEntries } from "./attribute-csv.ts";
import type { FileEntry } from "./file-entry.ts";

/**
 * Reads entries from JSON (a list, or an object with `entries`), JSON lines, or CSV with a header line. What the
 * file is shows how it begins.
 *
 * @throws UsageError `FILE_UNREADABLE`, `FILE_NOT_UTF8`, `JSON_MALFORMED`, `ENTRY_INVALID`, `CSV_MALFORMED`,
 *   `COLUMN_UNKNOWN`, `CELL_INVALID`, `IMPORT_EMPTY`. None of them shows what was read.
 */
export async function readAttributeFile(io: Io, file: string): Promise<readonly FileEntry[]> {
  const text = (await readUtf8(io, file)).replace(/^\u{FEFF}/u, "");
  const entries = entriesOf(text, file);
  if (entries.length > 0) return entries;
  throw new UsageError("IMPORT_EMPTY", `${file}: expected entries, and there is none`);
}

function entriesOf(text: string, file: string): readonly FileEntry[] {
  const start = text.trimStart()[0];
  if (start !== "[" && start !== "{") return csvEntries(text, file);
  const whole = parsed(text);
  if (whole === undefined) return start === "{" ? linesOf(text, file) : malformed(file);
  const list = Array.isArray(whole.value) ? whole.value : listIn(whole.value);
  return list.map((entry: unknown, index) => entryOf(entry, { file, line: index + 1 }));
}

/** A document with `entries`, or one entry alone. */
function listIn(value: unknown): readonly unknown[] {
  // What begins with a brace and is JSON is an object.
  const { entries } = value as { readonly entries?: unknown };
  return Array.isArray(entries) ? entries : [value];
}

function linesOf(text: string, file: string): readonly FileEntry[] {
  return text.split("\n").flatMap((content, index) => {
    if (content.trim() === "") return [];
    const line = index + 1;
    const read = parsed(content);
    return read === undefined
      ? malformed(`${file}:${line}`)
      : [entryOf(read.value, { file, line })];
  });
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function malformed(place: string): never {
  throw new UsageError(
    "JSON_MALFORMED",
    `${place}: expected JSON: a list of entries, or an entry on each line`,
  );
}

function entryOf(
  value: unknown,
  { file, line }: { readonly file: string; readonly line: number },
): FileEntry {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    // An object that JSON made has text for keys.
    return { line, entry: value as Readonly<Record<string, unknown>> };
  }
  throw new UsageError(
    "ENTRY_INVALID",
    `${file}:${line}: expected an object like {"originalTransactionId": …, "attributes": {…}}`,
  );
}
