import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "./atomic-file.ts";

/** A value somebody else publishes, and our own copy of what we last accepted of it. */
export interface KeptValue {
  /** Offers our copy, if there is one. */
  restore(): Promise<void>;
  /**
   * Takes a new content over and keeps a copy, or refuses it; nothing is done for the one that is in use and kept,
   * as after each restart. Never rejects.
   */
  offer(text: string): Promise<void>;
  /** Notes that there is a content that could not even be read. */
  refuse(error: unknown): void;
  /** Why the newest content was not accepted; a code. */
  problem(): string | undefined;
}

/** What is done with a value. */
export interface KeptValueOptions {
  /** Where our copy is. */
  readonly copyPath: string;
  /** Takes the content over, or throws. */
  readonly accept: (text: string) => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  /** The content is in use and our copy of it could not be written. */
  readonly onNotKept: (error: unknown) => void;
}

/** Makes a kept value; nothing is read before the first call. */
export function keepValue({ copyPath, accept, onRefused, onNotKept }: KeptValueOptions): KeptValue {
  let problem: string | undefined;
  /** What is in use and in our copy; its hash, for a content may be large. */
  let kept: string | undefined;

  function refuse(error: unknown): void {
    problem = error instanceof Error && "code" in error ? String(error.code) : "UNREADABLE";
    onRefused(error);
  }

  async function take(text: string): Promise<boolean> {
    try {
      await accept(text);
      problem = undefined;
      return true;
    } catch (error) {
      refuse(error);
      return false;
    }
  }

  return {
    async restore() {
      const text = await readIfPresent(copyPath);
      if (text !== undefined && (await take(text))) kept = hashOf(text);
    },
    async offer(text) {
      const hash = hashOf(text);
      if (hash === kept) {
        problem = undefined;
        return;
      }
      if (!(await take(text))) return;
      kept = undefined;
      try {
        await writeFileAtomically(copyPath, text);
        kept = hash;
      } catch (error) {
        onNotKept(error);
      }
    },
    refuse,
    problem: () => problem,
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
