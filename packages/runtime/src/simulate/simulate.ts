import type {
  DecodedRealtimeRequestBody,
  RealtimeResponseBody,
} from "@holdfast/appstore/retention-messaging";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import { explainEvaluation, NO_STOPS } from "@holdfast/flow/evaluate";
import type {
  Evaluation,
  EvaluationTrace,
  FlowEnvironment,
  Stops,
  SubscriberLookup,
} from "@holdfast/flow/evaluate";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import { subjectOf } from "../answer/answer-request.ts";
import { startDeadline } from "../answer/deadline.ts";
import { respond } from "../answer/respond.ts";
import type { Delivery, Signer } from "../answer/respond.ts";
import { DEFAULT_BUDGET_MS } from "../answer/runtime-options.ts";
import type { Cryptography } from "../ports/cryptography.ts";
import { systemClock } from "../ports/clock.ts";

/** What is simulated: a request, against a snapshot that need not be live. */
export interface SimulationInput {
  /** Our id of the app. */
  readonly app: string;
  readonly bundleId: string;
  readonly snapshot: PreparedSnapshot;
  readonly environment: FlowEnvironment;
  readonly request: DecodedRealtimeRequestBody;
  readonly subscriber: SubscriberLookup;
  readonly stops?: Stops;
}

/** What would be answered, and why. */
export interface Simulation {
  readonly evaluation: Evaluation;
  readonly trace: EvaluationTrace;
  readonly delivered?: Delivery["delivered"];
  readonly status: 200 | 503;
  /** Absent with 503. Signatures in it are made with a throw-away key: Apple would refuse them. */
  readonly body?: RealtimeResponseBody;
  readonly deviation?: string;
}

/**
 * Takes one request through the steps of a real answer: evaluation with its trace, signing,
 * response. Signs with a throw-away key and records nothing.
 */
export async function simulate(
  input: SimulationInput,
  cryptography: Cryptography,
): Promise<Simulation> {
  const signer: Signer = { ...input, keys: await throwAwayKeys(cryptography) };
  const subject = subjectOf(input, input.environment, input.subscriber);
  const { evaluation, trace } = explainEvaluation(input.snapshot, subject, input.stops ?? NO_STOPS);
  const deadline = startDeadline(DEFAULT_BUDGET_MS, systemClock.elapsed);
  try {
    const { candidates } = evaluation;
    const { delivered, body, deviation } = await respond(
      candidates,
      signer,
      input.request,
      deadline,
    );
    const why = deviation ?? evaluation.deviation;
    return {
      evaluation,
      trace,
      ...(delivered === undefined ? {} : { delivered }),
      status: body === undefined ? 503 : 200,
      ...(body === undefined ? {} : { body }),
      ...(why === undefined ? {} : { deviation: why }),
    };
  } finally {
    deadline.end();
  }
}

async function throwAwayKeys(cryptography: Cryptography): Promise<Signer["keys"]> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return {
    offerNonce: await cryptography.importHmacKey(crypto.getRandomValues(new Uint8Array(32))),
    signing: await importInAppPurchaseKey({
      keyId: "SIMULATED0",
      issuerId: "00000000-0000-4000-8000-000000000000",
      privateKey: new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)),
      ecdsa: cryptography,
    }),
  };
}
