import { createHash } from "node:crypto";
import { findTarget } from "../target.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { attemptValue } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import {
  CHECK_MS,
  isDue,
  isToCheck,
  isWaiting,
  needsTending,
  readStoredValues,
  withStored,
} from "./stored-values.ts";
import type { KnownValue } from "./stored-values.ts";
import { wantedValues } from "./wanted-values.ts";

/** How long to wait for who is at the same namespace, ms. */
const PATIENCE_MS = 60_000;

/** Whom, and until when. */
export interface Tending {
  readonly app: string;
  /** Aborts when this process stops. */
  readonly signal: AbortSignal;
}

/**
 * Writes to an app's namespace what changed, and looks whether what was written is there. Of several at
 * once, in any process, one does it after the other: nothing older goes over something newer. A value that
 * cannot be written keeps those after it in its environment waiting, so that no publication overtakes a
 * stop list.
 *
 * Throws what the database throws.
 */
export async function tendValues(means: WorkersMeans, { app, signal }: Tending): Promise<void> {
  const { database, now } = means;
  if ((await findTarget(database.queries, app)) === undefined) return;
  // Most of the time there is nothing to do, and nobody has to wait for anybody.
  const known = await knownValues(means, app);
  if (!known.some((value) => needsTending(value, now()))) return;
  await database.lock(
    `workers ${app}`,
    async (lost) => {
      signal.throwIfAborted();
      const target = await findTarget(database.queries, app);
      if (target !== undefined) await tendTarget({ target, means, signal, lost });
    },
    { waitMs: PATIENCE_MS },
  );
}

async function knownValues(means: WorkersMeans, app: string): Promise<readonly KnownValue[]> {
  const { queries } = means.database;
  const stored = await readStoredValues(queries, app);
  return withStored(await wantedValues(queries, means, app), stored);
}

async function tendTarget(attempt: Attempt): Promise<void> {
  const { target, means } = attempt;
  const held = new Set<string>();
  for (const known of await knownValues(means, target.app)) {
    const { environment } = known.wanted;
    if (held.has(environment)) continue;
    const now = means.now();
    if (!isWaiting(known)) {
      if (isToCheck(known, now)) await check(known, attempt);
    } else if (!isDue(known, now) || !(await write(known, attempt))) {
      held.add(environment);
    }
  }
}

const NO_SETBACK = { failing_since: null, attempts: 0, problem: null, next_at: null } as const;

/** Returns whether it is written. */
async function write(known: KnownValue, attempt: Attempt): Promise<boolean> {
  const { key, tag, sequence, read } = known.wanted;
  return attemptValue(known, attempt, async (client, signal) => {
    const value = await read(() => client.read(key, signal));
    // Gone with its app: there is nothing to write, and nothing to say of it.
    if (value === undefined) return NO_SETBACK;
    await client.put([{ key, value }], signal);
    const now = attempt.means.now();
    const written = { tag, sequence, digest: digestOf(value), written_at: now };
    return { ...written, check_at: now + CHECK_MS.first, ...NO_SETBACK };
  });
}

/** Looks whether a value is there as it was written: somebody else may have changed it, or deleted it. */
async function check(known: KnownValue, attempt: Attempt): Promise<void> {
  const { wanted, stored } = known;
  await attemptValue(known, attempt, async (client, signal) => {
    const found = await client.read(wanted.key, signal);
    const now = attempt.means.now();
    if (found !== undefined && digestOf(found) === stored?.digest) {
      return { check_at: now + CHECK_MS.again, ...NO_SETBACK };
    }
    return { tag: null, check_at: null, ...NO_SETBACK, next_at: now };
  });
}

/** SHA-256, lowercase hex. */
function digestOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
