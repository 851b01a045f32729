import { lstatSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "./command.ts";
import { makeDirectories } from "./make-directories.ts";
import { replaceFile } from "./replace-file.ts";

/** What to do where a file is not there that commands look for by themselves. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ["flow.yaml", "name the flow's file, or start one: holdfast init"],
  [
    "holdfast.yaml",
    "name it with --config, or write it: docs/operations.md, Configuration; of a control plane: holdfast runtimes config > holdfast.yaml",
  ],
  [
    "deploy/workers/wrangler.jsonc",
    "name wrangler's configuration with --wrangler-config; the one to begin with is in Holdfast's repository",
  ],
]);

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
    const hint = HINTS.get(path);
    const reason = hint === undefined ? reasonOf(cause) : `${reasonOf(cause)}; ${hint}`;
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reason}`, { cause });
  }
}

/**
 * Reads a file's bytes.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function readBytes(io: Io, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(resolve(io.cwd, path));
  } catch (cause) {
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * {@link readText}, or `undefined` when there is no such file.
 *
 * @throws UsageError `FILE_UNREADABLE` for a file that is there and cannot be read
 */
export async function readTextIfPresent(
  io: Pick<Io, "cwd">,
  path: string,
): Promise<string | undefined> {
  try {
    return await readFile(resolve(io.cwd, path), "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * {@link readBytes}, or `undefined` when there is no such file.
 *
 * @throws UsageError `FILE_UNREADABLE` for a file that is there and cannot be read
 */
export async function readBytesIfPresent(
  io: Pick<Io, "cwd">,
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    return await readFile(resolve(io.cwd, path));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Reads a JSON file, or standard input where the path is `-`.
 *
 * @throws UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`
 */
export async function readJson(io: Io, path: string): Promise<unknown> {
  return parseJson(await readText(io, path), path);
}

/**
 * Parses JSON that came from a file.
 *
 * @throws UsageError `JSON_MALFORMED`; the message does not quote the content, which may be secret
 */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError("JSON_MALFORMED", `${path}: expected JSON`, { cause });
  }
}

/**
 * Refuses to write where something is, unless that is meant: what people wrote is not brought back.
 *
 * @throws UsageError `FILE_EXISTS`, `FILE_UNREADABLE`
 */
export async function refuseToOverwrite(
  io: Io,
  path: string,
  { isForced }: { readonly isForced: boolean },
): Promise<void> {
  if (isForced || (await readTextIfPresent(io, path)) === undefined) return;
  throw new UsageError("FILE_EXISTS", `${path}: is there already; overwrite it with --force`);
}

/**
 * Writes a text file, and the directories it is in. The file is replaced whole, and a symbolic link in
 * its place is refused: somebody else's repository may have put it there.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeText(io: Pick<Io, "cwd">, path: string, text: string): Promise<void> {
  await writeWhole(io, path, text);
}

/**
 * {@link writeText} for bytes.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeBytes(
  io: Pick<Io, "cwd">,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  await writeWhole(io, path, bytes);
}

async function writeWhole(
  io: Pick<Io, "cwd">,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const target = resolve(io.cwd, path);
  try {
    await makeDirectories(dirname(target));
    // A pipe or a device, like /dev/stdout, cannot be replaced; nobody commits one.
    if (isStream(target)) await writeFile(target, content);
    else await replaceFile(target, content);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError("FILE_UNWRITABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

function isStream(path: string): boolean {
  return path.startsWith("/dev/") || lstatSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** Says in words why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "is a directory, expected a file";
  if (code === "ENOTDIR") return "goes through something that is no directory";
  if (code === "ENOSPC") return "the disk is full";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ELOOP") return "is a symbolic link, which is not followed";
  return error instanceof Error ? error.message : String(error);
}

/** Returns the system's code of an error, like `ENOENT`; undefined where it has none. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
