import type { ClaimedJob, Database } from "../storage/index.ts";
import { settleJob } from "../storage/index.ts";
import type { JobTimes } from "./job-times.ts";

/** How a lease is kept. */
export interface KeepLeaseOptions {
  readonly database: Database;
  readonly times: JobTimes;
  /** How long each extension lasts, ms; it is made three times as often. */
  readonly leaseMs: number;
  /** Ends the keeping. */
  readonly signal: AbortSignal;
  /** Called once when the job is, or may by now be, somebody else's. */
  readonly onLost: () => void;
}

/** Extends a claimed job's lease until `signal` aborts or the lease is lost. Never rejects. */
export async function keepLease(
  job: ClaimedJob,
  { database, times, leaseMs, signal, onLost }: KeepLeaseOptions,
): Promise<void> {
  let lastsUntil = times.now() + leaseMs;
  for (;;) {
    await times.wait(leaseMs / 3, signal);
    if (signal.aborted) return;
    const until = times.now() + leaseMs;
    const held = await extend(database, job, until);
    if (held === true) lastsUntil = until;
    // A database that does not answer is asked again for as long as nobody else can have claimed.
    if (held === false || (held === undefined && times.now() >= lastsUntil)) {
      onLost();
      return;
    }
  }
}

async function extend(
  { queries }: Database,
  job: ClaimedJob,
  until: number,
): Promise<boolean | undefined> {
  try {
    return await settleJob(queries, job, { to: "extended", until });
  } catch {
    return undefined;
  }
}
