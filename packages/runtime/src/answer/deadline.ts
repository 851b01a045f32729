/** Time is up. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/** The time one answer may take. */
export interface Deadline {
  /** Milliseconds left; negative when it has passed. */
  remainingMs(): number;
  /** Resolves as `work` does, or rejects with {@link DeadlinePassed} when time is up first. */
  before<T>(work: Promise<T>): Promise<T>;
  /** Lets go of the timer. */
  end(): void;
}

/** Starts a deadline: {@link startDeadline}, or one of the host's own. */
export type StartDeadline = (budgetMs: number, elapsed: () => number) => Deadline;

/**
 * Starts a deadline. A timer exists only once something is waited for, and at most one.
 *
 * @param elapsed - milliseconds on a clock that never goes back
 */
export function startDeadline(budgetMs: number, elapsed: () => number): Deadline {
  const endsAt = elapsed() + budgetMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expired: Promise<never> | undefined;
  const expiry = (): Promise<never> => {
    expired ??= new Promise((_, reject) => {
      timer = setTimeout(() => reject(new DeadlinePassed()), Math.max(0, endsAt - elapsed()));
    });
    return expired;
  };
  return {
    remainingMs: () => endsAt - elapsed(),
    before: (work) => Promise.race([work, expiry()]),
    end: () => clearTimeout(timer),
  };
}

/**
 * Starts a deadline that ends no waiting, and so needs no timer: for a host that does all it waits for on the thread
 * that waits, where none could fire before it is done.
 */
export function startUntimedDeadline(budgetMs: number, elapsed: () => number): Deadline {
  const endsAt = elapsed() + budgetMs;
  return {
    remainingMs: () => endsAt - elapsed(),
    before: (work) => work,
    end: () => undefined,
  };
}
