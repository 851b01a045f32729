import { AppleApiError } from "@holdfast/appstore/http";
import type { AppleApiErrorCode } from "@holdfast/appstore/http";
import type { Orphan, PlanItem } from "../plan/plan.ts";
import type { ApplyEvent, ApplyResult, Failure, Skipped } from "./apply-result.ts";

/** After these the next request would fare no better, so applying ends. */
const ENDING: ReadonlySet<AppleApiErrorCode> = new Set([
  "APPLE_UNAUTHORIZED",
  "APPLE_NO_ACCESS",
  "APPLE_RATE_LIMITED",
  "APPLE_UNREACHABLE",
]);

/** Ends applying early; what was done so far is in the log. */
export class ApplyEnded extends Error {
  readonly isInterruption: boolean;

  constructor(by: "interruption" | "failure") {
    super(`applying ended early by ${by}`);
    this.name = "ApplyEnded";
    this.isInterruption = by === "interruption";
  }
}

/** Returns what is kept of an error of Apple's. */
export function failureOf({
  code,
  errorCode,
  message,
}: AppleApiError): Omit<Failure<never>, "item"> {
  return { code, message, ...(errorCode === undefined ? {} : { errorCode }) };
}

/** Keeps what was done while a plan is carried out, and tells of it. */
export class ApplyLog {
  readonly #done: PlanItem[] = [];
  readonly #failed: Failure<PlanItem>[] = [];
  readonly #waiting: PlanItem[] = [];
  readonly #skipped: Skipped<PlanItem>[] = [];
  readonly #pruned: Orphan[] = [];
  readonly #pruneFailed: Failure<Orphan>[] = [];
  readonly #pruneKept: Skipped<Orphan>[] = [];
  readonly #tell: (event: ApplyEvent) => void;
  readonly #signal: AbortSignal | undefined;

  constructor(tell: (event: ApplyEvent) => void, signal: AbortSignal | undefined) {
    this.#tell = tell;
    this.#signal = signal;
  }

  /**
   * Does one item and keeps how it went; `mustWait` says which refusals of Apple's only mean later.
   * Returns whether it was done.
   *
   * @throws ApplyEnded when nothing more should be tried; other errors than Apple's as they are
   */
  async attempt(
    item: PlanItem,
    act: () => Promise<void>,
    mustWait: (error: AppleApiError) => boolean = () => false,
  ): Promise<boolean> {
    this.assertNotInterrupted();
    try {
      await act();
    } catch (error) {
      if (error instanceof AppleApiError && mustWait(error)) {
        this.wait(item);
        return false;
      }
      const failure = this.#failureOf(item, error);
      this.#failed.push(failure);
      this.#tell({ type: "failed", failure });
      endIfHopeless(error);
      return false;
    }
    this.#done.push(item);
    this.#tell({ type: "done", item });
    return true;
  }

  /** As {@link attempt}, for deleting; `keep` says why a refusal of Apple's is no failure. */
  async attemptPrune(
    orphan: Orphan,
    act: () => Promise<void>,
    keep: (error: AppleApiError) => string | undefined = () => undefined,
  ): Promise<void> {
    this.assertNotInterrupted();
    try {
      await act();
    } catch (error) {
      const because = error instanceof AppleApiError ? keep(error) : undefined;
      if (because !== undefined) return this.keepOrphan(orphan, because);
      this.#pruneFailed.push(this.#failureOf(orphan, error));
      return endIfHopeless(error);
    }
    this.#pruned.push(orphan);
    this.#tell({ type: "pruned", orphan });
  }

  wait(item: PlanItem): void {
    this.#waiting.push(item);
  }

  skip(item: PlanItem, because: string): void {
    this.#skipped.push({ item, because });
  }

  keepOrphan(item: Orphan, because: string): void {
    this.#pruneKept.push({ item, because });
  }

  /** Whether something failed, or was left out because something else did. */
  get hasFailures(): boolean {
    return this.#failed.length + this.#skipped.length + this.#pruneFailed.length > 0;
  }

  /** Tells whether an item was tried and failed, or was left out. */
  hasGivenUp(item: PlanItem): boolean {
    return [...this.#failed, ...this.#skipped].some((other) => other.item === item);
  }

  /** @throws ApplyEnded */
  assertNotInterrupted(): void {
    if (this.#signal?.aborted === true) throw new ApplyEnded("interruption");
  }

  get parts(): Omit<ApplyResult, "format" | "bundleId" | "environment" | "outcome"> {
    return {
      done: this.#done,
      failed: this.#failed,
      waiting: this.#waiting,
      skipped: this.#skipped,
      pruned: this.#pruned,
      pruneFailed: this.#pruneFailed,
      pruneKept: this.#pruneKept,
    };
  }

  /** Errors that are not Apple's are bugs or somebody's port, and go on to the caller. */
  #failureOf<Subject>(item: Subject, error: unknown): Failure<Subject> {
    if (!(error instanceof AppleApiError)) throw error;
    if (error.code === "REQUEST_ABORTED") throw new ApplyEnded("interruption");
    return { item, ...failureOf(error) };
  }
}

function endIfHopeless(error: unknown): void {
  if (error instanceof AppleApiError && ENDING.has(error.code)) {
    throw new ApplyEnded("failure");
  }
}
