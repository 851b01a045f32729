import {
  APP_STORE_LOCALES,
  checkIdentifier,
  checkLocale,
  checkProductId,
} from "@holdfast/appstore/retention-messaging";
import { UsageError } from "@holdfast/appstore/errors";
import { findColumns } from "./csv-columns.ts";
import type { ColumnNames } from "./csv-columns.ts";
import type { ImportIssue } from "./message-row.ts";
import { readCsv } from "./read-csv.ts";

/** One default message to set. */
export interface DefaultRow {
  readonly productId: string;
  readonly locale: string;
  readonly messageId: string;
}

/** A {@link DefaultRow} in a file. */
export interface PlacedDefaultRow extends DefaultRow {
  /** From 1. */
  readonly line: number;
}

/** What the columns of a file of default messages are called. */
export const DEFAULT_COLUMNS: ColumnNames<keyof DefaultRow> = {
  names: { productId: "product_id", locale: "locale", messageId: "message_id" },
  required: ["productId", "locale", "messageId"],
};

/**
 * Reads default messages from CSV.
 *
 * @throws UsageError `CSV_MALFORMED`, `COLUMNS_INVALID`, `IMPORT_EMPTY`
 */
export function readDefaultRows(text: string, file: string): readonly PlacedDefaultRow[] {
  const csv = readCsv(text, file);
  const read = findColumns(csv, file, DEFAULT_COLUMNS);
  if (csv.records.length === 0) {
    throw new UsageError("IMPORT_EMPTY", `${file}: expected a line for each product and locale`);
  }
  return csv.records.map((record) => Object.assign({ line: record.line }, read(record)));
}

/** Checks every row, and that no product has two messages in one locale. */
export function checkDefaultRows(
  rows: readonly PlacedDefaultRow[],
  file: string,
): readonly ImportIssue[] {
  const places = new Map<string, number>();
  return rows.flatMap(({ productId, locale, messageId, line }) => {
    const place = JSON.stringify([productId, locale]);
    const before = places.get(place);
    places.set(place, before ?? line);
    const findings = [
      ...checkProductId(productId),
      ...checkLocale(locale),
      ...checkIdentifier(messageId),
      ...(before === undefined ? [] : [duplicateOf(before)]),
    ];
    return findings.map(({ code, severity, message }): ImportIssue => ({
      code,
      severity,
      message,
      path: [productId, locale],
      file,
      line,
    }));
  });
}

function duplicateOf(line: number): Pick<ImportIssue, "code" | "severity" | "message"> {
  const message = `line ${line} sets this product and locale, too; keep one`;
  return { code: "DUPLICATE_ROW", severity: "error", message };
}

/**
 * Returns one message as the default of every product in every locale.
 *
 * @param locales - App Store locales separated by commas, or `all`
 * @throws UsageError `OPTION_INVALID` with everything that is wrong
 */
export function combineDefaults(
  messageId: string,
  { products, locales }: { readonly products: readonly string[]; readonly locales: string },
): readonly DefaultRow[] {
  const wanted = locales.trim() === "all" ? APP_STORE_LOCALES : splitList(locales);
  const problems = [
    ...products.flatMap((productId) =>
      checkProductId(productId).map(({ severity, message }) => ({
        severity,
        message: `product ${productId}: ${message}`,
      })),
    ),
    ...wanted.flatMap((locale) => checkLocale(locale)),
  ].filter(({ severity }) => severity === "error");
  if (products.length === 0) {
    throw new UsageError("OPTION_INVALID", "expected at least one product");
  }
  if (problems.length > 0) {
    throw new UsageError("OPTION_INVALID", problems.map(({ message }) => message).join("\n"));
  }
  return [...new Set(products)].flatMap((productId) =>
    [...new Set(wanted)].map((locale) => ({ productId, locale, messageId })),
  );
}

/** Splits a list as command lines have it: by commas, spaces around do not count. */
export function splitList(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
