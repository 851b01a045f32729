import type { Database, IdSource } from "../storage/index.ts";
import type { Passwords } from "./passwords.ts";
import type { RandomBytes } from "./secrets.ts";
import type { Cookies } from "./session-cookie.ts";

/** How long things last, ms. */
export interface AccessLifetimes {
  /** A session that is not used. */
  readonly sessionIdleMs: number;
  /** A session however much it is used. */
  readonly sessionMs: number;
  /** The setup link: it stands in a log, and a restart prints another. */
  readonly setupMs: number;
  readonly invitationMs: number;
  /** A login that is at the OpenID provider. */
  readonly providerLoginMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What things last by default. */
export const ACCESS_LIFETIMES: AccessLifetimes = {
  sessionIdleMs: 12 * HOUR_MS,
  sessionMs: 7 * DAY_MS,
  setupMs: HOUR_MS,
  invitationMs: 7 * DAY_MS,
  providerLoginMs: 10 * MINUTE_MS,
};

/** What everything in this folder works with. */
export interface AccessServices {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly cookies: Cookies;
  readonly lifetimes: AccessLifetimes;
  /** Where browsers reach us, without a slash at the end. */
  readonly publicUrl: string;
  readonly ids: IdSource;
  readonly random: RandomBytes;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
