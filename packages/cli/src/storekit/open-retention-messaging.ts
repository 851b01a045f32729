import { UsageError } from "@holdfast/appstore/errors";
import type { StoreKitClientOptions } from "@holdfast/appstore/http";
import { createRetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type {
  ApiEnvironment,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Io, Options } from "../command.ts";
import { VERSION } from "../version.ts";
import { importKeyOf } from "./credentials/import-key.ts";
import { resolveCredentials } from "./credentials/resolve-credentials.ts";
import type { ResolvedCredentials } from "./credentials/resolve-credentials.ts";
import { createWaitTeller } from "./progress.ts";
import { requireEnvironment } from "./storekit-options.ts";
import { findBaseUrl } from "./base-url.ts";
import { explainFailures } from "./explain-failures.ts";
import type { CallFacts } from "./explain-failures.ts";
import { readTimeouts } from "./timeouts.ts";
import type { Timeouts } from "./timeouts.ts";

/** What a command knows beside its options. */
export interface OpenOptions {
  /** The app a flow or another file is for; credentials of another app are refused. */
  readonly expectedBundleId?: string | undefined;
}

/**
 * Opens Apple's API for a command: credentials, app, environment, base URL and timeouts from the
 * command line (see `STOREKIT_OPTIONS`), the environment, and what is stored. Nothing is sent yet.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `BUNDLE_ID_MISMATCH`, `BASE_URL_INVALID`
 * @throws CredentialsError
 * @throws SignatureError `PRIVATE_KEY_INVALID`
 */
export async function openRetentionMessaging(
  options: Options,
  io: Io,
  { expectedBundleId }: OpenOptions = {},
): Promise<RetentionMessagingClient> {
  const identity = await resolveIdentity(options, io, { expectedBundleId });
  return createClient(identity, { io, readOnly: options.flag("read-only") });
}

/**
 * Finds out as whom, for which app and where a command calls Apple's StoreKit hosts.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, `BUNDLE_ID_MISMATCH`
 * @throws CredentialsError
 * @throws SignatureError `PRIVATE_KEY_INVALID`
 */
export async function resolveIdentity(
  options: Options,
  io: Io,
  { expectedBundleId }: OpenOptions = {},
): Promise<ClientIdentity> {
  const environment = requireEnvironment(options);
  const credentials = await resolveCredentials(options, io);
  const bundleId = bundleIdOf(options, credentials, expectedBundleId);
  const key = await importKeyOf(credentials);
  return { key, bundleId, environment, credentials: sayCredentials(credentials) };
}

/** Says in words where credentials come from. */
export function sayCredentials({
  name,
  source,
}: Pick<ResolvedCredentials, "name" | "source">): string {
  return source === "environment" ? "the key in the environment" : `profile ${name} (${source})`;
}

/** Whose API is called. */
export interface ClientIdentity {
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  readonly environment: ApiEnvironment;
  /** Where the key comes from, in words for failures. */
  readonly credentials?: string;
}

/** What a client is made with beside the identity. */
export interface ClientMeans {
  readonly io: Io;
  /** Refuses what changes something at Apple; default false. */
  readonly readOnly?: boolean;
}

/** Makes a client the way all commands do. */
export function createClient(
  identity: ClientIdentity,
  means: ClientMeans,
): RetentionMessagingClient {
  const client = createRetentionMessagingClient(clientOptionsOf(identity, means));
  return explainFailures(client, callFactsOf(identity, means));
}

/** Returns what a client's failures are explained by. */
export function callFactsOf(
  { key, bundleId, environment, credentials }: ClientIdentity,
  { io }: ClientMeans,
): CallFacts {
  const { keyId, issuerId } = key;
  return { credentials, keyId, issuerId, bundleId, baseUrl: findBaseUrl(environment, io) };
}

/**
 * Returns what the clients of Apple's StoreKit hosts are made with, the same for all of them.
 *
 * @throws UsageError `OPTION_INVALID` for a timeout of the environment
 */
export function clientOptionsOf(
  { key, bundleId, environment }: ClientIdentity,
  { io, readOnly = false }: ClientMeans,
): StoreKitClientOptions & Timeouts {
  const baseUrl = findBaseUrl(environment, io);
  return {
    key,
    bundleId,
    environment,
    ...readTimeouts(io),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.url }),
    fetch: io.fetch,
    clock: { now: io.now, sleep: io.sleep },
    readOnly,
    userAgent: `holdfast/${VERSION}`,
    onWait: createWaitTeller(io),
  };
}

/**
 * Returns the app: the command line's, the environment's, else the one stored with the credentials.
 *
 * @throws UsageError `OPTION_MISSING`, `BUNDLE_ID_MISMATCH`
 */
export function bundleIdOf(
  options: Pick<Options, "text">,
  { bundleId: stored, name }: Pick<ResolvedCredentials, "bundleId" | "name">,
  expected?: string,
): string {
  const named = options.text("bundle-id")?.trim() ?? "";
  const bundleId = named === "" ? (stored ?? expected) : named;
  if (bundleId === undefined) {
    throw new UsageError(
      "OPTION_MISSING",
      "--bundle-id is required, or HOLDFAST_STOREKIT_BUNDLE_ID in the environment: no app is stored with these credentials",
    );
  }
  if (expected === undefined || bundleId === expected) return bundleId;
  throw new UsageError(
    "BUNDLE_ID_MISMATCH",
    `expected credentials for ${expected}, got ${name}, which is for ${bundleId}; name others with --storekit-profile, or the app with --bundle-id`,
  );
}
