import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";
import { recordEndpointChange } from "./endpoint-history.ts";
import type { EndpointChange } from "./endpoint-history.ts";

/** A change of the URL, and what makes it. */
export interface MadeChange<T> extends Pick<EndpointChange, "action" | "to"> {
  /** Is given the URL before, null where there is none. */
  readonly make: (from: string | null) => Promise<T>;
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
  change: MadeChange<T>,
): Promise<T> {
  const { bundleId, environment, baseUrl } = client;
  const from = await findRealtimeUrl(client, { signal: io.signal });
  const { action, to, make } = change;
  const at = new Date(io.now()).toISOString();
  const written = { at, bundleId, environment, baseUrl, action, from, to };
  return recordEndpointChange(io, written, () => make(from));
}
