import { API_ERRORS } from "@holdfast/api";
import { ApiRefusal, refusalResponse } from "@holdfast/api/server";
import { Hono } from "hono";
import type { Context } from "hono";
import { createIdSource } from "../storage/index.ts";
import type { Database, IdSource } from "../storage/index.ts";
import { refusalOf } from "./answer-error.ts";
import type { Authenticate, Caller } from "./caller.ts";
import { operationsOf } from "./feature.ts";
import type { Feature, Page, Receiver } from "./feature.ts";
import type { Implementation } from "./implementation.ts";
import { readClient } from "./read-client.ts";
import { describeProblem } from "./request-report.ts";
import type { RequestReport } from "./request-report.ts";
import { runOperation } from "./run-operation.ts";
import { readTraceParent } from "./trace-parent.ts";

/** What the control plane's HTTP side is made from. */
export interface ControlAppOptions {
  readonly database: Database;
  readonly features: readonly Feature[];
  readonly authenticate: Authenticate;
  /** The name of the session's cookie. */
  readonly cookieName: string;
  /** The origin browsers reach us by, like `https://holdfast.example.com`; without it a request's own host counts. */
  readonly publicOrigin?: string | undefined;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: (() => number) | undefined;
  /** Makes the ids of requests; default a new source. */
  readonly ids?: IdSource | undefined;
  /** Called after each answer. Must not throw. */
  readonly onReport?: ((report: RequestReport) => void) | undefined;
}

/** What the listener knows of a connection. */
export interface Connection {
  /** The client's address; where a proxy is trusted, the one it names. */
  readonly address?: string | undefined;
}

/** The control plane's HTTP side. */
export interface ControlApp {
  /** Answers any request; never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
}

/** What goes along with a request through the router. */
interface Passing {
  readonly address: string | undefined;
  readonly requestId: string;
  readonly startedAt: number;
  operationId?: string;
  caller?: Caller;
  refusal?: ApiRefusal;
  error?: unknown;
}

type Router = Hono<{ Bindings: Passing }>;

/**
 * Returns the control plane's HTTP side: every operation the features implement, their pages, 405 with
 * Allow for other methods and 404 for all else, all errors in the API's one shape.
 *
 * @throws UsageError `OPERATION_TWICE`
 */
export function createControlApp(options: ControlAppOptions): ControlApp {
  const { now = Date.now, ids = createIdSource(), onReport = () => undefined } = options;
  const router: Router = new Hono();
  mountFeatures(router, options);
  router.notFound(() => {
    throw new ApiRefusal("NOT_FOUND", "no operation has this path");
  });
  router.onError((error, { env }) => refuse(error, env));
  const route = async (request: Request, passing: Passing): Promise<Response> => {
    try {
      return await router.fetch(request, passing);
    } catch (error) {
      // The router passes on what is thrown and is no Error.
      return refuse(error, passing);
    }
  };
  return {
    async fetch(request, { address } = {}) {
      const passing: Passing = { address, requestId: ids(), startedAt: now() };
      const response = withRequestId(await route(request, passing), passing.requestId);
      onReport(reportOf({ request, response, passing, endedAt: now() }));
      return response;
    },
  };
}

function mountFeatures(router: Router, options: ControlAppOptions): void {
  const { features } = options;
  for (const operation of operationsOf(features)) mountOperation(router, operation, options);
  for (const receiver of receiversOf(features)) mountReceiver(router, receiver);
  for (const page of features.flatMap(({ pages = [] }) => pages)) mountPage(router, page, options);
  refuseOtherMethods(router, features);
}

/** Turns an error into its answer, and leaves word of it for the report. */
function refuse(error: unknown, passing: Passing): Response {
  const refusal = refusalOf(error, passing.requestId);
  Object.assign(passing, { refusal, error });
  return refusalResponse(refusal);
}

function mountOperation(
  router: Router,
  operation: Implementation,
  options: ControlAppOptions,
): void {
  const { route } = operation;
  const services = { ...options, publicOrigin: options.publicOrigin };
  router.on(route.method, routerPath(route.path), async (context) => {
    const { env } = context;
    env.operationId = route.operationId;
    const { address, requestId, startedAt } = env;
    const exchange = {
      request: context.req.raw,
      params: paramsOf(context),
      address,
      requestId,
      now: startedAt,
      onCaller: (caller: Caller) => {
        env.caller = caller;
      },
    };
    return runOperation(operation, exchange, services);
  });
}

function mountPage(
  router: Router,
  { path, respond }: Page,
  { cookieName }: ControlAppOptions,
): void {
  router.get(path, async ({ req, env }) => {
    const { address, requestId, startedAt } = env;
    const client = readClient(req.raw, { address, cookieName });
    return respond({ request: req.raw, client, requestId, now: startedAt });
  });
}

function mountReceiver(router: Router, { name, paths, receive }: Receiver): void {
  for (const path of paths) {
    router.post(path, async (context) => {
      const { env } = context;
      env.operationId = name;
      return receive({ request: context.req.raw, params: paramsOf(context), now: env.startedAt });
    });
  }
}

function receiversOf(features: readonly Feature[]): readonly Receiver[] {
  return features.flatMap(({ receivers = [] }) => receivers);
}

/** After all that is there: whatever comes this far has a method nobody takes. */
function refuseOtherMethods(router: Router, features: readonly Feature[]): void {
  for (const [path, methods] of methodsByPath(features)) {
    const allowed = methods.has("GET") ? [...methods, "HEAD"] : [...methods];
    router.all(path, ({ env }) => {
      const refusal = new ApiRefusal(
        "METHOD_NOT_ALLOWED",
        `expected one of the methods ${allowed.join(", ")}`,
        { requestId: env.requestId },
      );
      env.refusal = refusal;
      const response = refusalResponse(refusal);
      response.headers.set("Allow", allowed.join(", "));
      return response;
    });
  }
}

function methodsByPath(features: readonly Feature[]): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  const add = (path: string, method: string): void => {
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  };
  for (const { route } of operationsOf(features)) add(routerPath(route.path), route.method);
  for (const { paths } of receiversOf(features)) for (const path of paths) add(path, "POST");
  for (const { path } of features.flatMap(({ pages = [] }) => pages)) add(path, "GET");
  return methods;
}

function routerPath(path: string): string {
  return path.replaceAll(/\{([A-Za-z]+)\}/g, ":$1");
}

function paramsOf({ req }: Context<{ Bindings: Passing }>): Readonly<Record<string, string>> {
  return req.param();
}

/** A response of a page may be one whose headers cannot be changed. */
function withRequestId(response: Response, requestId: string): Response {
  const headers = new Headers(response.headers);
  headers.set("X-Request-Id", requestId);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

interface Answered {
  readonly request: Request;
  readonly response: Response;
  readonly passing: Passing;
  readonly endedAt: number;
}

function reportOf({ request, response, passing, endedAt }: Answered): RequestReport {
  const { requestId, operationId, caller, refusal, error, startedAt } = passing;
  const traceParent = readTraceParent(request.headers);
  const isFault = refusal !== undefined && API_ERRORS[refusal.code].status >= 500;
  return {
    requestId,
    method: request.method,
    status: response.status,
    durationMs: endedAt - startedAt,
    ...(operationId === undefined ? {} : { operationId }),
    ...(traceParent === undefined ? {} : { traceParent }),
    ...(caller === undefined ? {} : { caller: `${caller.kind}:${caller.id}` }),
    ...(refusal === undefined ? {} : { code: refusal.code }),
    ...(isFault ? { problem: describeProblem(error) } : {}),
  };
}
