import { parseAppleErrorObject } from "../../http/index.ts";
import type { ErrorDescription, FailedAnswer } from "../../http/index.ts";
import { APPLE_ERROR_CATALOGUE } from "../error-catalogue.ts";
import { OPERATIONS } from "./operations.ts";

const UNAUTHORIZED_ADVICE =
  "Check that the key is an In-App Purchase key (App Store Connect, Users and Access, Integrations, " +
  "In-App Purchase) and not an App Store Connect API key, that its key ID and issuer ID and the " +
  "bundle ID are of the same team, and that this machine's clock is right.";

const NO_ACCESS_ADVICE =
  "Apple gives access to the Retention Messaging API on request: " +
  "https://developer.apple.com/contact/request/retention-messaging-api/. " +
  "If you have it, check the bundle ID, the environment and the base URL.";

const TEXT_FIELD_ADVICE =
  "Check the texts: Apple refuses emoji and some other characters " +
  "(BadRequestInvalidTextFieldError, whose number Apple does not publish).";

/** Says what a refusal by the Retention Messaging API means and what to do about it. */
export function describeRefusal({ operation, status, body }: FailedAnswer): ErrorDescription {
  const error = parseAppleErrorObject(body);
  if (status === 401) return { ...error, advice: UNAUTHORIZED_ADVICE };
  if (error === undefined) {
    // Apple answers so where the account has no access to the API.
    if (status === 404) return { code: "APPLE_NO_ACCESS", advice: NO_ACCESS_ADVICE };
    return { advice: adviceForStatus(status) };
  }
  const known = APPLE_ERROR_CATALOGUE.get(error.errorCode);
  const advice = adviceForTexts(operation, status, known?.name) ?? known?.advice;
  return { ...error, errorName: known?.name, advice, retryable: known?.retryable };
}

/** UNCONFIRMED: with which number texts are refused; so any other than the known ones may be it. */
function adviceForTexts(
  operation: string,
  status: number,
  name: string | undefined,
): string | undefined {
  const mayBeTexts = name === undefined || name === "GeneralBadRequestError";
  return operation === OPERATIONS.uploadMessage && status === 400 && mayBeTexts
    ? TEXT_FIELD_ADVICE
    : undefined;
}

/** A proxy in between may leave Apple's error object out. */
function adviceForStatus(status: number): string | undefined {
  return status === 429 || status >= 500
    ? APPLE_ERROR_CATALOGUE.get(status * 10_000)?.advice
    : undefined;
}
