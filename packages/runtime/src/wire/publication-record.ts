import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { readFields } from "./fields.ts";
import { signRecord, verifyRecord } from "./publisher.ts";
import type { PublisherKey, PublisherPublicKey } from "./publisher.ts";

/** The version of {@link PublicationRecord} written and read here. */
const PUBLICATION_RECORD_FORMAT = "holdfast.publication/1";

/** The signed statement that a snapshot is live. */
export interface PublicationRecord {
  readonly format: typeof PUBLICATION_RECORD_FORMAT;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** SHA-256 of the snapshot's canonical JSON, lowercase hex. */
  readonly snapshot: string;
  /** A dated name for people. */
  readonly label: string;
  /** Rises with each publication, rollbacks included. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

/** Signs a publication record; a compact JWS. */
export function signPublicationRecord(
  record: Omit<PublicationRecord, "format">,
  publisher: PublisherKey,
): Promise<string> {
  const payload: PublicationRecord = { format: PUBLICATION_RECORD_FORMAT, ...record };
  return signRecord("holdfast-publication+jws", payload, publisher);
}

/**
 * Verifies and reads a publication record.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`, `WIRE_SIGNATURE_INVALID`
 */
export async function verifyPublicationRecord(
  compact: string,
  publishers: readonly PublisherPublicKey[],
): Promise<PublicationRecord> {
  const payload = await verifyRecord("holdfast-publication+jws", compact, publishers);
  const fields = readFields(payload, PUBLICATION_RECORD_FORMAT);
  return {
    format: PUBLICATION_RECORD_FORMAT,
    app: fields.string("app"),
    environment: fields.environment("environment"),
    snapshot: fields.string("snapshot"),
    label: fields.string("label"),
    sequence: fields.count("sequence"),
    publishedAt: fields.count("publishedAt"),
  };
}
