import type { Io, Options } from "../command.ts";
import { UsageError } from "@holdfast/appstore/errors";
import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import { FlowRefused } from "../errors.ts";
import { countIssues, renderIssues, sayCounts } from "../issues.ts";
import { createStyle } from "../style.ts";
import { checkRows, createErrorsOf } from "./check-rows.ts";
import type { ImportIssue, MessageRow } from "./message-row.ts";
import { readUtf8 } from "./read-utf8.ts";
import { formatOf, MESSAGE_FORMATS, readMessages } from "./read-messages.ts";

/** A file of messages that was read and checked. */
export interface ImportedFile {
  readonly file: string;
  readonly sound: readonly MessageRow[];
  readonly unsound: readonly UnsoundRow[];
  /** Errors and warnings, in the order of the rows. */
  readonly issues: readonly ImportIssue[];
  readonly sourceLocale: string | undefined;
  readonly textOf: (name: string) => string | undefined;
}

/** A row that cannot be sent. */
interface UnsoundRow {
  readonly row: MessageRow;
  /** What is wrong with it, for its line among the failed. */
  readonly reason: string;
}

/** How a file of translations is read. */
export const TRANSLATION_OPTIONS = [
  {
    flags: "--format <format>",
    description: "what the file is (default: by its name)",
    choices: MESSAGE_FORMATS,
  },
  {
    flags: "--prefix <text>",
    description: "of translations: what the keys of messages begin with, like retention.",
  },
  {
    flags: "--map-locale <language=locale>",
    description:
      "of translations: the App Store's locale of a language, like en-NZ=en-AU; may come more than once",
    repeatable: true,
  },
  {
    flags: "--include-source",
    description: "of XLIFF: also take the texts that were translated from",
  },
] as const;

/**
 * Reads a file of messages by {@link TRANSLATION_OPTIONS} and checks every row of it.
 *
 * @throws UsageError `OPTION_INVALID`, `FILE_UNREADABLE`, `FILE_NOT_UTF8` and those of `readMessages`
 */
export async function readImportFile(
  io: Io,
  file: string,
  options: Options,
): Promise<ImportedFile> {
  const format = options.choice("format", MESSAGE_FORMATS) ?? formatOf(file);
  const text = await readUtf8(io, file);
  const { rows, issues, sourceLocale, otherPrefix } = readMessages(text, format, {
    file,
    prefix: options.text("prefix") ?? "",
    locales: readLocaleMap(options.list("map-locale")),
    includeSource: options.flag("include-source"),
  });
  if (rows.length === 0 && issues.length === 0) {
    const hint = otherPrefix === undefined ? "" : `; did you mean --prefix ${otherPrefix}?`;
    throw new UsageError("IMPORT_EMPTY", `${file}: ${EXPECTED[format]}, and there is none${hint}`);
  }
  const found = checkRows(rows, file);
  const all = [...issues, ...(format === "csv" ? found : found.map(withLocaleOption))].toSorted(
    (a, b) => a.line - b.line,
  );
  const errorsOf = createErrorsOf(all);
  const checked = rows.map((row) => ({ row, errors: errorsOf(row) }));
  return {
    file,
    sound: checked.flatMap(({ row, errors }) => (errors.length === 0 ? [row] : [])),
    unsound: checked.flatMap(({ row, errors }) =>
      errors.length === 0 ? [] : [{ row, reason: sayErrors(errors) }],
    ),
    issues: all,
    sourceLocale,
    textOf: (name) => (name === file ? text : undefined),
  };
}

/** A translation's locale is not for the file to mend: the option says what it is. */
function withLocaleOption(issue: ImportIssue): ImportIssue {
  const [, language] = issue.path;
  if (issue.code !== "UNKNOWN_LOCALE" || typeof language !== "string") return issue;
  const ofLanguage = APP_STORE_LOCALES.filter(
    (locale) => locale.split("-")[0] === language.split("-")[0],
  );
  const [near = "en-US"] = ofLanguage;
  const choice = ofLanguage.length > 1 ? `, or another of ${ofLanguage.join(", ")}` : "";
  const message = `locale: expected one of the App Store's, got ${language}; say which it is, like --map-locale ${language}=${near}${choice}`;
  return { ...issue, message };
}

const EXPECTED = {
  csv: "expected a line for each text",
  xliff: "expected units with ids like <message>.header and <message>.body",
  xcstrings: "expected keys like <message>.header and <message>.body",
} as const;

/**
 * Refuses a file with errors; under `--valid-only` its sound rows are taken, and what is wrong with
 * the others goes to standard error.
 *
 * @throws FlowRefused `IMPORT_INVALID` with all issues
 */
export function requireSoundRows(io: Io, imported: ImportedFile, options: Options): void {
  const { file, issues, textOf } = imported;
  const hasErrors = issues.some(({ severity }) => severity === "error");
  if (hasErrors && !options.flag("valid-only")) {
    const counts = sayCounts(countIssues(issues));
    throw new FlowRefused("IMPORT_INVALID", `${file}: ${counts}; nothing was done`, {
      issues,
      textOf,
    });
  }
  if (issues.length === 0 || options.json) return;
  io.stderr(`${renderIssues(issues, { style: createStyle(io), textOf }).join("\n")}\n`);
}

function sayErrors(errors: readonly ImportIssue[]): string {
  return errors.map(({ code, message }) => `${code}: ${message}`).join("; ");
}

function readLocaleMap(written: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    written.map((pair) => {
      const [language = "", locale = "", ...rest] = pair.split("=").map((part) => part.trim());
      if (language !== "" && locale !== "" && rest.length === 0) return [language, locale];
      throw new UsageError(
        "OPTION_INVALID",
        `--map-locale: expected language=locale like de=de-DE, got ${pair}`,
      );
    }),
  );
}
