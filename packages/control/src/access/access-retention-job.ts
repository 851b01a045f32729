import type { JobKind } from "../jobs/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import type { AccessLifetimes } from "./access-services.ts";
import { ACCESS_LIFETIMES } from "./access-services.ts";

/** What is kept how long. */
export interface AccessRetentionOptions {
  readonly database: Database;
  /** As access itself has them; default {@link ACCESS_LIFETIMES}. */
  readonly lifetimes?: AccessLifetimes;
  /** How long revoked and expired tokens can be looked at, ms; default 90 days, as the API says. */
  readonly endedTokensMs?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

const HOUR_MS = 3_600_000;
const ENDED_TOKENS_MS = 90 * 24 * HOUR_MS;

/**
 * Returns the job that deletes, every hour, what opens nothing any more: expired sessions, codes,
 * invitations and logins, full buckets of attempts, and tokens that ended long ago. None of these tables
 * is long, for each row was made by a person or by a throttled attempt.
 */
export function accessRetentionJob(options: AccessRetentionOptions): JobKind {
  const { database, lifetimes = ACCESS_LIFETIMES, now = Date.now } = options;
  const { endedTokensMs = ENDED_TOKENS_MS } = options;
  return {
    name: "access.retention",
    everyMs: HOUR_MS,
    async run({ signal }) {
      const at = now();
      for (const query of expired(database.queries, at, at - lifetimes.sessionIdleMs)) {
        signal.throwIfAborted();
        await query.execute();
      }
      signal.throwIfAborted();
      await deleteEndedTokens(database.queries, at - endedTokensMs);
    },
  };
}

function expired(queries: Queries, at: number, idleSince: number) {
  return [
    queries.deleteFrom("sessions").where("expires_at", "<=", at),
    queries.deleteFrom("sessions").where("last_seen_at", "<=", idleSince),
    queries.deleteFrom("setup_codes").where("expires_at", "<=", at),
    queries.deleteFrom("invitations").where("expires_at", "<=", at),
    queries.deleteFrom("provider_logins").where("expires_at", "<=", at),
    queries.deleteFrom("login_throttle").where("full_at", "<=", at),
  ];
}

async function deleteEndedTokens(queries: Queries, before: number): Promise<void> {
  await queries
    .deleteFrom("api_tokens")
    .where((token) =>
      token.or([token("revoked_at", "<", before), token("expires_at", "<", before)]),
    )
    .execute();
}
