import { decodeBase64Url, encodeBase64Url } from "@holdfast/appstore/crypto";
import type { RevocationStatus } from "@holdfast/appstore/signed-data";
import type { HmacKey } from "../ports/cryptography.ts";
import { readFields } from "./fields.ts";
import { WireError } from "./wire-error.ts";

/** The version of {@link RevocationRecord} written and read here. */
const REVOCATION_RECORD_FORMAT = "holdfast.revocation/1";

/** What OCSP said of one chain, written by the one job that asks. */
export interface RevocationRecord {
  readonly format: typeof REVOCATION_RECORD_FORMAT;
  /** SHA-256 of the leaf certificate, lowercase hex. */
  readonly leaf: string;
  /** SHA-256 of the intermediate certificate, lowercase hex. */
  readonly intermediate: string;
  readonly status: "good" | "revoked" | "unknown";
  /** Milliseconds since 1970; after it, `good` is stale. */
  readonly nextUpdate: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Writes a record as `<payload>.<HMAC-SHA-256>`, both base64url. */
export async function authenticateRevocationRecord(
  record: Omit<RevocationRecord, "format">,
  key: HmacKey,
): Promise<string> {
  const payload: RevocationRecord = { format: REVOCATION_RECORD_FORMAT, ...record };
  const body = encodeBase64Url(encoder.encode(JSON.stringify(payload)));
  return `${body}.${encodeBase64Url(await key.mac(encoder.encode(body)))}`;
}

/**
 * Checks the code and reads a record.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`, `WIRE_SIGNATURE_INVALID`
 */
export async function readRevocationRecord(text: string, key: HmacKey): Promise<RevocationRecord> {
  const [body, code, ...rest] = text.split(".");
  if (body === undefined || code === undefined || rest.length > 0) {
    throw new WireError("WIRE_MALFORMED", `${REVOCATION_RECORD_FORMAT}: expected two parts`);
  }
  if (!equalInConstantTime(encodeBase64Url(await key.mac(encoder.encode(body))), code)) {
    throw new WireError("WIRE_SIGNATURE_INVALID", `${REVOCATION_RECORD_FORMAT}: the code is wrong`);
  }
  const fields = readFields(parseBody(body), REVOCATION_RECORD_FORMAT);
  return {
    format: REVOCATION_RECORD_FORMAT,
    leaf: fields.string("leaf"),
    intermediate: fields.string("intermediate"),
    status: parseStatus(fields.string("status")),
    nextUpdate: fields.count("nextUpdate"),
  };
}

/** Says what a record means at a moment: revoked stays revoked, anything else is stale after its nextUpdate. */
export function revocationStatusAt(
  record: Pick<RevocationRecord, "status" | "nextUpdate">,
  now: number,
): RevocationStatus {
  if (record.status === "revoked") return "revoked";
  return now > record.nextUpdate ? "stale" : record.status;
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(decoder.decode(decodeBase64Url(body)));
  } catch (cause) {
    throw new WireError("WIRE_MALFORMED", `${REVOCATION_RECORD_FORMAT}: not JSON`, { cause });
  }
}

function parseStatus(status: string): RevocationRecord["status"] {
  if (status === "good" || status === "revoked" || status === "unknown") return status;
  throw new WireError("WIRE_MALFORMED", `${REVOCATION_RECORD_FORMAT}: unknown status`);
}

function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) {
    // eslint-disable-next-line no-bitwise -- comparing without branching on the content
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  }
  return difference === 0;
}
