import type { ApiWait } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { sayDuration } from "./duration.ts";

/** Shorter waits are not worth a line. */
const WORTH_SAYING_MS = 1000;

/** Says on standard error what is waited for, where that is a terminal. */
export function sayProgress(io: Pick<Io, "stderr" | "isErrTty">, line: string): void {
  if (io.isErrTty) io.stderr(`${line}\n`);
}

/** Returns what tells people why a call of a client waits. */
export function createWaitTeller(
  io: Pick<Io, "stderr" | "isErrTty" | "now">,
): (wait: ApiWait) => void {
  return ({ operation, reason, until, attempt }) => {
    const leftMs = until - io.now();
    if (leftMs < WORTH_SAYING_MS) return;
    const why =
      reason === "pace"
        ? "to stay below Apple's limit"
        : `before attempt ${attempt}; the last one failed`;
    sayProgress(io, `${operation}: waiting ${sayDuration(leftMs)} ${why}`);
  };
}
