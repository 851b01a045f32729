import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../../command.ts";
import { readText } from "../../files.ts";

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
 * @throws UsageError `FILE_UNREADABLE`, `JWS_MISSING`
 */
export async function readCompactJws(io: Io, path: string): Promise<string> {
  const text = (await readText(io, path)).trim();
  if (!text.startsWith("{")) return text;
  const found = fieldOf(text);
  if (found !== undefined) return found;
  throw new UsageError("JWS_MISSING", `${path}: expected a compact JWS, or JSON with ${FIELDS[0]}`);
}

function fieldOf(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return FIELDS.map((field) => body[field]).find((value) => typeof value === "string");
  } catch {
    return undefined;
  }
}
