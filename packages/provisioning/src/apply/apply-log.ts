import { CodedError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { placeKey } from "../desired/place-key.ts";
import { isChange } from "../plan/plan.ts";
import type { Orphan, Plan, PlanItem } from "../plan/plan.ts";
import type {
  ApplyEvent,
  ApplyResult,
  ApplyStep,
  Failure,
  FailureFacts,
  Skipped,
} from "./apply-result.ts";
import { createFailureStreak } from "./failure-streak.ts";

/** Ends applying early; what was done so far is in the log. */
export class ApplyEnded extends Error {
  /** What ended it; undefined when it was interrupted. */
  readonly by: FailureFacts | undefined;

  constructor(by: FailureFacts | undefined) {
    super(by === undefined ? "applying was interrupted" : `applying ended: ${by.code}`);
    this.name = "ApplyEnded";
    this.by = by;
  }
}

/**
 * Returns how an error ends applying. What Apple refuses, or a disk, or whoever keeps the state: it
 * ends with what was done told. After an interruption an error of Apple's is that: a request may have
 * been cut off in its answer.
 *
 * @throws what has no code, which is a bug, as it is
 */
export function endOf(error: unknown, signal: AbortSignal | undefined): ApplyEnded {
  if (error instanceof ApplyEnded) return error;
  if (!(error instanceof CodedError)) throw error;
  if (error instanceof AppleApiError && signal?.aborted === true) return new ApplyEnded(undefined);
  // `instanceof` cannot know the type of the code.
  return new ApplyEnded(factsOf(error as CodedError));
}

function factsOf(error: CodedError): FailureFacts {
  const { errorCode, advice } = error instanceof AppleApiError ? error : {};
  const { code, message } = error;
  return {
    code,
    message,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(advice === undefined ? {} : { advice }),
  };
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
  readonly #tell: (event: ApplyEvent) => void | Promise<void>;
  readonly #signal: AbortSignal | undefined;
  readonly #streak = createFailureStreak();

  constructor(tell: (event: ApplyEvent) => void | Promise<void>, signal: AbortSignal | undefined) {
    this.#tell = tell;
    this.#signal = signal;
  }

  /**
   * Does one item and keeps how it went; `mustWait` says which refusals of Apple's only mean later.
   * Returns whether it was done.
   *
   * @throws ApplyEnded when nothing more should be tried; errors without a code as they are
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
        this.#streak.endsWork(error);
        this.wait(item);
        return false;
      }
      const failure = { item, ...this.#failureOf(error) };
      this.#failed.push(failure);
      await this.#tell({ type: "failed", failure });
      this.#endIfHopeless(error);
      return false;
    }
    this.#streak.endsWork(undefined);
    this.#done.push(item);
    await this.#tell({ type: "done", item });
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
      this.#pruneFailed.push({ item: orphan, ...this.#failureOf(error) });
      return this.#endIfHopeless(error);
    }
    this.#streak.endsWork(undefined);
    this.#pruned.push(orphan);
    await this.#tell({ type: "pruned", orphan });
  }

  /** Tells that a step begins. */
  async begin(step: ApplyStep): Promise<void> {
    await this.#tell({ type: "step", step });
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

  /** Keeps what pruning has not come to. */
  keepUntried(orphans: readonly Orphan[]): void {
    const met = [
      ...this.#pruned,
      ...[...this.#pruneFailed, ...this.#pruneKept].map((one) => one.item),
    ];
    const keys = new Set(met.map(orphanKey));
    for (const orphan of orphans) {
      if (!keys.has(orphanKey(orphan))) this.keepOrphan(orphan, "applying ended before");
    }
  }

  /** Whether something failed, or was left out because something else did. */
  get hasFailures(): boolean {
    return this.#failed.length + this.#skipped.length + this.#pruneFailed.length > 0;
  }

  /** Whether something was tried and failed. */
  get hasFailed(): boolean {
    return this.#failed.length + this.#pruneFailed.length > 0;
  }

  /** Whether something was done. */
  get hasDone(): boolean {
    return this.#done.length > 0;
  }

  /** Whether something has to wait for Apple's approval. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Tells whether an item was tried and failed, or was left out. */
  hasGivenUp(item: PlanItem): boolean {
    return [...this.#failed, ...this.#skipped].some((other) => other.item === item);
  }

  /** @throws ApplyEnded */
  assertNotInterrupted(): void {
    if (this.#signal?.aborted === true) throw new ApplyEnded(undefined);
  }

  /** Returns everything that was kept, and which changes of the plan were never come to. */
  partsOf({ items }: Plan): Omit<ApplyResult, "format" | "bundleId" | "environment" | "outcome"> {
    const met = new Set<PlanItem>([
      ...this.#done,
      ...this.#waiting,
      ...[...this.#failed, ...this.#skipped].map(({ item }) => item),
    ]);
    return {
      done: this.#done,
      failed: this.#failed,
      waiting: this.#waiting,
      skipped: this.#skipped,
      notTried: items.filter((item) => isChange(item) && !met.has(item)),
      pruned: this.#pruned,
      pruneFailed: this.#pruneFailed,
      pruneKept: this.#pruneKept,
    };
  }

  /** Errors without a code are bugs, and go on to the caller. */
  #failureOf(error: unknown): FailureFacts {
    const { by } = endOf(error, this.#signal);
    if (by === undefined) throw new ApplyEnded(undefined);
    return by;
  }

  /** What is not Apple's is about all of the work: the disk is full, the state is somebody else's. */
  #endIfHopeless(error: unknown): void {
    const isAboutOne = error instanceof AppleApiError && !this.#streak.endsWork(error);
    if (!isAboutOne) throw endOf(error, this.#signal);
  }
}

function orphanKey(orphan: Orphan): string {
  return orphan.kind === "default" ? placeKey(orphan) : `${orphan.kind} ${orphan.identifier}`;
}
