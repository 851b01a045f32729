import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import { createCircuitBreaker } from "../answer/circuit-breaker.ts";
import type { CircuitBreaker } from "../answer/circuit-breaker.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { systemClock } from "../ports/clock.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import { REVOCATIONS_KEY } from "../wire/kv-layout.ts";
import { createDecisionOutbox } from "./decision-outbox.ts";
import type { DecisionOutbox } from "./decision-outbox.ts";
import { createDecisionRoute } from "./decision-route.ts";
import type { DecisionRoute } from "./decision-route.ts";
import { createHeldPlaces } from "./held-places.ts";
import type { HeldPlaces } from "./held-places.ts";
import { createKvReader } from "./kv-reader.ts";
import type { KvReader } from "./kv-reader.ts";
import type { KvNamespace, WorkerEnv } from "./platform.ts";
import { createRefresher } from "./refresher.ts";
import type { Refresher } from "./refresher.ts";
import { createWorkerRevocations } from "./revocations.ts";
import type { WorkerRevocations } from "./revocations.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { writeLog } from "./worker-log.ts";
import {
  bindKv,
  readLogsEveryAnswer,
  readLookupBound,
  readRuntimeSecret,
} from "./worker-settings.ts";

/** Everything that requests of one isolate share. Made at the first of them: before, there is no time and no chance. */
export interface Isolate {
  /** The namespace as the newest invocation has it bound. */
  readonly kv: KvNamespace;
  readonly places: HeldPlaces;
  readonly reader: KvReader;
  readonly verifier: SignedDataVerifier;
  readonly breaker: CircuitBreaker;
  readonly lookupMs: number;
  readonly logsEveryAnswer: boolean;
  readonly outbox: DecisionOutbox;
  readonly route: DecisionRoute;
  readonly revocations: WorkerRevocations;
  readonly revocationsRefresher: Refresher;
  /** What of the settings should not stay so. */
  readonly warnings: readonly string[];
}

/**
 * Makes an isolate's shared part.
 *
 * @param env - returns the bindings of the newest invocation
 * @throws UsageError `KV_NOT_BOUND`, `RUNTIME_SECRET_INVALID`
 */
export async function openIsolate(config: WorkerConfig, env: () => WorkerEnv): Promise<Isolate> {
  const clock = systemClock;
  const cryptography = webCryptography;
  const kv = bindKv(env);
  const runtimeKeys = await deriveRuntimeKeys(readRuntimeSecret(env()), cryptography);
  const reader = createKvReader(clock.now);
  const route = createDecisionRoute(env);
  const { lookupMs, warning } = readLookupBound(env());
  const revocations = createWorkerRevocations({
    kv,
    key: runtimeKeys.revocationRecords,
    now: clock.now,
  });
  const readRevocations = async (from: KvNamespace): Promise<void> =>
    revocations.install((await reader.read(from, REVOCATIONS_KEY)) ?? null);
  return {
    kv,
    places: createHeldPlaces({ config, runtimeKeys, cryptography, reader, clock }),
    reader,
    verifier: createSignedDataVerifier({ ecdsa: cryptography, now: clock.now }),
    breaker: createCircuitBreaker(clock.elapsed),
    lookupMs,
    logsEveryAnswer: readLogsEveryAnswer(env()),
    outbox: createDecisionOutbox({
      isolate: crypto.randomUUID(),
      send: route.send,
      now: clock.now,
      random: () => Math.random(),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      onLost: logLost,
    }),
    route,
    revocations,
    revocationsRefresher: createRefresher(readRevocations, clock, { isEssential: false }),
    warnings: [route.warning, warning].filter((text) => text !== undefined),
  };
}

function logLost(count: number, error: unknown): void {
  const reason = error instanceof Error ? error.message : undefined;
  writeLog({ level: "error", message: "decisions lost", fields: { count, error: reason } });
}
