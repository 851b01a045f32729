import { checkIdentifier, checkLocale, checkMessage } from "@holdfast/appstore/retention-messaging";
import { bulletsOf, FIELD_NAMES, uploadBodyOf } from "./message-row.ts";
import type { ImportIssue, MessageRow, RowField } from "./message-row.ts";
import { findPlaceholder } from "./placeholders.ts";

/** Names as flows have them. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
/** As flows count revisions. */
const REVISION = /^[1-9]\d{0,5}$/;

/** What a check finds, before it is known where. */
interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly field: RowField;
}

/** Checks every row as far as that is possible without asking Apple, and all of them together. */
export function checkRows(rows: readonly MessageRow[], file: string): readonly ImportIssue[] {
  const doubles = createDoubleCheck();
  return rows.flatMap((row) =>
    [...checkRow(row), ...doubles(row)].map(({ code, severity, message, field }) => ({
      code,
      severity,
      message: `${FIELD_NAMES[field]}: ${message}`,
      path: [row.name, row.locale, FIELD_NAMES[field]],
      file,
      line: row.line,
    })),
  );
}

/** Returns what finds the errors of a row; none for one that is sound. */
export function createErrorsOf(
  issues: readonly ImportIssue[],
): (row: MessageRow) => readonly ImportIssue[] {
  const byPlace = Map.groupBy(
    issues.filter(({ severity }) => severity === "error"),
    ({ line, path }) => placeOf(line, path),
  );
  return ({ line, name, locale }) => byPlace.get(placeOf(line, [name, locale])) ?? [];
}

function placeOf(line: number, [name, locale]: ImportIssue["path"]): string {
  return JSON.stringify([line, name, locale]);
}

function checkRow(row: MessageRow): readonly Finding[] {
  const { name, locale, messageId, revision } = row;
  const findings: Finding[] = [];
  const tell = (code: string, field: RowField, message: string): void => {
    findings.push({ code, severity: "error", field, message });
  };
  if (!NAME.test(name)) {
    tell(
      "NAME_INVALID",
      "name",
      "expected a letter, then letters, digits, _ or -, at most 64 in all",
    );
  }
  if (revision !== "" && !REVISION.test(revision)) {
    tell("REVISION_INVALID", "revision", "expected a whole number from 1");
  }
  for (const { code, message } of checkLocale(locale)) tell(code, "locale", message);
  const identifiers = messageId === "" ? [] : checkIdentifier(messageId);
  for (const { code, message } of identifiers) tell(code, "messageId", message);
  for (const { code, severity, message, path } of checkMessage(uploadBodyOf(row))) {
    findings.push({ code, severity, message, field: fieldAt(path, row) });
  }
  for (const [field, placeholder] of placeholdersOf(row)) {
    const message = `expected a text as subscribers are to read it, got the placeholder ${placeholder}: Apple fills nothing in`;
    tell("PLACEHOLDER", field, message);
  }
  return findings;
}

/** Placeholders in what subscribers read or hear. */
function placeholdersOf(row: MessageRow): readonly (readonly [RowField, string])[] {
  const bullets = bulletsOf(row).flatMap(
    ({ number }) => [`bullet${number}Text`, `bullet${number}Alt`] as const,
  );
  return (["header", "body", "alt", ...bullets] as const).flatMap((field) => {
    const placeholder = findPlaceholder(row[field]);
    return placeholder === undefined ? [] : [[field, placeholder] as const];
  });
}

/** Where a part of Apple's body stands in a row. */
function fieldAt(path: readonly (string | number)[], row: MessageRow): RowField {
  const [first, index, part] = path;
  if (first === "bulletPoints" && typeof index === "number") {
    const number = bulletsOf(row)[index]?.number ?? 1;
    if (part === "imageIdentifier") return `bullet${number}ImageId`;
    return part === "altText" ? `bullet${number}Alt` : `bullet${number}Text`;
  }
  if (first === "image") return index === "altText" ? "alt" : "imageId";
  if (first === "body" || first === "headerPosition") return first;
  return "header";
}

/** A message has one text in a locale, and an identifier stands for one content for ever. */
function createDoubleCheck(): (row: MessageRow) => readonly Finding[] {
  const places = new Map<string, number>();
  const contents = new Map<string, { readonly content: string; readonly line: number }>();
  return (row) => {
    const findings: Finding[] = [];
    const place = JSON.stringify([row.name, row.locale]);
    const before = places.get(place);
    if (before === undefined) places.set(place, row.line);
    else {
      const message = `line ${before} has a text of ${row.name} for ${row.locale}, too; keep one`;
      findings.push({ code: "DUPLICATE_ROW", severity: "error", field: "locale", message });
    }
    if (row.messageId === "") return findings;
    const content = JSON.stringify(uploadBodyOf(row));
    const other = contents.get(row.messageId);
    if (other === undefined) contents.set(row.messageId, { content, line: row.line });
    else if (other.content !== content) {
      const message = `line ${other.line} has another text under it; content cannot change at Apple, so give this one its own`;
      findings.push({
        code: "DUPLICATE_IDENTIFIER",
        severity: "error",
        field: "messageId",
        message,
      });
    }
    return findings;
  };
}
