import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { secretError } from "./secret-error.ts";

/** Length of a master key and of the runtime secret, in bytes. */
export const SECRET_BYTES = 32;

/** Returns a new secret as the text of its file. */
export function newSecretText(): string {
  return `${randomBytes(SECRET_BYTES).toString("base64")}\n`;
}

/**
 * Returns the content of a file.
 *
 * Throws SECRET_INVALID when it cannot be read.
 */
export async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const why = `expected a file that can be read at ${path}, got ${codeOf(cause)}`;
    throw secretError("SECRET_INVALID", `${why}; check the path, its owner and its permissions`);
  }
}

/**
 * Returns the content of a file, made (0600) with a new secret when there is none. Of several processes
 * that start at once one makes it and all read the same.
 *
 * Throws SECRET_INVALID when it can neither be read nor made.
 */
export async function readOrMakeSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") return readSecretFile(path);
  }
  await writing(path, async (temporary) => {
    try {
      await link(temporary, path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  });
  return readSecretFile(path);
}

/** Replaces a file (0600): readers see the old content or the new, after a crash too. */
export async function replaceSecretFile(path: string, content: string): Promise<void> {
  await writing(path, (temporary) => rename(temporary, path), content);
}

/** Writes a file beside `path`, lets `take` put it in place, and leaves nothing behind. */
async function writing(
  path: string,
  take: (temporary: string) => Promise<void>,
  content: string = newSecretText(),
): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await take(temporary);
  } catch (cause) {
    throw secretError(
      "SECRET_INVALID",
      `expected to be able to write ${path}, got ${codeOf(cause)}; check the path and its owner`,
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
}
