import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { FlowEnvironment, Stops } from "@holdfast/flow/evaluate";
import { readFields } from "./fields.ts";
import { signRecord, verifyRecord } from "./publisher.ts";
import type { PublisherKey, PublisherPublicKey } from "./publisher.ts";

/** The version of {@link StopList} written and read here. */
const STOP_LIST_FORMAT = "holdfast.stop-list/1";

/** The signed statement of what must not be sent any more, until the next one. */
export interface StopList {
  readonly format: typeof STOP_LIST_FORMAT;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Counts apart from publications; rises with each stop list. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly appPaused: boolean;
  readonly offersPaused: boolean;
  /** `productId/offerIdentifier`. */
  readonly stoppedOffers: readonly string[];
  /** Identifiers of messages. */
  readonly rejectedMessages: readonly string[];
}

/** Signs a stop list; a compact JWS. */
export function signStopList(
  list: Omit<StopList, "format">,
  publisher: PublisherKey,
): Promise<string> {
  const payload: StopList = { format: STOP_LIST_FORMAT, ...list };
  return signRecord("holdfast-stop-list+jws", payload, publisher);
}

/**
 * Verifies and reads a stop list.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`, `WIRE_SIGNATURE_INVALID`
 */
export async function verifyStopList(
  compact: string,
  publishers: readonly PublisherPublicKey[],
): Promise<StopList> {
  const payload = await verifyRecord("holdfast-stop-list+jws", compact, publishers);
  const fields = readFields(payload, STOP_LIST_FORMAT);
  return {
    format: STOP_LIST_FORMAT,
    app: fields.string("app"),
    environment: fields.environment("environment"),
    sequence: fields.count("sequence"),
    issuedAt: fields.count("issuedAt"),
    appPaused: fields.boolean("appPaused"),
    offersPaused: fields.boolean("offersPaused"),
    stoppedOffers: fields.strings("stoppedOffers"),
    rejectedMessages: fields.strings("rejectedMessages"),
  };
}

/** Returns what evaluation needs of a stop list; nothing is stopped where there is none. */
export function stopsOf(list: StopList | undefined): Stops {
  if (list === undefined) return NO_STOPS;
  return {
    sequence: list.sequence,
    appPaused: list.appPaused,
    offersPaused: list.offersPaused,
    stoppedOffers: new Set(list.stoppedOffers),
    rejectedMessages: new Set(list.rejectedMessages),
  };
}
