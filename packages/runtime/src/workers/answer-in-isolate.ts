import { answerLine } from "../answer/answer-line.ts";
import { startUntimedDeadline } from "../answer/deadline.ts";
import { parseRetentionUrl } from "../answer/retention-url.ts";
import { createRuntime } from "../answer/runtime.ts";
import { systemClock } from "../ports/clock.ts";
import type { AnswerEvent, AnswerOutcome } from "../ports/observer.ts";
import { isFlowEnvironment } from "../wire/fields.ts";
import type { KvPlace } from "../wire/kv-layout.ts";
import { createKvSubscribers } from "./kv-subscribers.ts";
import { ready } from "./ready.ts";
import type { RequestMeans } from "./request-means.ts";
import { isConfigured } from "./worker-config.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { writeLog } from "./worker-log.ts";

/** Where Apple asks. */
const RETENTION_PATH = /^[^/]*\/\/[^/]*\/apple\/retention\//;

/** Tells whether a request is for the runtime. */
export function isRetentionPath({ url }: Request): boolean {
  return RETENTION_PATH.test(url);
}

/**
 * Answers a request by what the isolate holds of its place, after reading that where it is due. Never rejects.
 *
 * The runtime is made for the request: whatever it begins belongs to this invocation, and what must outlive the
 * request is shared by the isolate.
 */
export async function answerInIsolate(
  request: Request,
  arrivedAt: number,
  { isolate, config, invocation }: RequestMeans,
): Promise<Response> {
  const place = placeOf(request, config);
  const waiting = place === undefined ? undefined : ready(isolate, place, invocation);
  if (waiting !== undefined) await waiting;
  const { places, verifier, breaker, lookupMs, outbox, revocations } = isolate;
  const { context, kv } = invocation;
  const runtime = createRuntime({
    host: "cloudflare-workers",
    publications: places,
    verifier,
    revocations: revocations.lookup,
    subscribers: createKvSubscribers(kv),
    breaker,
    lookupMs,
    decisions: { append: (record) => outbox.append(record, context), health: outbox.health },
    observer: { onAnswer: isolate.logsEveryAnswer ? logAnswer : logUnusual },
    capture: {
      keep({ signedPayload }) {
        const noting = revocations.note(signedPayload);
        if (noting !== undefined) context.waitUntil(noting);
      },
    },
    clock: systemClock,
    // Cryptography is done when it returns its promise: `js.evalNow`, github.com/cloudflare/workerd, crypto.c++.
    startDeadline: startUntimedDeadline,
  });
  return runtime.fetch(request, arrivedAt);
}

/** Whose values must be there; a request that gets no answer needs none. */
function placeOf({ url, method }: Request, config: WorkerConfig): KvPlace | undefined {
  const { app, environment } = parseRetentionUrl(url) ?? {};
  if (method !== "POST" || app === undefined || !isFlowEnvironment(environment)) return undefined;
  const place = { app, environment };
  return isConfigured(config, place) ? place : undefined;
}

/** What is told by its decision, and nothing else is to be said of. */
const ORDINARY: ReadonlySet<AnswerOutcome> = new Set(["answered", "deferred"]);

function logUnusual(event: AnswerEvent): void {
  if (!ORDINARY.has(event.outcome) || event.error !== undefined) logAnswer(event);
}

function logAnswer(event: AnswerEvent): void {
  writeLog(answerLine(event));
}
