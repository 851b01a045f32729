import { encodeBase64Url } from "@holdfast/appstore/crypto";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import { parseDecodedRealtimeRequest, parseSignedData } from "@holdfast/appstore/signed-data";
import type { RevocationLookup, SignedDataVerifier } from "@holdfast/appstore/signed-data";
import { admit, DEFAULT_FRESHNESS_MS } from "../answer/admit.ts";
import type { Admitted } from "../answer/admit.ts";
import { receive } from "../answer/receive.ts";
import type { LivePublication } from "../ports/publications.ts";

/** Where a request must be for. */
export type RequestTarget = Pick<LivePublication, "environment" | "appAppleId" | "trust">;

/** What a request's signature is held against. */
export interface RequestVerification {
  readonly verifier: SignedDataVerifier;
  readonly revocations?: RevocationLookup;
}

/** A request that a runtime would have gone on with. */
export interface TakenRequest {
  readonly request: DecodedRealtimeRequestBody;
  /** `notSigned`: somebody made it up, and nothing vouches for it. */
  readonly signature: "verified" | "notSigned";
  /** What the clock was held at, milliseconds since 1970: the request's own signedDate. */
  readonly clock: number;
}

const UNSIGNED_HEADER = { alg: "none" };
const ES256_SIGNATURE_BYTES = 64;
const encoder = new TextEncoder();

/**
 * Takes a captured request through the first steps of an answer: shape, app, environment, freshness, chain
 * and signature. The clock stands at the request's signedDate, so that what was good when it came is good
 * for as long as it is kept, whatever certificates have ended since.
 *
 * @throws RequestRefusal, BadDataError, PolicyError as a runtime would have refused it
 */
export async function takeCapturedRequest(
  signedPayload: string,
  target: RequestTarget,
  { verifier, revocations }: RequestVerification,
): Promise<TakenRequest> {
  const { data, request } = await admitThen(signedPayload, target);
  const policy = { trust: target.trust, validAt: request.signedDate };
  await verifier.verify(data, revocations === undefined ? policy : { ...policy, revocations });
  return { request, signature: "verified", clock: request.signedDate };
}

/**
 * Takes a made-up request through the same steps, but for the signature, which it has none of.
 *
 * @throws RequestRefusal, BadDataError, PolicyError as a runtime would have refused it
 */
export async function takeMadeUpRequest(
  request: DecodedRealtimeRequestBody,
  target: Omit<RequestTarget, "trust">,
): Promise<TakenRequest> {
  const admitted = await admitThen(unsignedPayloadOf(request), target);
  return { request: admitted.request, signature: "notSigned", clock: admitted.request.signedDate };
}

/** Receives and admits with the clock at the request's own date. */
async function admitThen(
  signedPayload: string,
  target: Omit<RequestTarget, "trust">,
): Promise<Admitted> {
  const received = await receive(
    new Request("http://simulated/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ signedPayload }),
    }),
  );
  const { signedDate } = parseDecodedRealtimeRequest(parseSignedData(received).payload);
  return admit(received, target, { now: signedDate, freshnessMs: DEFAULT_FRESHNESS_MS });
}

/** A compact JWS in shape alone: no verifier takes it. */
function unsignedPayloadOf(request: DecodedRealtimeRequestBody): string {
  const signature = encodeBase64Url(new Uint8Array(ES256_SIGNATURE_BYTES));
  return `${partOf(UNSIGNED_HEADER)}.${partOf(request)}.${signature}`;
}

function partOf(value: object): string {
  return encodeBase64Url(encoder.encode(JSON.stringify(value)));
}
