/** What a job's code gets. */
export interface JobContext {
  readonly id: string;
  /** As it was enqueued; parse it. */
  readonly payload: unknown;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborts when this process stops, or when the job may be somebody else's by now. */
  readonly signal: AbortSignal;
}

/**
 * A kind of job. Its code may run again after it did all its work, when the process died before that
 * was written down: what it does must come out the same twice.
 */
export interface JobKind {
  readonly name: string;
  run(context: JobContext): Promise<void>;
  /** Runs it without being enqueued: this often, in ms, once over all processes. */
  readonly everyMs?: number;
}

/** How a run of a job ended; what a log or a metric wants to know. */
export interface JobReport {
  readonly kind: string;
  readonly id: string;
  readonly attempt: number;
  /**
   * `done`; `retried` later; `failed` for good, or until the next turn where there is a schedule;
   * `released` because this process stops; `lost` to another process.
   */
  readonly result: "done" | "retried" | "failed" | "released" | "lost";
  /** The code or class of what went wrong; absent when nothing did. */
  readonly error?: string;
  readonly durationMs: number;
}
