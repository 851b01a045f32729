import { AppleApiError } from "@holdfast/appstore/http";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";
import { recordEndpointChange } from "./endpoint-history.ts";
import type { EndpointChange } from "./endpoint-history.ts";

/** Apple's number where no URL is configured. */
const NO_URL = 4040021;

/** Returns the configured URL, or null where there is none. */
export async function currentUrl(
  client: RetentionMessagingClient,
  io: Pick<Io, "signal">,
): Promise<string | null> {
  try {
    return (await client.getRealtimeUrl({ signal: io.signal })).realtimeURL;
  } catch (error) {
    if (error instanceof AppleApiError && error.errorCode === NO_URL) return null;
    throw error;
  }
}

/**
 * Changes the real-time URL and writes down what it was before.
 *
 * @throws AppleApiError
 * @throws UsageError `FILE_UNWRITABLE` before anything is changed
 */
export async function changeEndpoint<T>(
  client: RetentionMessagingClient,
  io: Io,
  change: Pick<EndpointChange, "action" | "to"> & { readonly make: () => Promise<T> },
): Promise<T> {
  const { bundleId, environment, baseUrl } = client;
  const from = await currentUrl(client, io);
  const { action, to, make } = change;
  const at = new Date(io.now()).toISOString();
  return recordEndpointChange(io, { at, bundleId, environment, baseUrl, action, from, to }, make);
}
