import { AppleApiError } from "@holdfast/appstore/http";
import { ApiRefusal } from "@holdfast/api/server";
import type { App } from "../apps/index.ts";
import type { AppleClients } from "./apple-clients.ts";
import { appleRefusal } from "./apple-refusal.ts";
import type { StoredConnectKey, StoredInAppPurchaseKey } from "./stored-key.ts";

/**
 * Asks Apple something with an In-App Purchase key before it is used. In the sandbox: the key is the same in
 * both environments, and nobody's subscribers are there. What Apple refuses for another reason than the
 * key, like access to the API not being granted yet, counts as accepted.
 *
 * @throws ApiRefusal `APPLE_REFUSED` where Apple does not accept the key, `APPLE_UNREACHABLE`
 */
export async function tryInAppPurchaseKey(
  clients: AppleClients,
  { app, key }: { readonly app: App; readonly key: StoredInAppPurchaseKey },
  signal: AbortSignal,
): Promise<void> {
  try {
    const client = await clients.retentionMessaging(app, "sandbox", key);
    await client.getMessageList({ signal });
  } catch (error) {
    if (error instanceof AppleApiError && isAboutSomethingElse(error)) return;
    throw appleRefusal(error);
  }
}

/**
 * Asks App Store Connect for the app with a key before it is used.
 *
 * @throws ApiRefusal `APPLE_REFUSED`, also where the key does not see the app; `APPLE_UNREACHABLE`
 */
export async function tryConnectKey(
  clients: AppleClients,
  { app, key }: { readonly app: App; readonly key: StoredConnectKey },
  signal: AbortSignal,
): Promise<void> {
  try {
    const { client } = await clients.connect(app, key);
    if ((await client.findApp(app.bundleId, { signal })) !== undefined) return;
  } catch (error) {
    throw appleRefusal(error);
  }
  throw new ApiRefusal(
    "APPLE_REFUSED",
    `App Store Connect shows the key ${key.keyId} no app with the bundle id ${app.bundleId}`,
    { advice: "give the key access to the app in App Store Connect, or use another" },
  );
}

function isAboutSomethingElse({ code }: AppleApiError): boolean {
  return code === "APPLE_REFUSED" || code === "APPLE_NO_ACCESS" || code === "APPLE_RATE_LIMITED";
}
