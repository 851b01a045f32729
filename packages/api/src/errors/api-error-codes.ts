/** What an error code means: the status it comes with, for whom, and what to do. */
export interface ApiErrorMeaning {
  readonly status: number;
  /** For people who read the documentation. */
  readonly meaning: string;
  /** What to do about it; the error's own advice where it can say no better. */
  readonly advice: string;
}

/**
 * Every code the API answers with, its HTTP status and its meaning: the one table servers, clients and the
 * documentation are made from. `429` and `503` promise that nothing was done.
 */
export const API_ERRORS = {
  INPUT_INVALID: {
    status: 400,
    meaning:
      "The path, the query, a header or the body is not what the operation takes; `issues` names everything that is wrong.",
    advice: "mend what the issues name and send it again",
  },
  UNAUTHENTICATED: {
    status: 401,
    meaning:
      "There is no token or session, or it is wrong, expired or revoked; at a login, the credentials are wrong.",
    advice: "send a valid token as Authorization: Bearer …, or sign in again",
  },
  FORBIDDEN: {
    status: 403,
    meaning: "The caller is known, but their role does not allow this.",
    advice: "ask an admin for the role the operation names",
  },
  NOT_FOUND: {
    status: 404,
    meaning:
      "There is no such resource, or it belongs to an app the caller may not see: the two are not told apart.",
    advice: "check the identifiers in the path",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: "The path exists, but not with this method; the Allow header names those it has.",
    advice: "use one of the methods in the Allow header",
  },
  CONFLICT: {
    status: 409,
    meaning:
      "The state of the resource does not allow it: it exists already, or moved on meanwhile. `current` says how it stands where that is short.",
    advice: "read the resource again and decide anew",
  },
  REQUEST_IN_PROGRESS: {
    status: 409,
    meaning: "A request with the same Idempotency-Key is being carried out.",
    advice: "wait, then send the same request again",
  },
  APPROVAL_REQUIRED: {
    status: 409,
    meaning: "The environment asks for approvals that the version does not have yet.",
    advice: "ask for the missing approvals",
  },
  PRECONDITION_FAILED: {
    status: 412,
    meaning: "The resource changed since the ETag of If-Match; `current` holds its ETag of now.",
    advice: "read the resource again, apply the change to that, and send its ETag",
  },
  BODY_TOO_LARGE: {
    status: 413,
    meaning: "The body is larger than the operation takes.",
    advice: "send less",
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    meaning: "The body's Content-Type is not application/json.",
    advice: "send JSON with Content-Type: application/json",
  },
  FLOW_INVALID: {
    status: 422,
    meaning: "The flow has errors; `issues` has them with their places in the document.",
    advice: "mend the flow; validating a draft shows the same issues",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    meaning: "The Idempotency-Key was sent before with another request.",
    advice: "make a new key for every creation, and keep it for its repetitions only",
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    meaning: "An edit needs If-Match, so that nobody's change is lost.",
    advice: "read the resource and send its ETag as If-Match",
  },
  RATE_LIMITED: {
    status: 429,
    meaning: "Too many requests; nothing was done. Retry-After says when to come again.",
    advice: "wait as long as Retry-After says",
  },
  INTERNAL: {
    status: 500,
    meaning: "Something failed that should not; the server's log has the cause under `requestId`.",
    advice: "report it with the requestId",
  },
  APPLE_REFUSED: {
    status: 502,
    meaning: "Apple refused a call made on the caller's behalf; `apple` has its answer.",
    advice: "see what Apple's code asks for",
  },
  APPLE_UNREACHABLE: {
    status: 502,
    meaning: "Apple gave no usable answer; whether the call was carried out there is not known.",
    advice: "read how things stand, then try again",
  },
  CLOUDFLARE_REFUSED: {
    status: 502,
    meaning: "Cloudflare refused a call made on the caller's behalf; the message has its answer.",
    advice: "check the account, the namespace and what the token may do",
  },
  CLOUDFLARE_UNREACHABLE: {
    status: 502,
    meaning: "Cloudflare gave no usable answer, or asked to come later.",
    advice: "try again; www.cloudflarestatus.com tells of outages",
  },
  UNAVAILABLE: {
    status: 503,
    meaning: "The server cannot do it now; nothing was done. Retry-After says when to come again.",
    advice: "wait as long as Retry-After says",
  },
} as const satisfies Readonly<Record<string, ApiErrorMeaning>>;

/** A code of {@link API_ERRORS}. Stable: scripts branch on it. */
export type ApiErrorCode = keyof typeof API_ERRORS;

/** Tells whether a text is a code of this release. */
export function isApiErrorCode(text: string): text is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, text);
}
