import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";

/** A file somebody else replaces, and our own copy of what we last accepted of it. */
export interface FollowedFile {
  /** Offers our copy, if there is one. */
  restore(): Promise<void>;
  /** Offers the file when it has changed since it was last offered. */
  refresh(): Promise<void>;
  /** Why the newest content was not accepted; a code. */
  problem(): string | undefined;
}

/** How a file is followed. */
export interface FollowedFileOptions {
  readonly name: string;
  readonly directory: string;
  readonly lastGoodDirectory: string;
  /** Takes the content over, or throws. */
  readonly accept: (text: string) => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  /** The content is in use and our copy of it could not be written. */
  readonly onNotKept: (error: unknown) => void;
}

/** Starts following a file; nothing is read before the first call. */
export function followFile(options: FollowedFileOptions): FollowedFile {
  const path = join(options.directory, options.name);
  const lastGoodPath = join(options.lastGoodDirectory, options.name);
  let seen: string | undefined;
  let unreadable: string | undefined;
  let problem: string | undefined;

  function refuse(error: unknown): void {
    problem = error instanceof Error && "code" in error ? String(error.code) : "UNREADABLE";
    options.onRefused(error);
  }

  async function offer(text: string): Promise<boolean> {
    try {
      await options.accept(text);
      problem = undefined;
      return true;
    } catch (error) {
      refuse(error);
      return false;
    }
  }

  /** One that is there and cannot be read is refused once, and tried again at each refresh. */
  function refuseUnreadable(error: unknown, version: string): void {
    if (hasCode(error, "ENOENT") || version === unreadable) return;
    unreadable = version;
    refuse(error);
  }

  async function keep(text: string): Promise<void> {
    try {
      await writeFileAtomically(lastGoodPath, text);
    } catch (error) {
      options.onNotKept(error);
    }
  }

  return {
    async restore() {
      const text = await readIfPresent(lastGoodPath);
      if (text !== undefined) await offer(text);
    },
    async refresh() {
      const version = await versionOf(path);
      if (version === undefined || version === seen) return;
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        refuseUnreadable(error, version);
        return;
      }
      seen = version;
      if (await offer(text)) await keep(text);
    },
    problem: () => problem,
  };
}

/** Changes whenever the file is replaced, twice within a millisecond too. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
