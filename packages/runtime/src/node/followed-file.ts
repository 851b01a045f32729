import { readFile, stat } from "node:fs/promises";
import type { KeptValue } from "./kept-value.ts";

/** A file somebody else replaces. */
export interface FollowedFile {
  /** Offers the file when it has changed since it was last offered. */
  refresh(): Promise<void>;
}

/** Starts following a file; nothing is read before the first call. */
export function followFile(path: string, value: Pick<KeptValue, "offer" | "refuse">): FollowedFile {
  let seen: string | undefined;
  let unreadable: string | undefined;

  /** One that is there and cannot be read is refused once, and tried again at each refresh. */
  function refuseUnreadable(error: unknown, version: string): void {
    if (hasCode(error, "ENOENT") || version === unreadable) return;
    unreadable = version;
    value.refuse(error);
  }

  return {
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
      await value.offer(text);
    },
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
