import type { KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import type { WorkersTarget } from "../target.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { judgeSetback } from "./judge-setback.ts";
import { noteValue } from "./stored-values.ts";
import type { KnownValue, ValueNote } from "./stored-values.ts";

/** What an attempt at a value is made with. */
export interface Attempt {
  readonly target: WorkersTarget;
  readonly means: WorkersMeans;
  /** Aborts when this process stops. */
  readonly signal: AbortSignal;
  /** Aborts when another process may be at the same namespace by now. */
  readonly lost: AbortSignal;
}

/** How long one attempt may take, with all that the client tries within it, ms. */
const ATTEMPT_MS = 30_000;

/** Asks Cloudflare something about a value, and returns what to write down. */
export type Asking = (client: KvNamespaceClient, signal: AbortSignal) => Promise<ValueNote>;

/**
 * Makes one attempt at a value and writes down how it went. Returns whether it went well.
 *
 * @throws what is not about Cloudflare, the token or the value; when the process stops, the reason
 */
export async function attemptValue(
  { wanted, stored }: KnownValue,
  { target, means, signal, lost }: Attempt,
  ask: Asking,
): Promise<boolean> {
  const note = (what: ValueNote) => noteValue(means.database, { target, place: wanted }, what);
  const startedAt = means.now();
  const limit = AbortSignal.any([signal, lost, AbortSignal.timeout(ATTEMPT_MS)]);
  try {
    const asked = await ask(await means.clientOf(target), limit);
    lost.throwIfAborted();
    await note(asked);
    return true;
  } catch (error) {
    // Somebody else may have written something newer, and this may have gone over it: it is written again.
    if (lost.aborted) await note({ tag: null, next_at: means.now() });
    if (lost.aborted || signal.aborted) throw error;
    const attempts = (stored?.attempts ?? 0) + 1;
    const { problem, nextAt } = judgeSetback(error, { attempt: attempts, now: means.now() });
    const failing_since = stored?.failing_since ?? startedAt;
    await note({ attempts, problem, next_at: nextAt, check_at: nextAt, failing_since });
    return false;
  }
}
