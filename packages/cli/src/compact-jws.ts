import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "./command.ts";
import { parseJson, readText } from "./files.ts";

/** Fields of Apple's JSON bodies that hold a compact JWS. */
const FIELDS = [
  "signedPayload",
  "signedTransactionInfo",
  "signedRenewalInfo",
  "signedTransaction",
  "signedAppTransactionInfo",
];

/**
 * Reads a compact JWS from a file or standard input: as it is, or inside the JSON Apple sends.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `JWS_MISSING`
 */
export async function readCompactJws(io: Io, path: string): Promise<string> {
  return findCompactJws(await readText(io, path), path);
}

/**
 * Returns the compact JWS of a text that was read, as {@link readCompactJws} does.
 *
 * @param path - where it is from, for the error
 * @throws UsageError `JSON_MALFORMED`, `JWS_MISSING`
 */
export function findCompactJws(content: string, path: string): string {
  const text = content.trim();
  if (text !== "" && !text.startsWith("{")) return text;
  // Text that starts with a brace is an object or no JSON.
  const body = text === "" ? {} : (parseJson(text, path) as Readonly<Record<string, unknown>>);
  const found = FIELDS.map((field) => body[field]).find((value) => typeof value === "string");
  if (found !== undefined) return found;
  throw new UsageError("JWS_MISSING", `${path}: expected a compact JWS, or JSON with ${FIELDS[0]}`);
}
