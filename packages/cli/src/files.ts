import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "./command.ts";

/**
 * Reads a text file, or standard input where the path is `-`.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function readText(io: Io, path: string): Promise<string> {
  if (path === "-") return io.stdin();
  try {
    return await readFile(resolve(io.cwd, path), "utf8");
  } catch (cause) {
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** {@link readText}, or `undefined` when there is no such file. */
export async function readTextIfPresent(io: Io, path: string): Promise<string | undefined> {
  try {
    return await readFile(resolve(io.cwd, path), "utf8");
  } catch {
    return undefined;
  }
}

/** Says in words why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "is a directory, expected a file";
  if (code === "ENOSPC") return "the disk is full";
  return error instanceof Error ? error.message : String(error);
}
