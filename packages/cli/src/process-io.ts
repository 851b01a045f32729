import { text } from "node:stream/consumers";
import type { Io } from "./command.ts";

/** Makes the outside world of the real process. The second Ctrl-C ends it at once. */
export function createProcessIo(host: NodeJS.Process): Io {
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) host.exit(130);
    abort.abort();
  };
  host.on("SIGINT", stop);
  host.on("SIGTERM", stop);
  // A reader that went away (`| head`) is no error of ours.
  host.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") host.exit(0);
    throw error;
  });
  const isTty = host.stdout.isTTY;
  return {
    stdout: (output) => void host.stdout.write(output),
    stderr: (output) => void host.stderr.write(output),
    stdin: () => text(host.stdin),
    env: host.env,
    cwd: host.cwd(),
    isTty,
    colors: wantsColors(host.env, isTty),
    now: () => Date.now(),
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
