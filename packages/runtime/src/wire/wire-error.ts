import { BadDataError, PolicyError } from "@holdfast/appstore/errors";

/**
 * What can be wrong with a value that crosses between control and runtime.
 *
 * - `WIRE_MALFORMED`: not the shape its format names
 * - `WIRE_FORMAT_UNKNOWN`: a format, or a version of it, that this release does not read
 * - `WIRE_SIGNATURE_INVALID`: not signed by the app's publisher
 * - `WIRE_SEAL_BROKEN`: a sealed value that does not open: another secret, or moved from elsewhere
 */
export type WireErrorCode =
  | "WIRE_MALFORMED"
  | "WIRE_FORMAT_UNKNOWN"
  | "WIRE_SIGNATURE_INVALID"
  | "WIRE_SEAL_BROKEN";

/** A value that cannot be read or trusted. */
export class WireError extends BadDataError<WireErrorCode> {}

/**
 * Why a genuine publication or stop list is not taken.
 *
 * - `PUBLICATION_FOREIGN`: of another app or environment
 * - `PUBLICATION_SUPERSEDED`: its sequence is lower than one already seen, or was seen with other content
 * - `PUBLICATION_MISMATCH`: the snapshot beside it is not the one it names
 */
export type PublicationRefusalCode =
  | "PUBLICATION_FOREIGN"
  | "PUBLICATION_SUPERSEDED"
  | "PUBLICATION_MISMATCH";

/** A genuine value that must not become live here. */
export class PublicationRefusal extends PolicyError<PublicationRefusalCode> {}
