import { cleanText } from "@holdfast/appstore/http";
import { CloudflareError } from "./cloudflare-error.ts";
import type { CloudflareErrorCode } from "./cloudflare-error.ts";

/** An answer of Cloudflare's API, read to its end. */
export interface CloudflareAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** The moment that `Retry-After` names, in milliseconds since 1970. */
  readonly retryAt: number | undefined;
}

/**
 * Returns the `result` of a success.
 *
 * @throws CloudflareError `CLOUDFLARE_REFUSED` where the body is not `{success: true, result}`
 * @see https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
 */
export function parseResult(operation: string, { status, body }: CloudflareAnswer): unknown {
  const envelope = parseObject(body);
  if (envelope?.["success"] === true) return envelope["result"];
  throw new CloudflareError(
    "CLOUDFLARE_REFUSED",
    `${operation}: expected Cloudflare's {"success": true}, got ${body.length} bytes of something else; ` +
      "check the address of its API",
    { status },
  );
}

/** Returns the error for an answer that is no success. */
export function failedAnswer(operation: string, answer: CloudflareAnswer): CloudflareError {
  const { status, retryAt } = answer;
  const errors = parseErrors(answer.body);
  const said = errors.map(
    ({ code, words }) => `${code}${words === undefined ? "" : ` “${words}”`}`,
  );
  const advice = ADVICE[status];
  const message =
    `${operation}: Cloudflare ${status < 500 ? "refused" : "failed"}: ` +
    [status, ...said].join(", ") +
    (advice === undefined ? "" : `; ${advice}`);
  const errorCodes = errors.map(({ code }) => code);
  return new CloudflareError(codeOf(status), message, { status, errorCodes, retryAt });
}

function codeOf(status: number): CloudflareErrorCode {
  if (status === 429) return "CLOUDFLARE_RATE_LIMITED";
  return status >= 500 ? "CLOUDFLARE_UNREACHABLE" : "CLOUDFLARE_REFUSED";
}

/** Cloudflare answers a token it does not know, or that may not, with 403 as well as with 401. */
const TOKEN_ADVICE =
  "the token needs “Workers KV Storage: Edit” on this account; make one at dash.cloudflare.com/profile/api-tokens";

const ADVICE: Readonly<Record<number, string>> = {
  401: TOKEN_ADVICE,
  403: TOKEN_ADVICE,
  404: "check the account and the namespace: `wrangler kv namespace list` shows those there are",
  429: "others use the same limit of 1,200 calls in five minutes; wait, or give this its own user",
};

interface SaidError {
  readonly code: number;
  readonly words: string | undefined;
}

/** Enough of them for anybody. */
const MAX_ERRORS = 5;

function parseErrors(body: Uint8Array): readonly SaidError[] {
  const errors = parseObject(body)?.["errors"];
  return Array.isArray(errors) ? errors.slice(0, MAX_ERRORS).flatMap(parseError) : [];
}

function parseError(error: unknown): readonly SaidError[] {
  if (typeof error !== "object" || error === null) return [];
  const { code, message }: { code?: unknown; message?: unknown } = error;
  if (typeof code !== "number") return [];
  return [{ code, words: typeof message === "string" ? cleanText(message) : undefined }];
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    // An object's members are unknown until they are looked at.
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
