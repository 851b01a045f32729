import { AppleApiError } from "@holdfast/appstore/http";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import type {
  DefaultPlace,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";

/** How long our own health may take to answer. */
const HEALTH_TIMEOUT_MS = 5000;

/** How many defaults are looked at: Apple counts each as a request. */
const MAX_DEFAULTS = 20;

/** Apple's number where a product and locale have no default message. */
const NO_DEFAULT = 4040020;

/** What is looked at before a URL goes into production. */
export interface EndpointChecks {
  readonly url: string;
  /** Where a default message is expected. */
  readonly places: readonly DefaultPlace[];
}

/**
 * Looks at what makes a URL in production useless, and returns a warning for each; what cannot be
 * looked at is a warning, too.
 */
export async function checkEndpointChange(
  client: RetentionMessagingClient,
  { url, places }: EndpointChecks,
  io: Pick<Io, "fetch" | "signal">,
): Promise<readonly string[]> {
  return [
    ...(await checkMessages(client, io.signal)),
    ...(await checkDefaults(client, places, io.signal)),
    ...(await checkHealth(url, io)),
  ];
}

async function checkMessages(
  client: RetentionMessagingClient,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { messageIdentifiers = [] } = await client.getMessageList({ signal });
    if (messageIdentifiers.some(({ messageState }) => isApproved(messageState))) return [];
    return ["no message is approved in this environment: Apple can show none"];
  } catch (error) {
    return [whyUnknown("messages", error)];
  }
}

async function checkDefaults(
  client: RetentionMessagingClient,
  places: readonly DefaultPlace[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (places.length === 0) {
    return ["default messages were not looked at; name products: --product-id, or --catalog"];
  }
  const warnings: string[] = [];
  for (const place of places.slice(0, MAX_DEFAULTS)) {
    warnings.push(...(await checkDefault(client, place, signal)));
  }
  const left = places.length - MAX_DEFAULTS;
  if (left > 0) warnings.push(`${left} more default messages were not looked at`);
  return warnings;
}

async function checkDefault(
  client: RetentionMessagingClient,
  place: DefaultPlace,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { productId, locale } = place;
  try {
    await client.getDefaultMessage(place, { signal });
    return [];
  } catch (error) {
    if (!(error instanceof AppleApiError) || error.errorCode !== NO_DEFAULT) {
      return [whyUnknown(`the default message of ${productId} in ${locale}`, error)];
    }
    return [
      `${productId} has no default message in ${locale}: Apple shows nothing there when an answer fails`,
    ];
  }
}

/** The change itself fails where the reason is the key or the network; what was interrupted ends. */
function whyUnknown(what: string, error: unknown): string {
  if (!(error instanceof AppleApiError) || error.code === "REQUEST_ABORTED") throw error;
  return `${what} could not be looked at: ${error.message}`;
}

/** A server of another kind has no /healthz, so this is never more than a hint. */
async function checkHealth(
  url: string,
  io: Pick<Io, "fetch" | "signal">,
): Promise<readonly string[]> {
  const health = new URL("/healthz", url).href;
  try {
    const limit = AbortSignal.any([io.signal, AbortSignal.timeout(HEALTH_TIMEOUT_MS)]);
    const response = await io.fetch(health, { signal: limit, redirect: "manual" });
    await response.body?.cancel();
    if (response.ok) return [];
    return [`${health} answered ${response.status}: is the runtime ready?`];
  } catch {
    return [`${health} did not answer from here: is the runtime reachable?`];
  }
}
