import type { Route, RouteAnswer, RouteInput } from "@holdfast/api";
import { answerResponse, readRequest } from "@holdfast/api/server";
import type { Database } from "../storage/index.ts";
import { authorise } from "./authorise.ts";
import type { Authenticate, Caller, Credentials } from "./caller.ts";
import { readCredentials } from "./credentials.ts";
import { refuseCrossSite } from "./cross-site.ts";
import { EVENT_STREAM_HEADERS, eventStreamResponse } from "./event-stream.ts";
import { claimKey } from "./idempotency.ts";
import type { KeptAnswer, KeyClaim } from "./idempotency.ts";
import type { HandlerContext, Implementation } from "./implementation.ts";
import { readClient } from "./read-client.ts";
import { runChange } from "./run-change.ts";

/** What operations run with. */
export interface OperationServices {
  readonly database: Database;
  readonly authenticate: Authenticate;
  /** The name of the session's cookie. */
  readonly cookieName: string;
  /** The origin browsers reach us by; undefined where it is not configured. */
  readonly publicOrigin: string | undefined;
}

/** A request for an operation. */
export interface Exchange {
  readonly request: Request;
  /** The path's parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly address: string | undefined;
  readonly requestId: string;
  readonly now: number;
  /** Called when it is known who calls. */
  readonly onCaller: (caller: Caller) => void;
}

/**
 * Carries out an operation: who calls, may they, what do they ask, do it, answer. Who may not call learns
 * nothing of what would be valid, and their body is not read.
 *
 * @throws ApiRefusal, and what the handler and the database throw
 */
export async function runOperation(
  implementation: Implementation,
  exchange: Exchange,
  services: OperationServices,
): Promise<Response> {
  const { route, options } = implementation;
  const { request, params, now } = exchange;
  const credentials = readCredentials(request.headers, services.cookieName);
  refuseCrossSite({
    request,
    publicOrigin: services.publicOrigin,
    isByCookie: route.access !== "public" && credentials.kind === "cookie",
  });
  const caller = await callerOf(route, credentials, services);
  if (caller !== undefined) exchange.onCaller(caller);
  authorise({ route, caller, params, ...options });
  const input = await readRequest(route, request, params);
  const contextUnder = (claim: KeyClaim | undefined): HandlerContext<Route> =>
    contextOf(route, { exchange, services, caller, claim });
  if ("events" in implementation) {
    // Of HEAD nobody reads the events, so nobody would ever end them.
    if (request.method === "HEAD") return new Response(null, { headers: EVENT_STREAM_HEADERS });
    const events = await implementation.events(input, contextUnder(undefined));
    return eventStreamResponse(route, events, { signal: request.signal });
  }
  const run = async (claim: KeyClaim | undefined): Promise<KeptAnswer> =>
    implementation.handle(input, contextUnder(claim));
  const key = keyOf(route, input);
  if (key === undefined || caller === undefined) {
    return respond(route, input, await run(undefined));
  }
  const { queries } = services.database;
  const { isAnswerSecret } = options;
  const start = await claimKey(queries, { caller, key, route, input, isAnswerSecret, now });
  if (start.to === "replay") return respond(route, input, start.answer);
  return respond(route, input, await runClaimed(start.claim, run, services.database));
}

function respond(route: Route, input: RouteInput<Route>, answer: KeptAnswer): Response {
  // The handler was held to the route's own answer; that of any route is not known to be it.
  return answerResponse(route, input, answer as RouteAnswer<Route>);
}

/** A public operation is not for somebody in particular, so a stale cookie does not keep anybody from it. */
async function callerOf(
  { access }: Route,
  credentials: Credentials,
  { authenticate }: OperationServices,
): Promise<Caller | undefined> {
  if (access === "public" || credentials.kind === "none") return undefined;
  return authenticate(credentials);
}

function keyOf(route: Route, input: RouteInput<Route>): string | undefined {
  return route.isCreation === true && "idempotencyKey" in input
    ? String(input.idempotencyKey)
    : undefined;
}

/** Runs under a claim, and frees the key when nothing was done. */
async function runClaimed(
  claim: KeyClaim,
  run: (claim: KeyClaim) => Promise<KeptAnswer>,
  { queries }: Database,
): Promise<KeptAnswer> {
  let isKept = false;
  const tracked: KeyClaim = {
    ...claim,
    async keep(inside, answer) {
      await claim.keep(inside, answer);
      isKept = true;
    },
  };
  try {
    const answer = await run(tracked);
    // A creation whose handler made no change of its own: what Apple has, say.
    if (!isKept) await claim.keep(queries, answer);
    return answer;
  } catch (error) {
    // Where the transaction did commit, the answer is kept with it, and this frees nothing. Where the
    // database is gone, the key is free again when the claim is taken for dead.
    await claim.release(queries).catch(() => undefined);
    throw error;
  }
}

interface ContextOptions {
  readonly exchange: Exchange;
  readonly services: OperationServices;
  readonly caller: Caller | undefined;
  readonly claim: KeyClaim | undefined;
}

function contextOf(
  { operationId }: Route,
  { exchange, services, caller, claim }: ContextOptions,
): HandlerContext<Route> {
  const { request, params, address, requestId, now } = exchange;
  const { cookieName, database } = services;
  const context: Omit<HandlerContext<Route>, "caller"> = {
    client: readClient(request, { address, cookieName }),
    requestId,
    now,
    signal: request.signal,
    change: (act) =>
      runChange(act, { database, operationId, params, caller, requestId, now, claim }),
  };
  // authorise() saw to it: only public operations have no caller.
  return { ...context, caller } as HandlerContext<Route>;
}
