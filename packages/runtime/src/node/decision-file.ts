import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { DecisionLog, DecisionLogHealth } from "../ports/decisions.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";

/** What a decision file keeps in memory at most while it cannot write. */
export const MAX_PENDING_DECISIONS = 10_000;

const RETRY_MS = 1000;

/** An append-only file of decision records, one JSON a line. */
export interface DecisionFile extends DecisionLog {
  /** Writes what is pending and closes the file. */
  close(): Promise<void>;
}

/** The part of a file a decision log writes through; tests pass one that fails. */
export type AppendableFile = Pick<FileHandle, "appendFile" | "truncate" | "close" | "datasync"> & {
  stat(): Promise<{ readonly size: number }>;
};

/**
 * Opens a file of decisions for appending. Records that arrive while a write is under way go out
 * together in the next one, so one slow write costs every request the same wait and no more.
 *
 * A record is kept once the operating system has it: it survives a kill of this process, not a
 * power cut. While writing fails, records wait in memory up to {@link MAX_PENDING_DECISIONS}, then
 * the oldest are dropped and counted; requests are answered all the same.
 */
export async function openDecisionFile(path: string): Promise<DecisionFile> {
  const torn = await endsInTornLine(path);
  const file = await open(path, "a", 0o600);
  if (torn) await file.appendFile("\n");
  return createDecisionFile(file);
}

/** A power cut can leave half a line; what follows must start on its own. */
async function endsInTornLine(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size === 0) return false;
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      return buffer.toString("latin1") !== "\n";
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** {@link openDecisionFile} over a file that is already open. */
export async function createDecisionFile(
  file: AppendableFile,
  { retryMs = RETRY_MS }: { readonly retryMs?: number } = {},
): Promise<DecisionFile> {
  let pending: string[] = [];
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  let dropped = 0;
  let { size } = await file.stat();

  async function writePending(): Promise<void> {
    const batch = pending;
    pending = [];
    const text = batch.join("");
    try {
      await file.appendFile(text);
      size += Buffer.byteLength(text);
      problem = undefined;
    } catch (error) {
      problem = reasonOf(error);
      pending = [...batch, ...pending];
      dropOverflow();
      await cutTornLine(file, size);
      retry ??= setTimeout(retryNow, retryMs).unref();
    }
  }

  function dropOverflow(): void {
    const overflow = pending.length - MAX_PENDING_DECISIONS;
    if (overflow <= 0) return;
    pending.splice(0, overflow);
    dropped += overflow;
  }

  function retryNow(): void {
    retry = undefined;
    void flush();
  }

  /** Starts a write of what is pending, after the one under way. */
  function flush(): Promise<void> {
    writing = (writing ?? Promise.resolve()).then(async () => {
      if (pending.length > 0) await writePending();
    });
    return writing;
  }

  return {
    append(record: DecisionRecord) {
      pending.push(`${JSON.stringify(record)}\n`);
      if (problem !== undefined) {
        dropOverflow();
        return undefined;
      }
      return flush();
    },
    health(): DecisionLogHealth {
      const state = { pending: pending.length, dropped };
      if (problem === undefined) return { ready: true, ...state };
      return { ready: false, reason: problem, ...state };
    },
    async close() {
      clearTimeout(retry);
      await flush();
      dropped += pending.length;
      await file.close();
    },
  };
}

/** A write that failed halfway leaves part of a line; the next write must not continue it. */
async function cutTornLine(file: AppendableFile, size: number): Promise<void> {
  try {
    await file.truncate(size);
  } catch {
    // The file cannot be cut either: readers skip a line that is no JSON.
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
  return `decisions cannot be written (${code})`;
}
