import type { CloudflareApiError } from "./cloudflare-error.ts";

/** A success: a result in Cloudflare's envelope, or a response of its own kind. */
export type ApiResult =
  | { readonly result: unknown; readonly resultInfo?: unknown }
  | { readonly response: Response };

/**
 * Returns the response to a success.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
 */
export function successResponse(success: ApiResult): Response {
  if ("response" in success) return success.response;
  const { result, resultInfo } = success;
  return Response.json({
    success: true,
    errors: [],
    messages: [],
    result,
    ...(resultInfo === undefined ? {} : { result_info: resultInfo }),
  });
}

/** Returns the response to a refusal. */
export function failureResponse({ status, code, message, headers }: CloudflareApiError): Response {
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status, headers },
  );
}
