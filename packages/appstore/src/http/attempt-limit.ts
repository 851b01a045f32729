/** One attempt's end: the caller's signal or the time, whichever comes first. */
export interface AttemptLimit {
  readonly signal: AbortSignal;
  /** Which of the two it was; undefined while neither has come. */
  endedBy(): "caller" | "time" | undefined;
  /** Lets go of the timer and of the caller's signal. */
  release(): void;
}

/** Starts an attempt of at most `timeoutMs` that the caller's signal ends before. */
export function limitAttempt(timeoutMs: number, caller: AbortSignal | undefined): AttemptLimit {
  const controller = new AbortController();
  let ended: "caller" | "time" | undefined;
  const end = (by: "caller" | "time"): void => {
    ended ??= by;
    controller.abort();
  };
  const onAbort = (): void => end("caller");
  const timer = setTimeout(() => end("time"), timeoutMs);
  caller?.addEventListener("abort", onAbort);
  if (caller?.aborted === true) onAbort();
  return {
    signal: controller.signal,
    endedBy: () => ended,
    release() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
    },
  };
}
