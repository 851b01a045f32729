/** What Apple's StoreKit hosts put into the body of a refusal. */
export interface AppleErrorObject {
  readonly errorCode: number;
  readonly errorMessage: string | undefined;
}

/**
 * Returns the error object in the body of a refusal by the Retention Messaging or App Store Server
 * API; undefined where the body is none. The number may also come as a text.
 *
 * @param body - the parsed JSON
 * @see https://developer.apple.com/documentation/retentionmessaging/error-codes
 */
export function parseAppleErrorObject(body: unknown): AppleErrorObject | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { errorCode, errorMessage }: { errorCode?: unknown; errorMessage?: unknown } = body;
  const number = parseErrorCode(errorCode);
  if (number === undefined) return undefined;
  return {
    errorCode: number,
    errorMessage: typeof errorMessage === "string" ? errorMessage : undefined,
  };
}

function parseErrorCode(value: unknown): number | undefined {
  if (typeof value === "string" && /^\d{1,15}$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
