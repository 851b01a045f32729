import type { CloudflarePermission } from "./api-tokens.ts";
import { type CloudflareApiError, REFUSALS } from "./cloudflare-error.ts";
import type { ApiResult } from "./envelope.ts";

/** A request on its way to a route. */
export interface ApiCall {
  readonly request: Request;
  /** What stands in the path for each name. Throws for a name that the path does not have. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** How many of a bulk call's keys are to fail; 0 without a fault that says so. */
  readonly failingKeys: number;
}

/** An operation of the API. */
export interface ApiRoute {
  readonly method: string;
  /** Below `/client/v4/accounts/{account}`, like `storage/kv/namespaces/:namespace/bulk`. */
  readonly path: string;
  /** What the token must be allowed; default nothing. */
  readonly permission?: CloudflarePermission;
  /** What a token that is unknown is answered; default an authentication error. */
  readonly unknownToken?: () => CloudflareApiError;
  answer(call: ApiCall): Promise<ApiResult> | ApiResult;
}

/** A route that was found, and what stands in its path. */
export interface FoundRoute {
  readonly route: ApiRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** Returns the route of a request; throws what is refused when there is none. */
export function findRoute(
  routes: readonly ApiRoute[],
  method: string,
  segments: readonly string[],
): FoundRoute {
  const found = routes.flatMap((route) => {
    const params = matchPath(route.path, segments);
    return params === undefined ? [] : [{ route, params }];
  });
  if (found.length === 0) throw REFUSALS.pathUnknown();
  const match = found.find(({ route }) => route.method === method);
  if (match === undefined) throw REFUSALS.methodUnknown();
  return match;
}

/** Returns the call a route answers. */
export function toCall(
  request: Request,
  params: FoundRoute["params"],
  failingKeys: number,
): ApiCall {
  return {
    request,
    failingKeys,
    query: new URL(request.url).searchParams,
    param(name) {
      const value = params[name];
      if (value === undefined) throw new TypeError(`the path has no ${name}`);
      return value;
    },
  };
}

function matchPath(
  path: string,
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const names = path.split("/");
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = segments[index] ?? "";
    if (name.startsWith(":")) params[name.slice(1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}
