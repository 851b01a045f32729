import { AppStoreServerAPIClient, Environment } from "@apple/app-store-server-library";
import type { Emulator } from "../emulator/emulator.ts";
import type { AppEnvironment } from "../world/index.ts";

/** Returns Apple's own client, as an app's developer would use it, pointed at the emulator. */
export function createAppleClient(
  emulator: Emulator,
  { app, environment }: AppEnvironment,
): AppStoreServerAPIClient {
  const credentials = emulator.credentials(app);
  const { privateKey, keyId, issuerId, bundleId } = credentials;
  const [named, urlBase] =
    environment === "sandbox"
      ? [Environment.SANDBOX, credentials.sandboxBaseUrl]
      : [Environment.PRODUCTION, credentials.productionBaseUrl];
  const client = new AppStoreServerAPIClient(privateKey, keyId, issuerId, bundleId, named);
  // The library has no way to name another host; its types keep the field to itself.
  return Object.assign(client, { urlBase });
}
