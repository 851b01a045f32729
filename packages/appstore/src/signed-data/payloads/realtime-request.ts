import type { DecodedRealtimeRequestBody } from "../../retention-messaging/index.ts";
import { isJsonObject } from "../parse-signed-data.ts";
import { BadSignedData } from "../signed-data-error.ts";

/**
 * Reads the payload of a real-time request: every documented field is required, others are kept.
 *
 * Written out rather than driven by a table: it runs for every request.
 *
 * @param payload - what JSON.parse returned, verified or not
 * @throws BadSignedData `PAYLOAD_INVALID`
 * @see https://developer.apple.com/documentation/retentionmessaging/decodedrealtimerequestbody
 */
export function parseDecodedRealtimeRequest(payload: unknown): DecodedRealtimeRequestBody {
  if (!isJsonObject(payload)) throw missing("an object");
  const {
    originalTransactionId,
    appAppleId,
    productId,
    userLocale,
    requestIdentifier,
    environment,
    signedDate,
  } = payload;
  if (typeof originalTransactionId !== "string") throw missing("originalTransactionId, a string");
  if (typeof appAppleId !== "number") throw missing("appAppleId, a number");
  if (typeof productId !== "string") throw missing("productId, a string");
  if (typeof userLocale !== "string") throw missing("userLocale, a string");
  if (typeof requestIdentifier !== "string") throw missing("requestIdentifier, a string");
  if (typeof environment !== "string") throw missing("environment, a string");
  if (typeof signedDate !== "number") throw missing("signedDate, a number");
  // Every documented field was just checked.
  return payload as unknown as DecodedRealtimeRequestBody;
}

function missing(field: string): BadSignedData {
  return new BadSignedData("PAYLOAD_INVALID", `DecodedRealtimeRequestBody: expected ${field}`);
}
