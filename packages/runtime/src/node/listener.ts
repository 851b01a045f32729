import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { parseHealthScope, reportHealth } from "../answer/health.ts";
import type { HealthMeans } from "../answer/health.ts";
import type { Runtime } from "../answer/runtime.ts";
import type { DecisionLog } from "../ports/decisions.ts";
import type { ShippingHealth } from "./decision-shipping/shipping-counts.ts";
import type { Metrics } from "./metrics.ts";

/** A server in the same process that answers what the runtime does not: a control plane. */
export interface Companion {
  /** Answers a request, or passes it on. Must not throw. */
  readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** Whether it can answer. */
  readonly isUp: () => boolean;
  /** Ends answers that would not end by themselves, for the host is to end. */
  readonly endStreams: () => void;
  /** Returns its own metrics in Prometheus' text format; nothing while it is away. */
  readonly renderMetrics: () => Promise<string>;
}

/**
 * Who comes to a listener: the App Store and the whole world, whoever administers this, or `everybody` where
 * there is one listener for all.
 */
export type Audience = "public" | "admins" | "everybody";

/** What the listener serves. */
export interface ListenerMeans {
  readonly runtime: Runtime;
  readonly health: HealthMeans;
  readonly decisions: Pick<DecisionLog, "health">;
  readonly metrics: Metrics;
  /** How decisions are shipped; nothing where they are not. */
  readonly shipping?: () => ShippingHealth | undefined;
  /** Whether new requests are welcome: false while shutting down. */
  readonly accepting: () => boolean;
  /** Opens `/metrics` and `/readyz` to other machines, as a bearer token. */
  readonly opsToken?: string;
  /** Answers what the runtime does not; nobody by default. */
  readonly companion?: Companion;
}

/** Where Apple asks, as a path or, as RFC 9112 §3.2.2 wants it accepted, a whole URL. */
const RETENTION_TARGET = /^(?:https?:\/\/[^/?#]*)?\/apple\/retention\//i;

/**
 * What a companion answers for the App Store, and so on every listener. Ids alone stand in it, for by dots,
 * percent signs and backslashes a path leads elsewhere.
 */
const NOTIFICATIONS_TARGET = /^(?:https?:\/\/[^/?#]*)?\/apple\/notifications\/[\w/-]*(?:\?|$)/i;

/** What is answered here for operators. */
const OPERATIONS_TARGET = /^(?:https?:\/\/[^/?#]*)?\/(?:livez|healthz|readyz|metrics)(?:[?#]|$)/i;

/**
 * Makes the function node:http calls for each request. The adapter puts its own light `Request` and
 * `Response` in place of the global ones, which the answering path is measured to need.
 */
export function createListener(
  means: ListenerMeans,
  audience: Audience = "everybody",
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const operations = createOperationsApp(means, audience);
  const answersApple = audience !== "admins";
  const listener = getRequestListener(
    (request, env) =>
      answersApple && RETENTION_TARGET.test(env.incoming.url ?? "")
        ? means.runtime.fetch(request)
        : operations.fetch(request, env),
    // HTTP/1.0 need not name a host, and nothing here depends on it.
    { hostname: "localhost", errorHandler: refuseUnreadable },
  );
  const isCompanions = (target: string): boolean =>
    !RETENTION_TARGET.test(target) &&
    !OPERATIONS_TARGET.test(target) &&
    (audience !== "public" || NOTIFICATIONS_TARGET.test(target));
  return async (incoming, outgoing) => {
    if (!means.accepting()) outgoing.setHeader("connection", "close");
    if (means.companion === undefined || !isCompanions(incoming.url ?? "")) {
      return listener(incoming, outgoing);
    }
    means.companion.handle(incoming, outgoing);
  };
}

/** Answers what no request can be made of: a target that is no path, a Host that is none. */
function refuseUnreadable(error: unknown): Response {
  return error instanceof RequestError
    ? Response.json(PATH_UNKNOWN, { status: 404 })
    : Response.json({ code: "INTERNAL", message: "an internal error" }, { status: 503 });
}

const PATH_UNKNOWN = { code: "PATH_UNKNOWN", message: "no such path" };

const SHUTTING_DOWN = "shutting down";

type Env = { readonly Bindings: HttpBindings };

/** What operators and load balancers ask; only `/healthz` and `/livez` are public. */
function createOperationsApp(means: ListenerMeans, audience: Audience): Hono<Env> {
  const app = new Hono<Env>();
  // Whatever else is the matter: only a process that does not answer this is mended by another start.
  app.get("/livez", (context) => context.json({ ok: true }));
  app.get("/healthz", (context) => {
    const scope = parseHealthScope(new URL(context.req.url).searchParams);
    const health = reportHealth(means.health, scope);
    const report = means.accepting() ? health : { ...health, ok: false, reason: SHUTTING_DOWN };
    return context.json(report, report.ok ? 200 : 503);
  });
  app.notFound(notFound);
  if (audience === "public") return app;
  app.get("/readyz", (context) => {
    if (!isOperator(context, means.opsToken)) return notFound(context);
    const { ready, reason } = readiness(means);
    const waiting = waitingDecisions(means);
    return context.json({ ready, reason, ...waiting }, ready ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    if (!isOperator(context, means.opsToken)) return notFound(context);
    const { contentType, body } = await means.metrics.render();
    const more = (await means.companion?.renderMetrics()) ?? "";
    return context.body(`${body}${more}`, 200, { "content-type": contentType });
  });
  return app;
}

function notFound(context: Context): Response {
  return context.json(PATH_UNKNOWN, 404);
}

function readiness({ accepting, health, decisions }: ListenerMeans): {
  readonly ready: boolean;
  readonly reason?: string | undefined;
} {
  if (!accepting()) return { ready: false, reason: SHUTTING_DOWN };
  const report = reportHealth(health, {});
  if (!report.ok) return { ready: false, reason: report.reason };
  const store = decisions.health();
  return store.ready ? { ready: true } : { ready: false, reason: store.reason };
}

/** What control has not confirmed; nothing where decisions are not shipped. */
function waitingDecisions({ shipping }: ListenerMeans): object {
  const health = shipping?.();
  if (health === undefined) return {};
  const { waiting, oldestAt, problem } = health;
  return { decisions: { waiting, oldestAt, problem } };
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
