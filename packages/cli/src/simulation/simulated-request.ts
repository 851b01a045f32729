import { randomUUID } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import {
  createSignedDataVerifier,
  parseDecodedRealtimeRequest,
  parseSignedData,
  verifyRealtimeRequest,
} from "@holdfast/appstore/signed-data";
import type { UnverifiedSignedData } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment, SubscriberLookup } from "@holdfast/flow/evaluate";
import { readFixtureFile } from "../fixtures/fixture-files.ts";
import type { Io, Options } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { readTrustedRoots } from "../trusted-roots.ts";

/** Where a request comes from, and whether it was held against its signature. */
export type RequestOrigin = "described" | "verified" | "notVerified";

/** A request that was captured; nothing of it is verified yet. */
export interface CapturedRequest {
  readonly data: UnverifiedSignedData;
  readonly request: DecodedRealtimeRequestBody;
  readonly signedPayload: string;
  /** What was known of the subscriber then, where the file says so. */
  readonly subscriber?: SubscriberLookup;
}

/** Shaped like Apple's, and none of Apple's. */
const DEFAULT_TRANSACTION_ID = "9000000000000000";

/** What a captured request says itself, so that saying it again would be a contradiction. */
const DESCRIBING = ["product", "locale", "at", "original-transaction-id", "environment"];

/**
 * Reads the request that `--request` names, or `undefined` when the options describe one.
 *
 * @throws UsageError, BadSignedData `JWS_MALFORMED`, `PAYLOAD_INVALID`
 */
export async function readCapturedRequest(
  options: Options,
  io: Io,
): Promise<CapturedRequest | undefined> {
  const file = options.text("request");
  if (file === undefined) return undefined;
  const both = DESCRIBING.find((name) => options.text(name) !== undefined);
  if (both !== undefined) {
    throw new UsageError("OPTION_INVALID", `--${both}: the request of --request says that itself`);
  }
  const { signedPayload, fixture } = await readFixtureFile(file, io);
  const data = parseSignedData(signedPayload);
  const subscriber = fixture?.subscriber;
  return {
    data,
    request: parseDecodedRealtimeRequest(data.payload),
    signedPayload,
    ...(subscriber === undefined ? {} : { subscriber }),
  };
}

/** Returns our name of the environment a request is of; Xcode's and local tests count as sandbox. */
export function environmentOf({ environment }: DecodedRealtimeRequestBody): FlowEnvironment {
  return environment === "Production" ? "production" : "sandbox";
}

/**
 * Verifies a captured request as of its own signedDate, however long ago it was captured.
 *
 * @param appAppleId - the app it must be for; unknown, it is not held against one
 * @throws BadSignedData, RefusedSignedData
 */
export async function verifyCapturedRequest(
  { data, request }: CapturedRequest,
  appAppleId: number | undefined,
  { options, io }: { readonly options: Options; readonly io: Io },
): Promise<void> {
  await verifyRealtimeRequest(createSignedDataVerifier({ now: () => request.signedDate }), data, {
    trust: await readTrustedRoots(io, options.list("trusted-root")),
    environment: request.environment,
    appAppleId: appAppleId ?? request.appAppleId,
  });
}

/** Makes a request out of what the options say. */
export function describeRequest(
  options: Options,
  {
    appAppleId = 0,
    environment,
  }: { readonly appAppleId?: number; readonly environment: FlowEnvironment },
  io: Io,
): DecodedRealtimeRequestBody {
  const at = options.text("at");
  return {
    originalTransactionId: options.text("original-transaction-id") ?? DEFAULT_TRANSACTION_ID,
    appAppleId,
    productId: options.required("product"),
    userLocale: options.text("locale") ?? "en-US",
    requestIdentifier: randomUUID(),
    environment: environment === "production" ? "Production" : "Sandbox",
    signedDate: at === undefined ? io.now() : parseInstant(at, "--at"),
  };
}
