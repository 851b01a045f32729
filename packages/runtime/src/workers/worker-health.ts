import { parseHealthScope, reportHealth } from "../answer/health.ts";
import type { HealthReport, HealthScope } from "../answer/health.ts";
import { jsonResponse } from "../answer/json-response.ts";
import type { KvPlace } from "../wire/kv-layout.ts";
import type { Isolate } from "./isolate.ts";
import { ready } from "./ready.ts";
import type { RequestMeans } from "./request-means.ts";
import { configuredPlaces } from "./worker-config.ts";
import type { WorkerConfig } from "./worker-config.ts";

/**
 * How many places are read for a report on all of them: each is two values of KV, and an invocation may ask 50
 * times where nothing is paid (developers.cloudflare.com/workers/platform/limits).
 */
const MAX_PLACES = 20;

/** How many warnings are told. */
const MAX_WARNINGS = 10;

/** Answers `/healthz` of an isolate: what is in scope is read first where that is due. */
export async function respondHealth(
  request: Request,
  { isolate, config, invocation }: RequestMeans,
): Promise<Response> {
  const scope = parseHealthScope(new URL(request.url).searchParams);
  const places = placesInScope(config, scope);
  await Promise.all(places.flatMap((place) => ready(isolate, place, invocation) ?? []));
  const report = reportHealth(
    {
      publications: isolate.places,
      host: () => ({ runtime: "cloudflare-workers", kv: isolate.reader.state() }),
      warnings: warningsOf(isolate),
    },
    scope,
  );
  return healthResponse(request, report);
}

/** Answers `/healthz` of a Worker that cannot work. */
export function respondMisconfigured(request: Request, reason: string): Response {
  return healthResponse(request, { ok: false, runtime: "cloudflare-workers", reason });
}

function healthResponse({ method }: Request, report: HealthReport): Response {
  const response = jsonResponse(report, report.ok ? 200 : 503);
  return method === "HEAD" ? new Response(null, response) : response;
}

function placesInScope(config: WorkerConfig, scope: HealthScope | undefined): readonly KvPlace[] {
  if (scope === undefined) return [];
  const { app, environment } = scope;
  return configuredPlaces(config)
    .filter(
      (place) =>
        (app === undefined || place.app === app) &&
        (environment === undefined || place.environment === environment),
    )
    .slice(0, MAX_PLACES);
}

function warningsOf({ warnings, places, revocations, outbox, route }: Isolate): readonly string[] {
  const { dropped } = outbox.health();
  const lost =
    dropped === 0 || route.send === undefined
      ? []
      : [`decisions lost since this isolate began: ${dropped}`];
  const all = [...warnings, ...lost, revocations.warning() ?? [], ...places.warnings()].flat();
  return all.slice(0, MAX_WARNINGS);
}
