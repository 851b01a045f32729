import { randomUUID } from "node:crypto";
import type { RouteInput, routes } from "@holdfast/api";
import { CodedError } from "@holdfast/appstore/errors";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { Stops, SubscriberLookup } from "@holdfast/flow/evaluate";
import { webCryptography } from "@holdfast/runtime/keys";
import {
  describeRefusal,
  simulate,
  takeCapturedRequest,
  takeMadeUpRequest,
} from "@holdfast/runtime/simulate";
import type { Simulation, TakenRequest } from "@holdfast/runtime/simulate";
import type { SimulatedFlow } from "./simulated-flow.ts";
import type { SimulatedPlace } from "./simulated-place.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** Why a runtime would have turned a request away. */
export interface SimulatedRefusal {
  readonly code: string;
  /** The HTTP status it would have had. */
  readonly status: number;
  readonly message: string;
}

/** A request that was taken, or why it was not. */
export type TakenOrRefused =
  | { readonly taken: TakenRequest; readonly refusal?: undefined }
  | { readonly taken?: undefined; readonly refusal: SimulatedRefusal };

/** Who asks nobody knows; shaped like Apple's, and none of Apple's. */
const INVENTED_TRANSACTION_ID = "9000000000000000";

/** A request that nobody sent, as the API takes it. */
export type MadeUpRequest = NonNullable<RouteInput<typeof routes.simulate>["body"]["request"]>;

/** Takes a captured request through a runtime's first steps; what it would have refused is returned. */
export async function takeCaptured(
  { verifier }: Pick<SimulatorMeans, "verifier">,
  place: SimulatedPlace,
  signedPayload: string,
): Promise<TakenOrRefused> {
  return refusable(takeCapturedRequest(signedPayload, place, { verifier }));
}

/** Takes a made-up request through the same steps, but for its signature. */
export async function takeMadeUp(
  place: SimulatedPlace,
  made: MadeUpRequest,
  now: number,
): Promise<TakenOrRefused> {
  const request: DecodedRealtimeRequestBody = {
    originalTransactionId: made.originalTransactionId ?? INVENTED_TRANSACTION_ID,
    appAppleId: place.appAppleId,
    productId: made.productId,
    userLocale: made.userLocale,
    requestIdentifier: randomUUID(),
    environment: place.environment === "production" ? "Production" : "Sandbox",
    signedDate: made.requestedAt ?? now,
  };
  return refusable(takeMadeUpRequest(request, place));
}

async function refusable(taking: Promise<TakenRequest>): Promise<TakenOrRefused> {
  try {
    return { taken: await taking };
  } catch (error) {
    // Anything without a code is a fault of ours, and no answer to the question.
    if (!(error instanceof CodedError)) throw error;
    return { refusal: describeRefusal(error) };
  }
}

/** What a request is answered by. */
export interface AnsweringFlow {
  readonly flow: SimulatedFlow;
  readonly subscriber: SubscriberLookup;
  readonly stops: Stops;
}

/** Takes a request through the rest of the steps. Nothing is kept. */
export function runSimulation(
  { app, bundleId, environment }: SimulatedPlace,
  { request }: Pick<TakenRequest, "request">,
  { flow, subscriber, stops }: AnsweringFlow,
): Promise<Simulation> {
  const snapshot = flow.prepared;
  return simulate(
    { app, bundleId, snapshot, environment, request, subscriber, stops },
    webCryptography,
  );
}
