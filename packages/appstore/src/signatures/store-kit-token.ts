import type { InAppPurchaseKey } from "./in-app-purchase-key.ts";
import { checkText, invalid, toSeconds } from "./offer-claims.ts";

declare const storeKitToken: unique symbol;

/** A bearer token of the App Store Server and Retention Messaging APIs. */
export type StoreKitToken = string & { readonly [storeKitToken]: true };

/** How long a token lives by default, in seconds: as in Apple's libraries. */
export const STORE_KIT_TOKEN_SECONDS = 5 * 60;

/**
 * The longest life Apple accepts, in seconds.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests
 */
export const STORE_KIT_TOKEN_MAX_SECONDS = 60 * 60;

/** What Apple's APIs of both kinds expect to be addressed to. */
export const API_AUDIENCE = "appstoreconnect-v1";

/** What a token is made from. */
export interface StoreKitTokenInput {
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Default {@link STORE_KIT_TOKEN_SECONDS}. */
  readonly lifetimeSeconds?: number;
}

/**
 * Returns a bearer token for `api.storekit.apple.com` and its sandbox.
 *
 * @throws SignatureError `SIGNATURE_INPUT_INVALID`
 */
export async function createStoreKitToken(input: StoreKitTokenInput): Promise<StoreKitToken> {
  const { key, bundleId, issuedAt, lifetimeSeconds = STORE_KIT_TOKEN_SECONDS } = input;
  checkText(bundleId, "bundleId");
  checkLifetime(lifetimeSeconds, STORE_KIT_TOKEN_MAX_SECONDS);
  const iat = toSeconds(issuedAt);
  const exp = iat + lifetimeSeconds;
  const token = await key.signJws({
    iss: key.issuerId,
    iat,
    exp,
    aud: API_AUDIENCE,
    bid: bundleId,
  });
  // The brand exists for the compiler alone, and only here is one made.
  return token as StoreKitToken;
}

/** @throws SignatureError `SIGNATURE_INPUT_INVALID` where a lifetime is none that Apple accepts */
export function checkLifetime(lifetimeSeconds: number, max: number): void {
  const isAccepted =
    Number.isInteger(lifetimeSeconds) && lifetimeSeconds > 0 && lifetimeSeconds <= max;
  if (!isAccepted) throw invalid("lifetimeSeconds", `1 to ${max} seconds`);
}
