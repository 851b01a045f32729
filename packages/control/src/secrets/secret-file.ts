import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CodedError } from "@holdfast/appstore/errors";
import { readOrCreateSecretFile, writeFileAtomically } from "@holdfast/runtime/secret-files";
import { secretError } from "./secret-error.ts";

/** Length of a master key and of the runtime secret, in bytes. */
export const SECRET_BYTES = 32;

/** Returns a new secret as the text of its file. */
export function newSecretText(): string {
  return `${randomBytes(SECRET_BYTES).toString("base64")}\n`;
}

/**
 * Returns the content of a file that its reader has named, and so trusts.
 *
 * Throws SECRET_INVALID when it cannot be read.
 */
export async function readSecretFile(path: string): Promise<string> {
  return withSystemErrors(path, () => readFile(path, "utf8"));
}

/**
 * Returns the content of a file of the data directory, made (0600) with a new secret when there is none.
 * Of several processes that start at once one makes it and all read the same.
 *
 * Throws SECRET_FILE_UNSAFE when somebody else may have put it there or may read it, SECRET_INVALID when
 * it can neither be read nor made.
 */
export async function readOrMakeSecretFile(path: string): Promise<string> {
  return withSystemErrors(path, () => readOrCreateSecretFile(path, newSecretText));
}

/**
 * Replaces a file (0600): readers see the old content or the new, after a crash too.
 *
 * Throws SECRET_INVALID when it cannot be written.
 */
export async function replaceSecretFile(path: string, content: string): Promise<void> {
  await withSystemErrors(path, () => writeFileAtomically(path, content));
}

/** The system's own text of an error is left out: it has nothing to add to its code and the path. */
async function withSystemErrors<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw secretError(
      "SECRET_INVALID",
      `expected to be able to use the file ${path}, got ${codeOf(error)}; check the path, its owner and its permissions`,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
}
