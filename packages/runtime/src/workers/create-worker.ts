import { UsageError } from "@holdfast/appstore/errors";
import { refusalResponse } from "../answer/json-response.ts";
import { RequestRefusal } from "../answer/request-refusal.ts";
import { systemClock } from "../ports/clock.ts";
import { answerInIsolate, isRetentionPath } from "./answer-in-isolate.ts";
import { shipQueuedDecisions } from "./ship-queued-decisions.ts";
import { createIsolates } from "./isolates.ts";
import type { ExecutionContext, QueueBatch, WorkerEnv } from "./platform.ts";
import { renewRevocations } from "./renew-revocations.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { respondHealth, respondMisconfigured } from "./worker-health.ts";

/** What the platform calls: the default export of a Worker's module. */
export interface Worker {
  /** Answers `POST /apple/retention/{app}/{environment}` and `GET /healthz`; every other path is a 404. */
  fetch(request: Request, env: WorkerEnv, context: ExecutionContext): Promise<Response>;
  /** Renews what is known of revocations; for a cron trigger. */
  scheduled(event: unknown, env: WorkerEnv, context: ExecutionContext): Promise<void>;
  /** Ships decisions that waited in a queue. */
  queue(batch: QueueBatch, env: WorkerEnv, context: ExecutionContext): Promise<void>;
}

/**
 * Returns a Worker that answers by what a namespace has. Nothing happens before its first event: outside of one
 * there is no time, no chance and no network.
 */
export function createWorker(config: WorkerConfig): Worker {
  const isolates = createIsolates(config);
  return {
    async fetch(request, env, context) {
      const arrivedAt = systemClock.elapsed();
      const isHealth = isHealthRequest(request);
      if (!isHealth && !isRetentionPath(request)) return refusalResponse(PATH_UNKNOWN);
      const isolate = isolates.of(env);
      const opened = isolate instanceof Promise ? await isolate : isolate;
      if ("reason" in opened) {
        return isHealth
          ? respondMisconfigured(request, opened.reason)
          : refusalResponse(MISCONFIGURED);
      }
      const invocation = { kv: opened.kv, context };
      const means = { isolate: opened, config, invocation };
      if (isHealth) return respondHealth(request, means);
      const answering = answerInIsolate(request, arrivedAt, means);
      // What requests share must not end with the one that began it, and its client.
      context.waitUntil(answering);
      return answering;
    },
    async scheduled(_event, env) {
      await renewRevocations(config, await isolates.open(env));
    },
    async queue(batch, env) {
      const { route } = await isolates.open(env);
      if (route.client === undefined) throw controlMissing();
      await shipQueuedDecisions(batch, route.client);
    },
  };
}

const PATH_UNKNOWN = new RequestRefusal("PATH_UNKNOWN", "no such path");
const MISCONFIGURED = new RequestRefusal(
  "HOST_MISCONFIGURED",
  "the Worker lacks what it needs; its /healthz says what",
);

/** The queue keeps what it could not deliver, and delivers it again. */
function controlMissing(): UsageError<"CONTROL_NOT_SET"> {
  return new UsageError(
    "CONTROL_NOT_SET",
    "expected HOLDFAST_CONTROL_URL and HOLDFAST_RUNTIME_TOKEN, to send what the queue holds to",
  );
}

function isHealthRequest({ url, method }: Request): boolean {
  return (method === "GET" || method === "HEAD") && new URL(url).pathname === "/healthz";
}
