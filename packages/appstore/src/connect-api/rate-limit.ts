/** How many calls a key may make, and has left, in the last hour. */
export interface ConnectRateLimit {
  readonly limitPerHour: number;
  readonly remaining: number;
}

/**
 * Returns what the `X-Rate-Limit` header says, like `user-hour-lim:3500;user-hour-rem:500;`; undefined
 * where it is missing or says nothing of an hour.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
 */
export function parseRateLimit(header: string | null): ConnectRateLimit | undefined {
  const limitPerHour = numberIn(header, /(?:^|;)\s*user-hour-lim:(\d{1,16})(?=;|\s*$)/);
  const remaining = numberIn(header, /(?:^|;)\s*user-hour-rem:(\d{1,16})(?=;|\s*$)/);
  if (limitPerHour === undefined || remaining === undefined) return undefined;
  return { limitPerHour, remaining };
}

function numberIn(header: string | null, pattern: RegExp): number | undefined {
  const digits = header === null ? undefined : pattern.exec(header)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
