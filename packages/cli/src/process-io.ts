import { getEventListeners } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Io } from "./command.ts";
import { createSystemKeychain } from "./system-keychain.ts";

/** The longest a timer can run; asked for more, it would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a shell sees of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Makes the outside world of the real process. Ctrl-C ends it at once, unless a command waits for
 * the signal to shut down; then the second one does.
 */
export function createProcessIo(host: NodeJS.Process): Io {
  const abort = new AbortController();
  const stop = (): void => {
    const isAwaited = getEventListeners(abort.signal, "abort").length > 0;
    if (abort.signal.aborted || !isAwaited) host.exit(INTERRUPTED);
    abort.abort();
  };
  host.on("SIGINT", stop);
  host.on("SIGTERM", stop);
  // A reader that went away (`| head`) is no error of ours.
  host.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") host.exit(0);
    throw error;
  });
  // Node's types say boolean; where there is no terminal it is undefined.
  const isTty = (host.stdout.isTTY as boolean | undefined) ?? false;
  return {
    stdout: (output) => void host.stdout.write(output),
    stderr: (output) => void host.stderr.write(output),
    stdin: () => text(host.stdin),
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

/** @see https://no-color.org */
function wantsColors(env: NodeJS.ProcessEnv, isTty: boolean): boolean {
  // Empty counts as not set, for both.
  const { NO_COLOR: no = "", FORCE_COLOR: force = "" } = env;
  if (no !== "") return false;
  return force === "" ? isTty : force !== "0";
}
