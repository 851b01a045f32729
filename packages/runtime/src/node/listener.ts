import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
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

const RETENTION_PREFIX = "/apple/retention/";

/**
 * Makes the function node:http calls for each request. The adapter puts its own light `Request` and
 * `Response` in place of the global ones, which the answering path is measured to need.
 */
export function createListener(
  means: ListenerMeans,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const operations = createOperationsApp(means);
  return getRequestListener((request, env) =>
    env.incoming.url?.startsWith(RETENTION_PREFIX) === true
      ? means.runtime.fetch(request)
      : operations.fetch(request, env),
  );
}

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
  return context.json({ code: "PATH_UNKNOWN", message: "no such path" }, 404);
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

/**
 * Operators come with the token, or from this machine. A request that a proxy passed on comes from
 * elsewhere, whatever its address.
 */
function isOperator(context: Context<Env>, opsToken: string | undefined): boolean {
  const authorization = context.req.header("authorization");
  if (authorization !== undefined) {
    return opsToken !== undefined && equal(authorization, `Bearer ${opsToken}`);
  }
  const forwarded = context.req.header("x-forwarded-for") ?? context.req.header("forwarded");
  return forwarded === undefined && isLoopback(context.env.incoming.socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  return (
    address === "::1" ||
    address?.startsWith("127.") === true ||
    address?.startsWith("::ffff:127.") === true
  );
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
