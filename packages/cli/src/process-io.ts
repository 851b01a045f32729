import { getEventListeners } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { World } from "./command.ts";
import { createSystemKeychain } from "./system-keychain.ts";
import { createTerminal } from "./system-terminal.ts";

/** The longest a timer can run; asked for more, it would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a shell sees of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Makes the outside world of the real process. Ctrl-C ends it at once, unless a command waits for
 * the signal to shut down; then the second one does.
 */
export function createProcessIo(host: NodeJS.Process): World {
  const abort = new AbortController();
  const stop = (): void => {
    const isAwaited = getEventListeners(abort.signal, "abort").length > 0;
    if (abort.signal.aborted || !isAwaited) host.exit(INTERRUPTED);
    abort.abort();
  };
  host.on("SIGINT", stop);
  host.on("SIGTERM", stop);
  // Node's types say boolean; where there is no terminal it is undefined.
  const isTty = (host.stdout.isTTY as boolean | undefined) ?? false;
  return {
    stdout: writerOf(host.stdout),
    stderr: writerOf(host.stderr),
    stdin: () => text(host.stdin),
    terminal: isAsking(host)
      ? createTerminal({ input: host.stdin, output: host.stderr })
      : undefined,
    env: host.env,
    cwd: host.cwd(),
    isTty,
    isErrTty: host.stderr.isTTY ?? false,
    colors: wantsColors(host.env, isTty),
    now: () => Date.now(),
    sleep: (ms, signal) =>
      sleepFor(Math.min(ms, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal }),
    fetch: (url, init) => fetch(url, init),
    keychain: createSystemKeychain(),
    signal: abort.signal,
  };
}

/** Questions are read on standard input and shown on standard error: it takes both. */
function isAsking({ stdin, stderr }: NodeJS.Process): boolean {
  // Node's types say boolean; where there is no terminal they are undefined.
  return ((stdin.isTTY as boolean | undefined) ?? false) && (stderr.isTTY ?? false);
}

/**
 * Returns what writes to a stream. When its reader goes away (`| head`), nothing more is written, and
 * the command goes on to its own end: neither its exit code nor what it does may depend on who reads.
 */
function writerOf(stream: NodeJS.WriteStream): (output: string) => void {
  let isRead = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isRead = false;
  });
  return (output) => {
    if (isRead) stream.write(output);
  };
}

/** @see https://no-color.org */
function wantsColors(env: NodeJS.ProcessEnv, isTty: boolean): boolean {
  // Empty counts as not set, for both.
  const { NO_COLOR: no = "", FORCE_COLOR: force = "" } = env;
  if (no !== "") return false;
  return force === "" ? isTty : force !== "0";
}
