import { readBody } from "../http/read-body.ts";
import type { Bytes } from "../crypto/index.ts";
import { OcspFailure } from "./revocation-error.ts";

/** A response holds a status and a certificate or two: one to three kilobytes. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/** How long one responder is waited for, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Sends a request to a responder and returns its response's bytes. Bounded: ten seconds, 64 KiB, no redirect
 * followed.
 *
 * @throws OcspFailure `OCSP_UNREACHABLE`, `OCSP_REFUSED`
 */
export async function askResponder(
  url: string,
  request: Bytes,
  fetchResponse: typeof fetch,
): Promise<Bytes> {
  let response: Response;
  let body: Uint8Array | undefined;
  try {
    response = await fetchResponse(url, {
      method: "POST",
      headers: { "content-type": "application/ocsp-request" },
      body: request,
      // Workers know no "error" here; a redirect's status is refused below.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await readBody(response, MAX_RESPONSE_BYTES);
  } catch (cause) {
    throw new OcspFailure("OCSP_UNREACHABLE", "the responder did not answer in time", { cause });
  }
  if (response.status !== 200 || body === undefined) {
    const what = body === undefined ? "too long a body" : `HTTP status ${response.status}`;
    throw new OcspFailure("OCSP_REFUSED", `the responder answered with ${what}`);
  }
  return Uint8Array.from(body);
}
