import { type ApiRoute, findRoute, type FoundRoute, toCall } from "./api-route.ts";
import type { ApiTokens } from "./api-tokens.ts";
import type { CloudflareFault } from "./cloudflare-fault.ts";
import { CloudflareApiError, REFUSALS } from "./cloudflare-error.ts";
import { type ApiResult, failureResponse, successResponse } from "./envelope.ts";

/** The path that everything of the API has. */
export const API_PATH = "/client/v4";

/** What answering needs. */
export interface ApiContext {
  readonly accountId: string;
  readonly tokens: ApiTokens;
  /** The operations on the account. */
  readonly routes: readonly ApiRoute[];
  /** Those on what is in no account; their paths are below `/client/v4`. */
  readonly userRoutes: readonly ApiRoute[];
}

/** Answers a call of the API: who asks, how often, what, and then the operation itself. */
export async function answerApi(
  request: Request,
  falling: readonly CloudflareFault[],
  context: ApiContext,
): Promise<Response> {
  const { tokens } = context;
  const authorization = request.headers.get("authorization");
  const response = await orFailure(async () => {
    const found = orError(() => routeOf(request, context));
    // Who may not ask at all does not hear what there is.
    tokens.spend(authorization, "route" in found ? found.route : undefined);
    if (!("route" in found)) throw found.error;
    return found.route.answer(toCall(request, found.params, failingKeys(falling)));
  });
  for (const [name, value] of Object.entries(tokens.headers(authorization))) {
    response.headers.set(name, value);
  }
  return response;
}

function routeOf(request: Request, { accountId, routes, userRoutes }: ApiContext): FoundRoute {
  const segments = segmentsOf(request);
  const [scope, account, ...rest] = segments;
  if (scope !== "accounts" || account === undefined) {
    return findRoute(userRoutes, request.method, segments);
  }
  // Of an account it does not belong to a token hears the same as of anything it may not.
  if (account !== accountId) throw REFUSALS.badToken();
  return findRoute(routes, request.method, rest);
}

function segmentsOf(request: Request): readonly string[] {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(`${API_PATH}/`)) return [];
  return pathname
    .slice(API_PATH.length + 1)
    .split("/")
    .map(decode);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw REFUSALS.invalid("could not URL-decode the path");
  }
}

async function orFailure(work: () => Promise<ApiResult>): Promise<Response> {
  try {
    return successResponse(await work());
  } catch (error) {
    if (error instanceof CloudflareApiError) return failureResponse(error);
    throw error;
  }
}

function orError<T extends object>(work: () => T): T | { readonly error: unknown } {
  try {
    return work();
  } catch (error) {
    return { error };
  }
}

function failingKeys(falling: readonly CloudflareFault[]): number {
  return falling.reduce((sum, fault) => sum + (fault.kind === "unsuccessful" ? fault.keys : 0), 0);
}
