import { UsageError } from "@holdfast/appstore/errors";
import { CLIENT_HEADER } from "../contract/client-header.ts";
import type { Route } from "../contract/route.ts";

/** The input of a call of any operation. */
export interface AnyCallInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A call as it is sent, the same in every attempt; the token comes later. */
export interface BuiltCall {
  readonly url: string;
  readonly method: Route["method"];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a call is built with beside its input. */
export interface BuildOptions {
  readonly baseUrl: string;
  readonly newKey: () => string;
}

/**
 * Returns a call with its URL, headers and body.
 *
 * @throws UsageError `PATH_SEGMENT_INVALID` for an empty parameter, `.` and `..`: no encoding keeps a URL
 *   from being shortened by these, and the call would reach another resource
 */
export function buildCall(route: Route, input: AnyCallInput, options: BuildOptions): BuiltCall {
  const path = route.path.replace(/\{([A-Za-z]+)\}/g, (_, name: string) =>
    encodeSegment(route, name, input.params?.[name]),
  );
  const query = encodeQuery(input.query ?? {});
  const body = route.body === undefined ? {} : { body: JSON.stringify(input.body) };
  return {
    url: `${options.baseUrl}${path}${query === "" ? "" : `?${query}`}`,
    method: route.method,
    headers: headersOf(route, input, options),
    ...body,
  };
}

function headersOf(
  route: Route,
  input: AnyCallInput,
  { newKey }: BuildOptions,
): Readonly<Record<string, string>> {
  const { idempotencyKey, ifMatch, ifNoneMatch } = input;
  return {
    [CLIENT_HEADER]: "api",
    Accept: route.success.events === undefined ? "application/json" : "text/event-stream",
    ...(route.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(route.isCreation === true ? { "Idempotency-Key": idempotencyKey ?? newKey() } : {}),
    ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { "If-None-Match": ifNoneMatch }),
  };
}

function encodeSegment(route: Route, name: string, value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (text !== "" && text !== "." && text !== ".." && text.isWellFormed()) {
    return encodeURIComponent(text);
  }
  throw new UsageError(
    "PATH_SEGMENT_INVALID",
    `${route.operationId}: params.${name}: expected a text other than "", "." and ".."`,
  );
}

function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      // What else a field may be, a URL cannot hold; the server says so of what is missing.
      if (isPlain(one)) pairs.append(name, String(one));
    }
  }
  return pairs.toString();
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
