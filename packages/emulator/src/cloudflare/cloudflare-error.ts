/** What the API refuses: a status, and Cloudflare's number and words. */
export class CloudflareApiError extends Error {
  readonly status: number;
  /** Cloudflare's, like 10013. */
  readonly code: number;
  /** Like `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * Cloudflare publishes no list of its numbers. Those with a source here are what people saw; the others
 * are UNCONFIRMED, and nobody should branch on them.
 *
 * @see https://github.com/cloudflare/workers-sdk/issues/2863 10000, for a token it does not know or that may not
 * @see https://github.com/cloudflare/wrangler-legacy/pull/458 10013
 * @see https://github.com/lfaoro/flares/issues/24 the words beside 971
 * @see https://github.com/cloudflare/wrangler-legacy/blob/master/src/commands/kv/mod.rs 10009 of keys, 10014 of namespaces, 10030 of limits
 * @see wrangler 4.155.0 itself, which looks for 1000, 9109, 10007, 10090 and 10215
 */
export const REFUSALS = {
  noToken: () =>
    new CloudflareApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"),
  badToken: () => new CloudflareApiError(403, 10000, "Authentication error"),
  tokenInvalid: () => new CloudflareApiError(401, 1000, "Invalid API Token"),
  notForTokens: () =>
    new CloudflareApiError(403, 9109, "Unauthorized to access requested resource"),
  pathUnknown: () => new CloudflareApiError(404, 7003, "Could not route to the request's path"),
  methodUnknown: () => new CloudflareApiError(405, 10405, "Method not allowed for this path"),
  namespaceUnknown: () => new CloudflareApiError(404, 10013, "namespace not found"),
  namespaceExists: () =>
    new CloudflareApiError(400, 10014, "a namespace with this account ID and title already exists"),
  keyUnknown: () => new CloudflareApiError(404, 10009, "get: 'key not found'"),
  scriptUnknown: () =>
    new CloudflareApiError(404, 10007, "This Worker does not exist on your account."),
  serviceUnknown: () =>
    new CloudflareApiError(404, 10090, "This service does not exist on your account."),
  versionNotDeployed: () =>
    new CloudflareApiError(400, 10215, "The latest version of this Worker is not deployed."),
  bindingInvalid: (message: string) => new CloudflareApiError(400, 10021, message),
  secretUnknown: () => new CloudflareApiError(404, 10056, "Binding not found"),
  queueExists: () => new CloudflareApiError(400, 11009, "Queue name is already taken"),
  queueUnknown: () => new CloudflareApiError(404, 11000, "Queue not found"),
  invalid: (message: string) => new CloudflareApiError(400, 10012, message),
  tooLarge: (message: string) => new CloudflareApiError(413, 10030, message),
  keyTooLong: (message: string) => new CloudflareApiError(414, 10030, message),
  tooManyCalls: (windowSeconds: number, calls: number, retryAfterSeconds: number) =>
    new CloudflareApiError(
      429,
      971,
      `More than ${calls} requests per ${windowSeconds} seconds reached. ` +
        "Please wait and consider throttling your request speed",
      { "retry-after": String(retryAfterSeconds) },
    ),
  tooManyWrites: () => new CloudflareApiError(429, 10058, "too many writes of this key"),
} as const satisfies Readonly<Record<string, (...details: never[]) => CloudflareApiError>>;
