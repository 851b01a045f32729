import type { ApiClock } from "../http/index.ts";
import { CONNECT_TOKEN_MAX_SECONDS, createConnectToken } from "../signatures/index.ts";
import type { ConnectKey, ConnectToken } from "../signatures/index.ts";

/** A token is made a minute short of the longest life, for clocks that differ. */
const MARGIN_SECONDS = 60;
const LIFETIME_SECONDS = CONNECT_TOKEN_MAX_SECONDS - MARGIN_SECONDS;

/** Milliseconds before its end from which a token is not used any more. */
const RENEW_BEFORE_END_MS = 60_000;

/**
 * Returns what gives out tokens: the same one until a minute before its end, as Apple asks for.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
 */
export function createReusedToken(key: ConnectKey, clock: ApiClock): () => Promise<ConnectToken> {
  let current: { readonly token: Promise<ConnectToken>; readonly issuedAt: number } | undefined;
  return async () => {
    const now = clock.now();
    if (current === undefined || !isFresh(now - current.issuedAt)) {
      const token = createConnectToken({ key, issuedAt: now, lifetimeSeconds: LIFETIME_SECONDS });
      current = { token, issuedAt: now };
    }
    return current.token;
  };
}

/** A clock that was set back makes an age below zero. */
function isFresh(ageMs: number): boolean {
  return ageMs >= 0 && ageMs < LIFETIME_SECONDS * 1000 - RENEW_BEFORE_END_MS;
}
