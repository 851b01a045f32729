import { AppleApiError } from "@holdfast/appstore/http";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import { findDefaultMessage } from "@holdfast/appstore/retention-messaging/client";
import type {
  DefaultPlace,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";
import { checkDefaults as checkWantedDefaults } from "../doctor/check-defaults.ts";
import type { Finding } from "../findings/finding.ts";
import type { ExpectedDefaults } from "./expected-defaults.ts";

/** How long our own health may take to answer. */
const HEALTH_TIMEOUT_MS = 5000;

/** How many defaults are looked at: Apple counts each as a request. */
const MAX_DEFAULTS = 20;

/** A test that passed longer ago says little of what answers now. Ours: Apple tells no limit. */
const RECENT_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is looked at before a URL goes into production. */
export interface EndpointChecks {
  readonly url: string;
  readonly expected: ExpectedDefaults;
  /** When a performance test was last seen to have passed, in milliseconds since 1970. */
  readonly passedAt: number | undefined;
}

/**
 * Looks at what makes a URL in production useless, and returns a warning for each; what cannot be
 * looked at is a warning, too.
 */
export async function checkEndpointChange(
  client: RetentionMessagingClient,
  { url, expected, passedAt }: EndpointChecks,
  io: Pick<Io, "fetch" | "now" | "signal">,
): Promise<readonly string[]> {
  return [
    ...checkPassedTest(passedAt, io.now()),
    ...(await checkMessages(client, io.signal)),
    ...("places" in expected
      ? await checkPlaces(client, expected.places, io.signal)
      : await checkFlowDefaults(client, expected, io)),
    ...(await checkHealth(url, io)),
  ];
}

/** Apple does not tell which tests there were, so only those seen from here are known. */
function checkPassedTest(passedAt: number | undefined, now: number): readonly string[] {
  if (passedAt !== undefined && now - passedAt <= RECENT_DAYS * DAY_MS) return [];
  return [
    `no performance test was seen to pass from here in the last ${RECENT_DAYS} days: Apple decides, and refuses the URL with 4030026 where none has passed`,
  ];
}

async function checkFlowDefaults(
  client: RetentionMessagingClient,
  { desired, state }: Extract<ExpectedDefaults, { readonly desired: unknown }>,
  io: Pick<Io, "signal">,
): Promise<readonly string[]> {
  if (desired.bundleId !== client.bundleId) {
    return [`the flow is for ${desired.bundleId}, so its default messages were not looked at`];
  }
  const finding = await checkWantedDefaults(desired, { client, state, sample: MAX_DEFAULTS, io });
  return finding.status === "ok" ? [] : [sayFinding(finding)];
}

/** Says a finding in one line, with what to do. */
export function sayFinding({ code, message, advice }: Finding): string {
  return `${code}: ${message}${advice === undefined ? "" : `; ${advice}`}`;
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

async function checkPlaces(
  client: RetentionMessagingClient,
  places: readonly DefaultPlace[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (places.length === 0) {
    return [
      "default messages were not looked at; name a flow or products: --flow, --product-id, or --catalog",
    ];
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
    if ((await findDefaultMessage(client, place, { signal })) !== null) return [];
    return [
      `${productId} has no default message in ${locale}: Apple shows nothing there when an answer fails`,
    ];
  } catch (error) {
    return [whyUnknown(`the default message of ${productId} in ${locale}`, error)];
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
