import { Worker } from "node:worker_threads";
import type { SubscriberState } from "@holdfast/flow/evaluate";
import type { SubscriberStore } from "@holdfast/runtime";
import { storageError } from "../../storage/storage-error.ts";
import type {
  QuestionsMessage,
  ReaderSettings,
  StateAnswer,
  StateQuestion,
} from "./reader-messages.ts";

/** What a reader is opened with. */
export interface SubscriberReaderOptions extends ReaderSettings {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** Called when the thread has died; it is started again. Must not throw. */
  readonly onProblem?: (error: unknown) => void;
  /** What the thread runs; default: the reader. */
  readonly script?: URL;
}

/** Subscriber state in an SQLite database, read in a thread of its own so that waiting for it can end. */
export interface SubscriberReader extends SubscriberStore {
  /** Ends the thread; who still waits is refused. */
  close(): Promise<void>;
}

const READER_WORKER = new URL("reader-worker.ts", import.meta.url);

/** How soon the thread is started again after it died, ms; twice as long each time it dies before it answered. */
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 10_000;

interface Waiting {
  resolve(state: SubscriberState | undefined): void;
  reject(error: Error): void;
}

/**
 * Opens a reader of the database at `databasePath`, which need not be there yet: until it is, `find` rejects
 * with DATABASE_UNREACHABLE. So it does while the thread is being started again. What is asked for in one
 * turn of the event loop is one message.
 */
export function openSubscriberReader(options: SubscriberReaderOptions): SubscriberReader {
  const { databasePath, now = Date.now, onProblem, script = READER_WORKER } = options;
  const waiting = new Map<number, Waiting>();
  let questions: StateQuestion[] = [];
  let lastId = 0;
  let worker: Worker | undefined;
  let restartMs = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;
  let isClosed = false;

  function start(): void {
    const settings: ReaderSettings = { databasePath };
    const thread = new Worker(script, { workerData: settings, env: {} });
    // Nobody stays alive only to be able to read.
    thread.unref();
    thread.on("message", hear);
    thread.on("error", (error: unknown) => onProblem?.(error));
    thread.on("exit", () => {
      worker = undefined;
      refuseAll("the thread that reads subscriber state ended");
      if (!isClosed) startLater();
    });
    worker = thread;
  }

  function startLater(): void {
    restart = setTimeout(start, restartMs).unref();
    restartMs = Math.min(restartMs * 2, LAST_RESTART_MS);
  }

  function hear(answers: readonly StateAnswer[]): void {
    restartMs = FIRST_RESTART_MS;
    for (const answer of answers) {
      const one = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (one === undefined) continue;
      if ("failure" in answer) one.reject(unreadable(`it answered ${answer.failure}`));
      else one.resolve(answer.found ? answer.state : undefined);
    }
  }

  function refuseAll(why: string): void {
    const refused = [...waiting.values()];
    waiting.clear();
    questions = [];
    for (const one of refused) one.reject(unreadable(why));
  }

  function send(): void {
    // Who stopped waiting need not be answered.
    const awaited = questions.filter(({ id }) => waiting.has(id));
    questions = [];
    const message: QuestionsMessage = { questions: awaited, now: now() };
    if (awaited.length > 0) worker?.postMessage(message);
  }

  start();
  return {
    find({ app, environment, pseudonym }, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<SubscriberState | undefined>();
      if (signal.aborted) return Promise.reject(unreadable("nobody waits for it any more"));
      if (worker === undefined) return Promise.reject(unreadable("its thread is away"));
      lastId += 1;
      const id = lastId;
      const stopWaiting = (): void => {
        waiting.delete(id);
        reject(unreadable("it took too long"));
      };
      signal.addEventListener("abort", stopWaiting, { once: true });
      const settled = (act: () => void): void => {
        signal.removeEventListener("abort", stopWaiting);
        act();
      };
      waiting.set(id, {
        resolve: (state) => settled(() => resolve(state)),
        reject: (error) => settled(() => reject(error)),
      });
      if (questions.length === 0) setImmediate(send);
      questions.push({ id, app, environment, pseudonym });
      return promise;
    },
    async close() {
      isClosed = true;
      clearTimeout(restart);
      await worker?.terminate();
      refuseAll("the reader was closed");
    },
  };
}

function unreadable(why: string): Error {
  return storageError(
    "DATABASE_UNREACHABLE",
    `expected to read a subscriber's state, but ${why}; rules see it as unknown meanwhile`,
  );
}
