import { close, fstat, ftruncate, open as openFd, write } from "node:fs";
import { open as openHandle } from "node:fs/promises";
import { promisify } from "node:util";
import type { DecisionLog, DecisionLogHealth } from "../ports/decisions.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";

/** What a decision file keeps in memory at most while it cannot write. */
export const MAX_PENDING_DECISIONS = 10_000;

const RETRY_MS = 1000;

/** An append-only file of decision records, one JSON a line. */
export interface DecisionFile extends DecisionLog {
  /**
   * Has the file moved aside once what is pending is written, and goes on with an empty one. Never rejects: a
   * file that cannot be moved goes on growing.
   */
  rotate(): Promise<void>;
  /** Writes what is pending and closes the file; what comes later is dropped and counted. */
  close(): Promise<void>;
}

/** How a decision file behaves. */
export interface DecisionFileOptions {
  /** Milliseconds between attempts while it cannot be written; default 1,000. */
  readonly retryMs?: number;
  /** Bytes after which the file is moved aside; by default it never is. */
  readonly segmentBytes?: number;
  /** Moves the file aside; it is closed meanwhile. Without it {@link DecisionFile.rotate} does nothing. */
  readonly moveAside?: () => Promise<void>;
  /** Called with how many records were written, after they were. Must not throw. */
  readonly onWritten?: (records: number) => void;
}

/** What a decision log needs of a file; tests pass one that fails. */
export interface AppendableFile {
  /** Writes all of it at the end, or fails, perhaps having written a part. */
  append(text: string): Promise<void>;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens a file of decisions for appending. Records that arrive while a write is under way go out
 * together in the next one, so one slow write costs every request the same wait and no more.
 *
 * A record is kept once the operating system has it: it survives a kill of this process, not a
 * power cut. While the file cannot be opened or written, records wait in memory up to
 * {@link MAX_PENDING_DECISIONS}, then the oldest are dropped and counted; requests are answered all
 * the same, from the first one on.
 */
export async function openDecisionFile(
  path: string,
  options?: DecisionFileOptions,
): Promise<DecisionFile> {
  return createDecisionFile(() => openForAppending(path), options);
}

/** {@link openDecisionFile} of what `open` opens; after a failure it is closed and opened again. */
export async function createDecisionFile(
  open: () => Promise<AppendableFile>,
  options: DecisionFileOptions = {},
): Promise<DecisionFile> {
  const { retryMs = RETRY_MS, segmentBytes = Infinity, moveAside, onWritten } = options;
  let pending: string[] = [];
  /** Settles when everything pending now has been tried. */
  let nextWrite: Promise<void> | undefined;
  let lastWrite = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  let dropped = 0;
  let file: AppendableFile | undefined;
  let size = 0;
  let rotateAt = segmentBytes;
  let closed = false;

  async function reopen(): Promise<AppendableFile> {
    const opened = await open();
    size = await opened.size();
    file = opened;
    return opened;
  }

  async function writePending(): Promise<void> {
    nextWrite = undefined;
    const batch = pending;
    pending = [];
    try {
      const target = file ?? (await reopen());
      const text = batch.join("");
      if (text !== "") await target.append(text);
      size += Buffer.byteLength(text);
      problem = undefined;
      if (batch.length > 0) onWritten?.(batch.length);
    } catch (error) {
      problem = reasonOf(error);
      pending = [...batch, ...pending];
      dropOverflow();
      await abandon();
      if (!closed) retry ??= setTimeout(retryNow, retryMs).unref();
    }
  }

  async function abandon(): Promise<void> {
    const failed = file;
    file = undefined;
    if (failed === undefined) return;
    await cutTornLine(failed, size);
    await failed.close().catch(() => undefined);
  }

  async function moveFile(): Promise<void> {
    if (moveAside === undefined || size === 0) return;
    const moved = file;
    file = undefined;
    await moved?.close().catch(() => undefined);
    try {
      await moveAside();
      size = 0;
      rotateAt = segmentBytes;
    } catch {
      // It goes on growing, and is tried again when there is as much more.
      rotateAt = size + segmentBytes;
    }
    // What cannot be opened now is when there is something to write.
    await reopen().catch(() => undefined);
  }

  async function moveFullFile(): Promise<void> {
    if (size >= rotateAt) await moveFile();
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

  /** One write at a time; what comes while it is under way shares the next. */
  function flush(): Promise<void> {
    if (nextWrite === undefined) {
      nextWrite = lastWrite.then(untilTurnEnds).then(writePending);
      // After the write, and not before its records are answered for.
      lastWrite = nextWrite.then(moveFullFile);
    }
    return nextWrite;
  }

  await flush();
  return {
    append(record: DecisionRecord) {
      if (closed) {
        dropped += 1;
        return undefined;
      }
      pending.push(`${JSON.stringify(record)}\n`);
      if (problem === undefined) return flush();
      dropOverflow();
      return undefined;
    },
    health(): DecisionLogHealth {
      const state = { pending: pending.length, dropped };
      if (problem === undefined) return { ready: true, ...state };
      return { ready: false, reason: problem, ...state };
    },
    rotate() {
      lastWrite = lastWrite.then(moveFile);
      return lastWrite;
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await flush();
      await lastWrite;
      dropped += pending.length;
      pending = [];
      await file?.close();
    },
  };
}

/** Lets the requests that came in together be decided first: they share one write. */
function untilTurnEnds(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A write that failed halfway leaves part of a line; the next write must not continue it. */
async function cutTornLine(file: AppendableFile, size: number): Promise<void> {
  try {
    // Somebody may have emptied the file: it must not be made longer.
    if ((await file.size()) > size) await file.truncate(size);
  } catch {
    // The file cannot be cut either: it is opened again, and then continued on a line of its own.
  }
}

/** Callbacks on a descriptor: measured to cost a fraction of a FileHandle's promises. */
async function openForAppending(path: string): Promise<AppendableFile> {
  const torn = await endsInTornLine(path);
  const file = fileOf(await promisify(openFd)(path, "a", 0o600));
  try {
    if (torn) await file.append("\n");
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function fileOf(fd: number): AppendableFile {
  const writeOnce = (bytes: Uint8Array): Promise<number> =>
    new Promise((resolve, reject) => {
      write(fd, bytes, (error, written) => (error === null ? resolve(written) : reject(error)));
    });
  return {
    async append(text) {
      let bytes: Uint8Array = Buffer.from(text);
      while (bytes.length > 0) bytes = bytes.subarray(await writeOnce(bytes));
    },
    truncate: (size) => promisify(ftruncate)(fd, size),
    size: async () => (await promisify(fstat)(fd)).size,
    close: () => promisify(close)(fd),
  };
}

/** A power cut can leave half a line; what follows must start on its own. */
async function endsInTornLine(path: string): Promise<boolean> {
  try {
    const file = await openHandle(path, "r");
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

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
  return `decisions cannot be written (${code})`;
}
