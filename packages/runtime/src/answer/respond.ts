import {
  createAdvancedCommerceData,
  createPromotionalOfferSignatureV1,
  createPromotionalOfferSignatureV2,
} from "@holdfast/appstore/signatures";
import { UsageError } from "@holdfast/appstore/errors";
import type {
  DecodedRealtimeRequestBody,
  RealtimeResponseBody,
} from "@holdfast/appstore/retention-messaging";
import type {
  ResolvedAdvancedCommerce,
  ResolvedDeferToApple,
  ResolvedPromotionalOffer,
  ResolvedResponse,
} from "@holdfast/flow/evaluate";
import { offerNonce } from "../keys/offer-nonce.ts";
import type { AppKeys, LivePublication } from "../ports/publications.ts";
import type { DeliveryDeviation } from "../wire/decision-record.ts";
import { DeadlinePassed } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";

/** What is sent, and what was tried before it. */
export interface Delivery {
  /** Absent when nothing approved was left to send. */
  readonly delivered?: ResolvedResponse;
  /** Absent for `deferToApple`, and when nothing is left. */
  readonly body?: RealtimeResponseBody;
  readonly deviation?: DeliveryDeviation;
  readonly signing?: "signed" | "failed";
  readonly error?: unknown;
}

/** On whose behalf offers are signed. */
export interface Signer extends Pick<LivePublication, "app" | "environment" | "bundleId"> {
  readonly keys: Pick<AppKeys, "offerNonce" | "signing">;
}

/**
 * Sends the first candidate that can be sent. One that must be signed is skipped when signing fails
 * or when time is up; the rest needs no waiting.
 */
export async function respond(
  candidates: readonly ResolvedResponse[],
  signer: Signer,
  request: DecodedRealtimeRequestBody,
  deadline: Deadline,
): Promise<Delivery> {
  let failure: Pick<Delivery, "deviation" | "signing" | "error"> = {};
  for (const candidate of candidates) {
    if (candidate.kind === "deferToApple") return { delivered: candidate, ...failure };
    if (!isSigned(candidate)) {
      return { delivered: candidate, body: plainBody(candidate), ...failure };
    }
    try {
      const body = await signInTime(candidate, signer, request, deadline);
      return { delivered: candidate, body, ...failure, signing: "signed" };
    } catch (error) {
      const deviation = error instanceof DeadlinePassed ? "budgetExceeded" : "signingFailed";
      failure = { deviation, signing: "failed", error };
    }
  }
  return failure;
}

type SignedResponse = ResolvedPromotionalOffer | ResolvedAdvancedCommerce;

function isSigned(response: ResolvedResponse): response is SignedResponse {
  return response.kind === "promotionalOffer" || response.kind === "advancedCommerceInfo";
}

function plainBody(
  response: Exclude<ResolvedResponse, SignedResponse | ResolvedDeferToApple>,
): RealtimeResponseBody {
  const { messageIdentifier } = response;
  if (response.kind === "message") return { message: { messageIdentifier } };
  const { productId, billingPlanType } = response;
  return {
    alternateProduct: {
      messageIdentifier,
      productId,
      ...(billingPlanType === undefined ? {} : { billingPlanType }),
    },
  };
}

async function signInTime(
  response: SignedResponse,
  signer: Signer,
  request: DecodedRealtimeRequestBody,
  deadline: Deadline,
): Promise<RealtimeResponseBody> {
  if (deadline.remainingMs() <= 0) throw new DeadlinePassed();
  return deadline.before(signedBody(response, signer, request));
}

async function signedBody(
  response: SignedResponse,
  signer: Signer,
  request: DecodedRealtimeRequestBody,
): Promise<RealtimeResponseBody> {
  const key = signer.keys.signing;
  if (key === undefined) {
    throw new UsageError("SIGNING_KEY_MISSING", "no In-App Purchase key is available for this app");
  }
  const { messageIdentifier } = response;
  const signed = {
    key,
    bundleId: signer.bundleId,
    nonce: await offerNonce(signer.keys.offerNonce, {
      app: signer.app,
      environment: signer.environment,
      requestIdentifier: request.requestIdentifier,
    }),
    issuedAt: request.signedDate,
  };
  if (response.kind === "advancedCommerceInfo") {
    const advancedCommerceData = await createAdvancedCommerceData({
      ...signed,
      request: response.request,
    });
    return { advancedCommerceInfo: { messageIdentifier, advancedCommerceData } };
  }
  const { productId, offerIdentifier } = response;
  if (response.signature === "v1") {
    const promotionalOfferSignatureV1 = await createPromotionalOfferSignatureV1({
      ...signed,
      productId,
      offerIdentifier,
    });
    return { promotionalOffer: { messageIdentifier, promotionalOfferSignatureV1 } };
  }
  const promotionalOfferSignatureV2 = await createPromotionalOfferSignatureV2({
    ...signed,
    productId,
    offerIdentifier,
    transactionId: request.originalTransactionId,
  });
  return { promotionalOffer: { messageIdentifier, promotionalOfferSignatureV2 } };
}
