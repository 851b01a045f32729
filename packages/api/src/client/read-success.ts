import type { Route } from "../contract/route.ts";
import { parseIfMatch } from "../requests/conditional-headers.ts";
import { ApiCallError } from "./api-call-error.ts";
import type { RawSuccess } from "./attempt-call.ts";

/** A success of any operation. */
export interface AnySuccess {
  readonly status: number;
  readonly body: unknown;
  readonly etag: string | undefined;
  readonly isUnchanged: boolean;
}

/**
 * Returns a success with its body as the operation describes it; members this release does not know are
 * left out.
 *
 * @throws ApiCallError `API_ANSWER_MALFORMED`
 */
export function readSuccess(route: Route, { status, headers, json }: RawSuccess): AnySuccess {
  const etag = parseIfMatch(headers.get("ETag") ?? "");
  if (status === 304) return { status, body: undefined, etag, isUnchanged: true };
  const { body: schema } = route.success;
  if (schema === undefined) return { status, body: undefined, etag, isUnchanged: false };
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.map(String).join(".") ?? "";
    throw malformed(route, status, path === "" ? "another body" : `another ${path.slice(0, 200)}`);
  }
  if (etag === undefined && route.etag !== undefined) throw malformed(route, status, "no ETag");
  return { status, body: parsed.data, etag, isUnchanged: false };
}

function malformed({ operationId }: Route, status: number, came: string): ApiCallError {
  return new ApiCallError(
    "API_ANSWER_MALFORMED",
    { operationId, message: `expected the answer the operation describes, got ${came}` },
    { status, advice: "check that client and server are of releases that fit" },
  );
}
