import { decodeBase64Url, encodeBase64Url } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { ApiRefusal } from "../errors/api-refusal.ts";

/** The most characters of a cursor. */
export const MAX_CURSOR_LENGTH = 1024;

/** The form of the cursors written here; others are refused, for only the server that wrote one knows it. */
const VERSION = 1;

/** One value of a position: what a list is sorted by. */
export type CursorValue = string | number;

/** The kinds of a position's values, in their order; numbers are whole. */
export type CursorKinds = readonly ("string" | "number")[];

/** The values of a position of these kinds. */
export type CursorPosition<Kinds extends CursorKinds> = {
  readonly [Index in keyof Kinds]: Kinds[Index] extends "string" ? string : number;
};

/**
 * Returns a cursor: the position of a page's last entry, for the list of one operation. Opaque to clients,
 * but not secret and not signed: a position says only where to go on, so a forged one shows nothing a
 * caller could not page to.
 *
 * @throws UsageError `CURSOR_TOO_LONG` where the position does not fit into {@link MAX_CURSOR_LENGTH}
 */
export function writeCursor(operationId: string, position: readonly CursorValue[]): string {
  const json = JSON.stringify([VERSION, operationId, position]);
  const text = encodeBase64Url(new TextEncoder().encode(json));
  if (text.length <= MAX_CURSOR_LENGTH) return text;
  throw new UsageError(
    "CURSOR_TOO_LONG",
    `${operationId}: expected a position of at most ${MAX_CURSOR_LENGTH} characters as a cursor, got ${text.length}`,
  );
}

/**
 * Returns the position of a cursor that {@link writeCursor} made for the same operation.
 *
 * @throws ApiRefusal `INPUT_INVALID` for anything else
 */
export function readCursor<const Kinds extends CursorKinds>(
  text: string,
  { operationId, kinds }: { readonly operationId: string; readonly kinds: Kinds },
): CursorPosition<Kinds> {
  const parsed = decode(text);
  if (Array.isArray(parsed) && parsed.length === 3) {
    const [version, operation, position] = parsed as readonly unknown[];
    if (version === VERSION && operation === operationId && isPosition(position, kinds)) {
      return position;
    }
  }
  throw new ApiRefusal("INPUT_INVALID", `${operationId}: the cursor is not of this list`, {
    issues: [
      { path: ["query", "cursor"], message: "expected a nextCursor of this list as it came" },
    ],
    advice: "begin with the first page again",
  });
}

function decode(text: string): unknown {
  if (text.length > MAX_CURSOR_LENGTH) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64Url(text)));
  } catch {
    return undefined;
  }
}

function isPosition<Kinds extends CursorKinds>(
  value: unknown,
  kinds: Kinds,
): value is CursorPosition<Kinds> {
  if (!Array.isArray(value) || value.length !== kinds.length) return false;
  return value.every((part: unknown, index) =>
    kinds[index] === "string" ? isText(part) : Number.isSafeInteger(part),
  );
}

/** Without NUL, which Postgres refuses, and without halves of surrogate pairs. */
function isText(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\u0000");
}
