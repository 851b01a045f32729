import { UsageError } from "@holdfast/appstore/errors";
import { EXPORT_FORMATS, parseExportDestination } from "@holdfast/control/exports";
import type { ExportDestination } from "@holdfast/control/exports";
import type { Io } from "../command.ts";

/**
 * Reads where whole days of decisions are written to, and in which form; undefined for nowhere.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readExportDestination(env: Io["env"]): ExportDestination | undefined {
  const url = (env["HOLDFAST_EXPORT_URL"] ?? "").trim();
  const text = (env["HOLDFAST_EXPORT_FORMAT"] ?? "").trim();
  const format = EXPORT_FORMATS.find((one) => one === text);
  if (text !== "" && format === undefined) {
    throw new UsageError(
      "OPTION_INVALID",
      `HOLDFAST_EXPORT_FORMAT: expected ${EXPORT_FORMATS.join(" or ")}, got ${text}`,
    );
  }
  if (url === "") return undefined;
  try {
    return parseExportDestination(url, format);
  } catch (cause) {
    // Its message never holds the URL.
    const message = cause instanceof Error ? cause.message : "not readable";
    throw new UsageError("OPTION_INVALID", `HOLDFAST_EXPORT_URL: ${message}`, { cause });
  }
}
