import type { ApiFetch } from "@holdfast/appstore/http";
import { answerResponse, refusalResponse } from "../answers/answer-response.ts";
import type { Route } from "../contract/route.ts";
import type { RouteAnswer, RouteInput } from "../contract/route-types.ts";
import { ApiRefusal } from "../errors/api-refusal.ts";
import { readRequest } from "../requests/read-request.ts";

/** An operation with what carries it out. */
export interface Served {
  readonly route: Route;
  readonly handle: (input: never) => Promise<object>;
}

/** Pairs an operation with its handler, whose types come from it. */
export function serve<R extends Route>(
  route: R,
  handle: (input: RouteInput<R>) => Promise<RouteAnswer<R>>,
): Served {
  return { route, handle };
}

/** A server in memory, made of the operations as the real one is. */
export interface MemoryServer {
  readonly fetch: ApiFetch;
  /** Every request that came, in order. */
  readonly requests: readonly Request[];
  /** What is answered before the handlers are asked, in order: a response, or a connection that fails. */
  readonly interruptions: (Response | Error)[];
}

/** Returns a server that answers these operations. */
export function createMemoryServer(served: readonly Served[]): MemoryServer {
  const requests: Request[] = [];
  const interruptions: (Response | Error)[] = [];
  return {
    requests,
    interruptions,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      requests.push(request.clone());
      const interruption = interruptions.shift();
      if (interruption instanceof Error) throw interruption;
      return interruption ?? answer(served, request);
    },
  };
}

async function answer(served: readonly Served[], request: Request): Promise<Response> {
  try {
    for (const { route, handle } of served) {
      const params = matchPath(route, request);
      if (params === undefined) continue;
      const input = await readRequest(route, request, params);
      return answerResponse(route, input, (await handle(input as never)) as never);
    }
    throw new ApiRefusal("NOT_FOUND", "no such operation");
  } catch (error) {
    if (error instanceof ApiRefusal) return refusalResponse(error);
    throw error;
  }
}

function matchPath({ method, path }: Route, request: Request): Record<string, string> | undefined {
  if (request.method !== method) return undefined;
  const pattern = path.replaceAll(/\{([A-Za-z]+)\}/g, "(?<$1>[^/]+)");
  const match = new RegExp(`^${pattern}$`).exec(new URL(request.url).pathname);
  if (match === null) return undefined;
  const groups = Object.entries(match.groups ?? {});
  return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)]));
}
