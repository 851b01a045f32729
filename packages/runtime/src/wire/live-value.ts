import { readFields } from "./fields.ts";

/** The version of {@link LiveValue} written and read here. */
export const LIVE_VALUE_FORMAT = "holdfast.live/1";

/**
 * Everything that makes one app live in one environment, in one value, because neither a key-value
 * store nor a directory keeps an order between two: JSON.
 */
export interface LiveValue {
  readonly format: typeof LIVE_VALUE_FORMAT;
  /** A publication record, as a compact JWS. */
  readonly publication: string;
  /** The snapshot the record names. */
  readonly snapshot: Readonly<Record<string, unknown>>;
  /** The In-App Purchase key, sealed; absent for an app that signs no offers. */
  readonly signingKey?: string;
  /** The app's pseudonym key, sealed. */
  readonly pseudonymKey: string;
}

/**
 * Reads the outer shape; the record, the snapshot and the keys inside are verified by whoever opens them.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`
 */
export function parseLiveValue(value: unknown): LiveValue {
  const fields = readFields(value, LIVE_VALUE_FORMAT);
  const signingKey = fields.optionalString("signingKey");
  return {
    format: LIVE_VALUE_FORMAT,
    publication: fields.string("publication"),
    snapshot: fields.object("snapshot"),
    ...(signingKey === undefined ? {} : { signingKey }),
    pseudonymKey: fields.string("pseudonymKey"),
  };
}
