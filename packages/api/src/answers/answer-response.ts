import type { Route } from "../contract/route.ts";
import type { RouteAnswer, RouteInput } from "../contract/route-types.ts";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import type { ApiRefusal } from "../errors/api-refusal.ts";

/** Answers hold what only the caller may see, and are never to be taken for a page. */
const COMMON_HEADERS = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
} as const;

const JSON_TYPE = "application/json; charset=utf-8";

/** What a handler returned, as {@link RouteAnswer} of any operation. */
interface AnyAnswer {
  readonly body?: unknown;
  readonly etag?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Returns the response to a request of the operation: 304 where the caller has this version already.
 *
 * The body goes through the operation's schema, so that a member nobody described is not sent; one that
 * does not fit is a defect of the handler.
 *
 * @throws ZodError where the handler's body is not what the operation describes
 */
export function answerResponse<R extends Route>(
  route: R,
  input: RouteInput<R>,
  answer: RouteAnswer<R>,
): Response {
  const { success } = route;
  // Every RouteAnswer and RouteInput is one of these; the compiler cannot see it before R is known.
  const { body, etag, headers } = answer as AnyAnswer;
  const known = (input as { readonly ifNoneMatch?: readonly string[] }).ifNoneMatch;
  const common = { ...COMMON_HEADERS, ...headers, ...(etag === undefined ? {} : { ETag: etag }) };
  if (etag !== undefined && known?.includes(etag) === true) {
    return new Response(null, { status: 304, headers: common });
  }
  if (success.body === undefined) {
    return new Response(null, { status: success.status, headers: common });
  }
  return new Response(JSON.stringify(success.body.parse(body)), {
    status: success.status,
    headers: { ...common, "Content-Type": JSON_TYPE },
  });
}

/** Returns the response that says why there is no success. */
export function refusalResponse(refusal: ApiRefusal): Response {
  const { retryAfterSeconds } = refusal.facts;
  const retryAfter =
    retryAfterSeconds === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterSeconds)) };
  // RFC 9110, section 11.6.1, asks for it with every 401.
  const challenge = API_ERRORS[refusal.code].status === 401 ? { "WWW-Authenticate": "Bearer" } : {};
  return new Response(JSON.stringify(refusal.toBody()), {
    status: refusal.status,
    headers: { ...COMMON_HEADERS, ...retryAfter, ...challenge, "Content-Type": JSON_TYPE },
  });
}
