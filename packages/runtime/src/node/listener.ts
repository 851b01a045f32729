import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { parseHealthScope, reportHealth } from "../answer/health.ts";
import type { HealthMeans } from "../answer/health.ts";
import type { Runtime } from "../answer/runtime.ts";
import type { Metrics } from "./metrics.ts";

/** What the listener serves. */
export interface ListenerMeans {
  readonly runtime: Runtime;
  readonly health: HealthMeans;
  readonly metrics: Metrics;
  /** Whether new requests are welcome: false while shutting down. */
  readonly accepting: () => boolean;
  /** Opens `/metrics` and `/readyz` to other machines, as a bearer token. */
  readonly opsToken?: string;
}

/** Where Apple asks, as a path or, as RFC 9112 §3.2.2 wants it accepted, a whole URL. */
const RETENTION_TARGET = /^(?:https?:\/\/[^/]*)?\/apple\/retention\//i;

/**
 * Makes the function node:http calls for each request. The adapter puts its own light `Request` and
 * `Response` in place of the global ones, which the answering path is measured to need.
 */
export function createListener(
  means: ListenerMeans,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const operations = createOperationsApp(means);
  const listener = getRequestListener(
    (request, env) =>
      RETENTION_TARGET.test(env.incoming.url ?? "")
        ? means.runtime.fetch(request)
        : operations.fetch(request, env),
    // HTTP/1.0 need not name a host, and nothing here depends on it.
    { hostname: "localhost", errorHandler: refuseUnreadable },
  );
  return (incoming, outgoing) => {
    if (!means.accepting()) outgoing.setHeader("connection", "close");
    return listener(incoming, outgoing);
  };
}

/** Answers what no request can be made of: a target that is no path, a Host that is none. */
function refuseUnreadable(error: unknown): Response {
  return error instanceof RequestError
    ? Response.json(PATH_UNKNOWN, { status: 404 })
    : Response.json({ code: "INTERNAL", message: "an internal error" }, { status: 503 });
}

const PATH_UNKNOWN = { code: "PATH_UNKNOWN", message: "no such path" };

type Env = { readonly Bindings: HttpBindings };

/** What operators and load balancers ask; only `/healthz` is public. */
function createOperationsApp(means: ListenerMeans): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/healthz", (context) => {
    const report = reportHealth(
      means.health,
      parseHealthScope(new URL(context.req.url).searchParams),
    );
    return context.json(report, report.ok ? 200 : 503);
  });
  app.get("/readyz", (context) => {
    if (!isOperator(context, means.opsToken)) return notFound(context);
    const { ready, reason } = readiness(means);
    return context.json({ ready, reason }, ready ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    if (!isOperator(context, means.opsToken)) return notFound(context);
    const { contentType, body } = await means.metrics.render();
    return context.body(body, 200, { "content-type": contentType });
  });
  app.notFound(notFound);
  return app;
}

function notFound(context: Context): Response {
  return context.json(PATH_UNKNOWN, 404);
}

function readiness({ accepting, health }: ListenerMeans): {
  readonly ready: boolean;
  readonly reason?: string | undefined;
} {
  if (!accepting()) return { ready: false, reason: "shutting down" };
  const report = reportHealth(health, {});
  if (!report.ok) return { ready: false, reason: report.reason };
  const store = health.decisions.health();
  return store.ready ? { ready: true } : { ready: false, reason: store.reason };
}

/** What proxies add to a request they pass on. */
const PROXY_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
];

/**
 * Operators come with the token, or from this machine. A request that a proxy passed on comes from
 * elsewhere, whatever its address; so does one that asks for another host, as a proxy that adds no
 * header passes it on, and a browser that was led here by a name of somebody else's.
 */
function isOperator({ req, env }: Context<Env>, opsToken: string | undefined): boolean {
  const authorization = req.header("authorization");
  if (authorization !== undefined) {
    return opsToken !== undefined && equal(authorization, `Bearer ${opsToken}`);
  }
  const isPassedOn = PROXY_HEADERS.some((name) => req.header(name) !== undefined);
  const { headers, socket } = env.incoming;
  return !isPassedOn && isLoopbackHost(headers.host) && isLoopback(socket.remoteAddress);
}

function isLoopbackHost(host = "localhost"): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function isLoopback(address: string | undefined): boolean {
  return (
    address === "::1" ||
    address?.startsWith("127.") === true ||
    address?.startsWith("::ffff:127.") === true
  );
}

/** Compares hashes, which are of equal length, so that the time tells nothing of the token. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(hash(a), hash(b));
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
