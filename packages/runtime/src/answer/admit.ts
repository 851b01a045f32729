import { PolicyError } from "@holdfast/appstore/errors";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import { parseDecodedRealtimeRequest, parseSignedData } from "@holdfast/appstore/signed-data";
import type { UnverifiedSignedData } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { LivePublication } from "../ports/publications.ts";
import { RequestRefusal } from "./request-refusal.ts";

/** How far signedDate may be from our clock, by default. */
export const DEFAULT_FRESHNESS_MS = 5 * 60 * 1000;

/** A request that is worth verifying. Its fields are still the sender's word. */
export interface Admitted {
  readonly data: UnverifiedSignedData;
  readonly request: DecodedRealtimeRequestBody;
}

/** Apple's spelling of the environments. */
const APPLE_ENVIRONMENT: Readonly<Record<FlowEnvironment, "Sandbox" | "Production">> = {
  sandbox: "Sandbox",
  production: "Production",
};

/**
 * Turns away what could never be answered before any cryptography is spent on it: another app or
 * environment, too old, from the future. Verification afterwards makes the same fields certain.
 *
 * @throws BadDataError `JWS_MALFORMED`, `PAYLOAD_INVALID`
 * @throws PolicyError `APP_MISMATCH`, `ENVIRONMENT_MISMATCH`, `UNSIGNED_DATA_REFUSED`
 * @throws RequestRefusal `SIGNED_DATE_STALE`, `SIGNED_DATE_IN_FUTURE`
 */
export function admit(
  signedPayload: string,
  live: Pick<LivePublication, "appAppleId" | "environment">,
  time: { readonly now: number; readonly freshnessMs: number },
): Admitted {
  const data = parseSignedData(signedPayload);
  const request = parseDecodedRealtimeRequest(data.payload);
  checkAddressee(request, live);
  checkFreshness(request.signedDate, time);
  return { data, request };
}

function checkAddressee(
  request: DecodedRealtimeRequestBody,
  live: Pick<LivePublication, "appAppleId" | "environment">,
): void {
  if (request.environment === "Xcode" || request.environment === "LocalTesting") {
    throw new PolicyError("UNSIGNED_DATA_REFUSED", "local test payloads are not signed by Apple");
  }
  if (request.environment !== APPLE_ENVIRONMENT[live.environment]) {
    throw new PolicyError(
      "ENVIRONMENT_MISMATCH",
      `expected a request of the ${live.environment} environment`,
    );
  }
  if (request.appAppleId !== live.appAppleId) {
    throw new PolicyError("APP_MISMATCH", "the request is for another appAppleId");
  }
}

function checkFreshness(
  signedDate: number,
  { now, freshnessMs }: { readonly now: number; readonly freshnessMs: number },
): void {
  const limit = `${Math.round(freshnessMs / 1000)} s`;
  if (signedDate < now - freshnessMs) {
    throw new RequestRefusal("SIGNED_DATE_STALE", `signedDate is more than ${limit} ago`);
  }
  if (signedDate > now + freshnessMs) {
    throw new RequestRefusal("SIGNED_DATE_IN_FUTURE", `signedDate is more than ${limit} ahead`);
  }
}
