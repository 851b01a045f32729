import { AppleApiError } from "../../http/index.ts";
import type { UploadOutcome } from "./retention-messaging-client.ts";

const LOOK_AT_LIST = "Look at the list before you upload it again: it may be there.";

/** An upload and the means to find out what became of it. */
export interface ConfirmableUpload {
  readonly upload: () => Promise<unknown>;
  /** Whether Apple's list holds it. */
  readonly isListed: () => Promise<boolean>;
  /** Whether it may be uploaded once more. */
  readonly mayRepeat: (failure: AppleApiError) => boolean;
}

/**
 * Uploads, and finds out by Apple's list where the answer was lost. What the list does not hold is
 * uploaded once more. Repeating does no harm: if the first upload arrives after all, Apple refuses
 * the second, since the identifier is in use, and that too shows that it is there.
 *
 * @throws AppleApiError; with the effect `unknown` where nobody knows
 */
export async function confirmUpload(call: ConfirmableUpload): Promise<UploadOutcome> {
  const first = await failureOf(call.upload);
  if (first === undefined) return { confirmedBy: "answer" };
  if (!isUncertain(first)) throw first;
  if (await isListed(call, first)) return { confirmedBy: "list" };
  if (!call.mayRepeat(first)) throw uncertain(first);
  const second = await failureOf(call.upload);
  if (second === undefined) return { confirmedBy: "answer" };
  if (second.status === 409) return { confirmedBy: "list" };
  if (isUncertain(second) && (await isListed(call, second))) return { confirmedBy: "list" };
  throw uncertain(second);
}

async function failureOf(upload: () => Promise<unknown>): Promise<AppleApiError | undefined> {
  try {
    await upload();
    return undefined;
  } catch (error) {
    if (error instanceof AppleApiError) return error;
    throw error;
  }
}

/** Nothing more is asked for a caller who has ended the call. */
function isUncertain({ effect, code }: AppleApiError): boolean {
  return effect === "unknown" && code !== "REQUEST_ABORTED";
}

async function isListed(call: ConfirmableUpload, failure: AppleApiError): Promise<boolean> {
  try {
    return await call.isListed();
  } catch (error) {
    if (!(error instanceof AppleApiError)) throw error;
    throw uncertain(error.code === "REQUEST_ABORTED" ? error : failure);
  }
}

/** The failure of an upload of which it is not known whether it is there. */
function uncertain(failure: AppleApiError): AppleApiError {
  const advice = failure.advice === undefined ? LOOK_AT_LIST : `${failure.advice} ${LOOK_AT_LIST}`;
  return failure.withFacts({ effect: "unknown", retryable: false, advice });
}
