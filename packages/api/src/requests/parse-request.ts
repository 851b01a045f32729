import type * as z from "zod";
import type { Route } from "../contract/route.ts";
import { DEFAULT_MAX_BODY_BYTES } from "../contract/route.ts";
import type { RouteInput } from "../contract/route-types.ts";
import type { ApiIssue } from "../errors/api-error-schema.ts";
import { ApiRefusal } from "../errors/api-refusal.ts";
import { parseIdempotencyKey, parseIfMatch, parseIfNoneMatch } from "./conditional-headers.ts";
import { decodeFields, readQuery } from "./decode-fields.ts";
import { describeIssues } from "./describe-issues.ts";
import type { RequestPart } from "./describe-issues.ts";

/** A request as a router has it. */
export interface RawRequest {
  /** The path's parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** Absent or empty where there is none. */
  readonly bodyText?: string | undefined;
}

/** What reading a part gave: its value, or what is wrong with it. */
interface PartResult {
  readonly value?: unknown;
  readonly issues: readonly ApiIssue[];
}

/**
 * Returns what a handler of the operation is given, or refuses the request: all that is wrong with path,
 * query, headers and body at once.
 *
 * Not checked here: who is calling, and whether the resource is there.
 *
 * @throws ApiRefusal `BODY_TOO_LARGE`, `MEDIA_TYPE_UNSUPPORTED`, `INPUT_INVALID`, `PRECONDITION_REQUIRED`,
 *   and nothing else whatever comes
 */
export function parseRequest<R extends Route>(route: R, raw: RawRequest): RouteInput<R> {
  const bodyText = raw.bodyText ?? "";
  assertBodyTakes(route, bodyText, raw.headers);
  const params = readPart(
    "params",
    decodeFields(raw.params, route.params ?? {}),
    route.schemas.params,
  );
  const query = readPart(
    "query",
    decodeFields(readQuery(raw.query), route.query ?? {}),
    route.schemas.query,
  );
  const headers = readHeaders(route, raw.headers);
  const body = readBodyText(route, bodyText);
  const issues = [params, query, headers, body].flatMap((part) => part.issues);
  if (issues.length > 0) throw invalid(route, issues);
  assertPrecondition(route, raw.headers);
  const input = {
    params: params.value,
    query: query.value,
    ...(headers.value as object),
    ...(route.body === undefined ? {} : { body: body.value }),
  };
  // Made of the outputs of the very schemas the type is computed from; the compiler cannot follow a
  // type that depends on which members a route has.
  return input as unknown as RouteInput<R>;
}

/** Returns the refusal of a request with these issues. */
export function invalid(route: Route, issues: readonly ApiIssue[]): ApiRefusal {
  const count = `${issues.length} ${issues.length === 1 ? "issue" : "issues"}`;
  return new ApiRefusal("INPUT_INVALID", `${route.operationId}: ${count} in what was sent`, {
    issues: [...issues],
  });
}

/** Returns the most bytes of an operation's body; 0 where it takes none. */
export function maxBodyBytesOf(route: Route): number {
  return route.body === undefined ? 0 : (route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
}

/** Returns the refusal of a body over the operation's limit. */
export function bodyTooLarge(route: Route): ApiRefusal {
  const limit = maxBodyBytesOf(route);
  const expected = limit === 0 ? "no body" : `at most ${limit} bytes`;
  return new ApiRefusal("BODY_TOO_LARGE", `${route.operationId}: expected ${expected}`);
}

function assertBodyTakes(route: Route, bodyText: string, headers: Headers): void {
  if (route.body === undefined) return;
  if (isLongerThan(bodyText, maxBodyBytesOf(route))) throw bodyTooLarge(route);
  if (bodyText === "") return;
  // A form of another site can be sent with the session's cookie, but not as JSON.
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") return;
  throw new ApiRefusal(
    "MEDIA_TYPE_UNSUPPORTED",
    `${route.operationId}: expected a body with Content-Type: application/json`,
  );
}

/** In UTF-8; encoded only where the number of its code units does not tell. */
function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

function readPart(part: RequestPart, value: unknown, schema: z.ZodType): PartResult {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { value: parsed.data, issues: [] };
  return { issues: describeIssues(part, parsed.error.issues) };
}

function readBodyText(route: Route, text: string): PartResult {
  if (route.body === undefined) {
    return { issues: text === "" ? [] : [issueOf("body", "expected no body")] };
  }
  if (text === "") return { issues: [issueOf("body", "is missing; expected JSON")] };
  try {
    return readPart("body", JSON.parse(text), route.body);
  } catch (error) {
    // The parser's message repeats a piece of the body, so ours says only what it was to be.
    if (error instanceof SyntaxError) return { issues: [issueOf("body", "expected JSON")] };
    throw error;
  }
}

function readHeaders(route: Route, headers: Headers): PartResult {
  const value: Record<string, unknown> = {};
  const issues: ApiIssue[] = [];
  const read = (name: string, member: string, parse: (header: string) => unknown): void => {
    const header = headers.get(name);
    if (header === null) return;
    value[member] = parse(header);
    if (value[member] === undefined) issues.push(headerIssue(name));
  };
  if (route.isCreation === true) read("Idempotency-Key", "idempotencyKey", parseIdempotencyKey);
  if (route.etag === "required") read("If-Match", "ifMatch", parseIfMatch);
  if (route.etag === "conditional") read("If-None-Match", "ifNoneMatch", parseIfNoneMatch);
  return { value, issues };
}

function headerIssue(name: string): ApiIssue {
  const expected =
    name === "If-Match"
      ? 'one ETag in its quotes, like "7", as a read answered it'
      : "1 to 200 printable ASCII characters without spaces";
  return { path: ["headers", name], message: `expected ${expected}` };
}

function issueOf(part: RequestPart, message: string): ApiIssue {
  return { path: [part], message };
}

function assertPrecondition(route: Route, headers: Headers): void {
  if (route.etag !== "required" || headers.has("If-Match")) return;
  throw new ApiRefusal(
    "PRECONDITION_REQUIRED",
    `${route.operationId}: expected the header If-Match with the resource's ETag`,
  );
}
