import { AppleApiError } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { heedingInterruption } from "../heeding-interruption.ts";
import { sayDuration } from "./duration.ts";
import { sayProgress } from "./progress.ts";

/** How something is waited for. */
export interface PollOptions<T> {
  /** What is waited for, as in `still pending: …`. */
  readonly what: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** The command line that goes on waiting. */
  readonly resume: string;
  /** Looks once. */
  readonly look: () => Promise<Look<T>>;
}

type PollIo = Pick<Io, "now" | "sleep" | "signal" | "stderr" | "isErrTty">;

/** What a look showed: an end, or how far it is. */
export type Look<T> = { readonly done: T } | { readonly pending: string };

/**
 * Looks again and again until there is an end, the last time at the timeout. Failures that pass (429,
 * 5xx, the network) do not end the waiting; after a 429 the next look comes no earlier than Apple says.
 *
 * @throws CommandFailed `STILL_PENDING` after the timeout, `INTERRUPTED` by the signal
 * @throws AppleApiError for failures that do not pass, and for the last look's when time is up: what
 *   could not be looked at is not known to be pending
 */
export function poll<T>(io: PollIo, options: PollOptions<T>): Promise<T> {
  return heedingInterruption(io, () => lookUntilDone(io, options));
}

async function lookUntilDone<T>(io: PollIo, options: PollOptions<T>): Promise<T> {
  const { intervalMs, timeoutMs, look } = options;
  const deadline = io.now() + timeoutMs;
  for (;;) {
    const lookedAt = io.now();
    const seen = await lookOnce(look).catch((error: unknown) => rethrow(error, io, options));
    if ("done" in seen) return seen.done;
    const { notBefore = 0 } = seen;
    if (io.now() >= deadline || notBefore > deadline) throw timeIsUp(options, seen);
    const next = Math.max(Math.min(lookedAt + intervalMs, deadline), notBefore);
    sayProgress(
      io,
      `${options.what}: ${seen.pending}; next look in ${sayDuration(next - io.now())}`,
    );
    await io
      .sleep(Math.max(0, next - io.now()), io.signal)
      .catch((error: unknown) => rethrow(error, io, options));
  }
}

/** What a look showed that was not the end: how far it is, or why it could not be seen. */
interface NotYet {
  readonly pending: string;
  readonly failure?: AppleApiError;
  /** When Apple takes the next call, in milliseconds since 1970. */
  readonly notBefore?: number;
}

async function lookOnce<T>(look: () => Promise<Look<T>>): Promise<{ readonly done: T } | NotYet> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof AppleApiError) || !error.retryable) throw error;
    const { message, retryAt } = error;
    return {
      pending: message,
      failure: error,
      ...(retryAt === undefined ? {} : { notBefore: retryAt }),
    };
  }
}

function rethrow<T>(
  error: unknown,
  { signal }: Pick<Io, "signal">,
  options: PollOptions<T>,
): never {
  if (!signal.aborted) throw error;
  throw new CommandFailed("INTERRUPTED", `stopped waiting for ${options.what}`, {
    advice: `it goes on at Apple; wait on with: ${options.resume}`,
    cause: error,
  });
}

function timeIsUp<T>(
  { what, timeoutMs, resume }: PollOptions<T>,
  { pending, failure }: NotYet,
): CommandFailed | AppleApiError {
  return (
    failure ??
    new CommandFailed(
      "STILL_PENDING",
      `${what}: expected an end within ${sayDuration(timeoutMs)}; ${pending}`,
      { advice: `nothing is lost; wait on with: ${resume}` },
    )
  );
}
