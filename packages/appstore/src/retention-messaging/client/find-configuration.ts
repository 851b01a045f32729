import { AppleApiError } from "../../http/index.ts";
import { isNoPlace } from "./known-refusals.ts";
import type {
  CallOptions,
  DefaultPlace,
  RetentionMessagingClient,
} from "./retention-messaging-client.ts";

/** Apple's number for "there is no default message here". */
const DEFAULT_MESSAGE_NOT_FOUND = 4040020;

/** Apple's number for "there is no real-time URL". */
const REALTIME_URL_NOT_FOUND = 4040021;

/**
 * Returns the configured real-time URL, or null where there is none.
 *
 * @throws AppleApiError for every other refusal or failure
 */
export async function findRealtimeUrl(
  client: Pick<RetentionMessagingClient, "getRealtimeUrl">,
  options?: CallOptions,
): Promise<string | null> {
  try {
    return (await client.getRealtimeUrl(options)).realtimeURL;
  } catch (error) {
    if (error instanceof AppleApiError && error.errorCode === REALTIME_URL_NOT_FOUND) return null;
    throw error;
  }
}

/**
 * Returns the identifier of the default message at a place, or null where there is none: also where
 * Apple does not know the product or the locale any more.
 *
 * @throws AppleApiError for every other refusal or failure
 */
export async function findDefaultMessage(
  client: Pick<RetentionMessagingClient, "getDefaultMessage">,
  place: DefaultPlace,
  options?: CallOptions,
): Promise<string | null> {
  try {
    return (await client.getDefaultMessage(place, options)).messageIdentifier;
  } catch (error) {
    const isMissing =
      error instanceof AppleApiError && error.errorCode === DEFAULT_MESSAGE_NOT_FOUND;
    if (isMissing || isNoPlace(error)) return null;
    throw error;
  }
}
