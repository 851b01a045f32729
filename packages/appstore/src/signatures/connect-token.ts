import type { ConnectKey } from "./connect-key.ts";
import { toSeconds } from "./offer-claims.ts";
import { API_AUDIENCE, checkLifetime } from "./store-kit-token.ts";

declare const connectToken: unique symbol;

/** A bearer token of the App Store Connect API. */
export type ConnectToken = string & { readonly [connectToken]: true };

/**
 * The longest life Apple accepts, in seconds, and the default: Apple asks to use a token until it ends.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
 */
export const CONNECT_TOKEN_MAX_SECONDS = 20 * 60;

/** What a token is made from. */
export interface ConnectTokenInput {
  readonly key: ConnectKey;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Default {@link CONNECT_TOKEN_MAX_SECONDS}. */
  readonly lifetimeSeconds?: number;
  /** The requests it is good for, like `GET /v1/apps`; default: all the key may make. */
  readonly scope?: readonly string[];
}

/**
 * Returns a bearer token for `api.appstoreconnect.apple.com`.
 *
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createConnectToken(input: ConnectTokenInput): Promise<ConnectToken> {
  const { key, issuedAt, lifetimeSeconds = CONNECT_TOKEN_MAX_SECONDS, scope } = input;
  checkLifetime(lifetimeSeconds, CONNECT_TOKEN_MAX_SECONDS);
  const iat = toSeconds(issuedAt);
  const exp = iat + lifetimeSeconds;
  const issuer = key.owner.kind === "team" ? { iss: key.owner.issuerId } : { sub: "user" };
  const claims = { ...issuer, iat, exp, aud: API_AUDIENCE };
  const token = await key.signJws(scope === undefined ? claims : { ...claims, scope });
  // The brand exists for the compiler alone, and only here is one made.
  return token as ConnectToken;
}
