import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { SignJWT } from "jose";
import type { AppWorld, InAppPurchaseKey } from "../world/index.ts";

/** Returns the first In-App Purchase key of an app. */
function firstKeyOf({ keys }: AppWorld): InAppPurchaseKey {
  const [key] = keys;
  if (key === undefined) throw new TypeError("expected an app with a key");
  return key;
}

/** What a V2 signature shall say instead of what is right. */
export interface OfferV2Changes {
  readonly header?: Readonly<Record<string, string | undefined>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** PKCS#8 PEM; default the app's. */
  readonly privateKeyPem?: string;
}

/** Returns a V2 signature for STAY of basic.monthly, right but for `changes`. */
export async function signOfferV2(
  app: AppWorld,
  { transactionId, now }: { readonly transactionId: string; readonly now: number },
  { header, claims, privateKeyPem }: OfferV2Changes = {},
): Promise<string> {
  const { keyId, privateKeyPem: own } = firstKeyOf(app);
  const payload = {
    iss: app.definition.issuerId,
    iat: Math.floor(now / 1000),
    aud: "promotional-offer",
    bid: app.definition.bundleId,
    nonce: randomUUID(),
    productId: "basic.monthly",
    offerIdentifier: "STAY",
    transactionId,
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: keyId, ...header })
    .sign(createPrivateKey(privateKeyPem ?? own));
}

/** Returns a V1 signature for STAY of basic.monthly over `changes`' parts. */
export function signOfferV1(
  app: AppWorld,
  now: number,
  changes: Readonly<Record<string, string | number>> = {},
): Record<string, string | number> {
  const { keyId, privateKeyPem } = firstKeyOf(app);
  const parts = {
    keyId,
    productId: "basic.monthly",
    offerIdentifier: "STAY",
    appAccountToken: "",
    nonce: randomUUID(),
    timestamp: now,
    ...changes,
  };
  const text = [
    app.definition.bundleId,
    parts.keyId,
    parts.productId,
    parts.offerIdentifier,
    parts.appAccountToken,
    parts.nonce,
    parts.timestamp,
  ].join("\u{2063}");
  const signature = sign("sha256", Buffer.from(text, "utf8"), createPrivateKey(privateKeyPem));
  const { appAccountToken, ...rest } = parts;
  return {
    ...rest,
    encodedSignature: signature.toString("base64"),
    ...(appAccountToken === "" ? {} : { appAccountToken }),
  };
}
