import { createAppStoreServerClient } from "@holdfast/appstore/server-api";
import type { AppStoreServerClient } from "@holdfast/appstore/server-api";
import type { Io, Options } from "../command.ts";
import {
  callFactsOf,
  clientOptionsOf,
  resolveIdentity,
} from "../storekit/open-retention-messaging.ts";
import { explainFailures } from "../storekit/explain-failures.ts";
import type { ClientIdentity, ClientMeans } from "../storekit/open-retention-messaging.ts";

/**
 * Opens the App Store Server API for a command: as whom, for which app and where is said as for
 * Retention Messaging (see `STOREKIT_OPTIONS`). Nothing is sent yet.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `BASE_URL_INVALID`
 * @throws CredentialsError
 * @throws SignatureError `PRIVATE_KEY_INVALID`
 */
export async function openAppStoreServer(options: Options, io: Io): Promise<AppStoreServerClient> {
  const identity = await resolveIdentity(options, io);
  return createServerClient(identity, { io, readOnly: options.flag("read-only") });
}

/** Makes a client of the App Store Server API the way all commands do. */
export function createServerClient(
  identity: ClientIdentity,
  means: ClientMeans,
): AppStoreServerClient {
  const client = createAppStoreServerClient(clientOptionsOf(identity, means));
  return explainFailures(client, callFactsOf(identity, means));
}
