import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { AnswerEvent, AnswerOutcome, Observer } from "../ports/observer.ts";
import type { LivePublication } from "../ports/publications.ts";
import { isFlowEnvironment } from "../wire/fields.ts";
import { answerRequest } from "./answer-request.ts";
import type { Answer } from "./answer-request.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { startDeadline } from "./deadline.ts";
import { DEFAULT_LOOKUP_MS } from "./lookup.ts";
import type { LookupMeans } from "./lookup.ts";
import { jsonResponse, refusalResponse } from "./json-response.ts";
import { describeRefusal, RequestRefusal } from "./request-refusal.ts";
import { parseRetentionUrl } from "./retention-url.ts";
import { DEFAULT_BUDGET_MS } from "./runtime-options.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

/** The data plane: answers Apple's real-time requests. */
export interface Runtime {
  /**
   * Answers `POST /apple/retention/{app}/{environment}`; every other path is a 404. Never rejects.
   *
   * @param arrivedAt - when the request came, on `clock.elapsed`: the budget runs from there. Default: now
   */
  fetch(request: Request, arrivedAt?: number): Promise<Response>;
}

/** Makes a runtime of its ports. It holds no state but the circuit breaker of its subscriber lookups. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { clock, observer } = options;
  const lookup: LookupMeans = {
    store: options.subscribers,
    breaker: options.breaker ?? createCircuitBreaker(clock.elapsed),
    lookupMs: options.lookupMs ?? DEFAULT_LOOKUP_MS,
    elapsed: clock.elapsed,
  };
  return {
    async fetch(request, cameAt) {
      const now = clock.elapsed();
      const arrivedAt = cameAt ?? now;
      const leftMs = (options.budgetMs ?? DEFAULT_BUDGET_MS) - (now - arrivedAt);
      const deadline = (options.startDeadline ?? startDeadline)(leftMs, clock.elapsed);
      let target: Target | undefined;
      let ending: Ending;
      try {
        target = targetOf(request, options);
        const means = { ...options, lookup, deadline, arrivedAt };
        const answer = await answerRequest(request, target.live, means);
        ending = endAnswered(answer);
        keep(options, target, { answer, status: ending.response.status });
      } catch (error) {
        ending = endRefused(error);
      } finally {
        deadline.end();
      }
      const latencyMs = clock.elapsed() - arrivedAt;
      const { status } = ending.response;
      tell(observer, { ...ending.event, ...target?.labels, status, latencyMs });
      return ending.response;
    },
  };
}

/** An observer that fails must not cost the answer it was told of. */
function tell(observer: Observer, event: AnswerEvent): void {
  try {
    observer.onAnswer(event);
  } catch {
    // Nobody is left to tell.
  }
}

/** Nor must a capture that fails. */
function keep(
  { capture }: RuntimeOptions,
  { labels }: Target,
  { answer, status }: { readonly answer: Answer; readonly status: number },
): void {
  const { record: decision, signedPayload } = answer;
  if (capture === undefined || decision === undefined) return;
  try {
    capture.keep({ ...labels, signedPayload, status, decision });
  } catch {
    // It is no part of answering.
  }
}

interface Target {
  readonly live: LivePublication;
  readonly labels: { readonly app: string; readonly environment: FlowEnvironment };
}

interface Ending {
  readonly response: Response;
  readonly event: Omit<AnswerEvent, "status" | "latencyMs">;
}

function targetOf(request: Request, { publications }: RuntimeOptions): Target {
  const path = parseRetentionUrl(request.url);
  if (path === undefined) throw new RequestRefusal("PATH_UNKNOWN", "no such path");
  if (request.method !== "POST") throw new RequestRefusal("METHOD_NOT_ALLOWED", "expected POST");
  const { app, environment } = path;
  const live = isFlowEnvironment(environment) ? publications.find(app, environment) : "unknown";
  if (live === "unknown") throw new RequestRefusal("APP_UNKNOWN", "no such app or environment");
  if (live === "unpublished") {
    throw new RequestRefusal("NOT_PUBLISHED", "nothing is published for this app yet");
  }
  return { live, labels: { app: live.app, environment: live.environment } };
}

function endAnswered(answer: Answer): Ending {
  const { delivery, record, lookup, lookupMs, clockSkewMs, error } = answer;
  const seen = {
    lookup,
    ...(lookupMs === undefined ? {} : { lookupMs }),
    clockSkewMs,
    error,
    ...(record === undefined ? {} : { decision: record }),
    ...(delivery.signing === undefined ? {} : { signing: delivery.signing }),
  };
  if (delivery.delivered === undefined) {
    const event = { ...seen, outcome: "unavailable", code: "NOTHING_APPROVED" } as const;
    return { response: new Response(null, { status: 503 }), event };
  }
  if (delivery.body === undefined) {
    return {
      response: new Response(null, { status: 503 }),
      event: { ...seen, outcome: "deferred" },
    };
  }
  const code = record?.deviation;
  const outcome: AnswerOutcome = code === undefined ? "answered" : "fallback";
  return {
    response: jsonResponse(delivery.body, 200),
    event: { ...seen, outcome, ...(code === undefined ? {} : { code }) },
  };
}

function endRefused(error: unknown): Ending {
  const { code, status } = describeRefusal(error);
  return {
    response: refusalResponse(error),
    event: { outcome: status < 500 ? "refused" : "unavailable", code, error },
  };
}
