import { UpstreamError } from "@holdfast/appstore/errors";
import type { ChainText } from "@holdfast/appstore/revocation";
import {
  createControlCall,
  dropBody,
  parseObject,
  readBounded,
  requireStatus,
} from "../../control-link/control-http.ts";
import type { ControlAccess } from "../../control-link/control-http.ts";

/** What a runtime asks control about revocations. Every method throws UpstreamError `CONTROL_UNREACHABLE`, `CONTROL_REFUSED`, `CONTROL_ANSWER_INVALID`. */
export interface RevocationClient {
  /** Returns the list of records, undefined where it is the one read before, or where control has none to give. */
  read(signal: AbortSignal): Promise<string | undefined>;
  /** Tells of a chain that was verified. */
  report(chain: ChainText, signal: AbortSignal): Promise<void>;
}

/** How long an answer may take, ms. */
const TIMEOUT_MS = 30_000;

/** 256 records are less than half of it. */
const MAX_LIST_BYTES = 256 * 1024;

/**
 * Returns a client.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function createRevocationClient(access: ControlAccess): RevocationClient {
  const call = createControlCall(access);
  let etag: string | undefined;
  return {
    async read(signal) {
      const headers = etag === undefined ? {} : { "If-None-Match": etag };
      const response = await call("v1/revocations", { headers, signal: withTimeout(signal) });
      // A control plane of an earlier release asks nobody about revocations.
      if (response.status === 304 || response.status === 404) {
        await dropBody(response);
        return undefined;
      }
      await requireStatus(response, 200);
      const records = recordsOf(await readBounded(response, MAX_LIST_BYTES));
      etag = response.headers.get("etag") ?? undefined;
      return records;
    },
    async report(chain, signal) {
      const response = await call("v1/revocations/chains", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(chain),
        signal: withTimeout(signal),
      });
      if (response.status === 404) await dropBody(response);
      else await requireStatus(response, 204);
    },
  };
}

function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

function recordsOf(text: string): string {
  const value = parseObject(text);
  if (value !== undefined && "records" in value && typeof value.records === "string") {
    return value.records;
  }
  throw new UpstreamError("CONTROL_ANSWER_INVALID", "expected revocation records from control");
}
