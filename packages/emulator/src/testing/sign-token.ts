import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import type { Credentials } from "../emulator/emulator.ts";

/** What a token shall say instead of what is right; `undefined` leaves a member out. */
export interface TokenChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** PKCS#8 PEM; default the app's. */
  readonly privateKey?: string;
}

/** Returns a token of an app's developer issued at `now` (milliseconds), right but for `changes`. */
export async function signToken(
  { keyId, issuerId, bundleId, privateKey }: Credentials,
  now: number,
  changes: TokenChanges = {},
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const claims = { iss: issuerId, iat, exp: iat + 300, aud: "appstoreconnect-v1", bid: bundleId };
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: keyId, ...changes.header })
    .sign(createPrivateKey(changes.privateKey ?? privateKey));
}
