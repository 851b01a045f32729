import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import type { Emulator } from "../emulator/emulator.ts";

/** What a token shall say instead of what is right; `undefined` leaves a member out. */
export interface ConnectTokenChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** PKCS#8 PEM; default the team's. */
  readonly privateKey?: string;
}

/** An answer of the App Store Connect API. */
export interface ConnectAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Returns a token of an app's team issued at `now` (milliseconds), right but for `changes`. */
async function signConnectToken(
  emulator: Emulator,
  { app, now = Date.now() }: { readonly app: string; readonly now?: number },
  changes: ConnectTokenChanges = {},
): Promise<string> {
  const { connectKeyId, connectIssuerId, connectPrivateKey } = emulator.credentials(app);
  const iat = Math.floor(now / 1000);
  const claims = { iss: connectIssuerId, iat, exp: iat + 1200, aud: "appstoreconnect-v1" };
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: connectKeyId, ...changes.header })
    .sign(createPrivateKey(changes.privateKey ?? connectPrivateKey));
}

/** Asks the App Store Connect API as an app's team: an address after `/connect`, or a whole one. */
export async function callConnect(
  emulator: Emulator,
  { app, now, method = "GET" }: { app: string; now?: number; method?: string },
  address: string,
  changes?: ConnectTokenChanges,
): Promise<ConnectAnswer> {
  const at = now === undefined ? { app } : { app, now };
  const authorization = `Bearer ${await signConnectToken(emulator, at, changes)}`;
  const { connectBaseUrl } = emulator.credentials(app);
  const url = address.startsWith("/") ? `${connectBaseUrl}${address}` : address;
  const response = await emulator.fetch(new Request(url, { method, headers: { authorization } }));
  const { status, headers } = response;
  const body: unknown = await response.json();
  return { status, headers, body };
}
