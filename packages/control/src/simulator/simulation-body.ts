import type { RouteAnswer, routes } from "@holdfast/api";
import type {
  EvaluationTrace,
  ResolvedResponse,
  Stops,
  SubscriberLookup,
} from "@holdfast/flow/evaluate";
import { choiceOf } from "@holdfast/runtime/simulate";
import type { Simulation, TakenRequest } from "@holdfast/runtime/simulate";
import type { SimulatedRefusal } from "./run-simulation.ts";
import { flowBody } from "./simulated-flow.ts";
import type { SimulatedFlow } from "./simulated-flow.ts";

/** What an answer of the simulator holds. */
type SimulationBody = RouteAnswer<typeof routes.simulate>["body"];

type Note = SimulationBody["notes"][number];

/** A simulation with all it was made from. */
export interface SimulationParts {
  readonly flow: SimulatedFlow;
  readonly taken: TakenRequest;
  readonly subscriber: SubscriberLookup;
  /** Whether the subscriber's state was to be looked up. */
  readonly isStateStored: boolean;
  readonly stops: Stops;
  readonly simulation: Simulation;
  readonly hasSigningKey: boolean;
}

/** Returns what is answered where a runtime would have turned the request away. */
export function refusedBody(
  flow: SimulatedFlow,
  { code, status, message }: SimulatedRefusal,
): SimulationBody {
  return { flow: flowBody(flow), refused: { code, message }, response: { status }, notes: [] };
}

/** Returns a simulation as the API shows it: without any id of the subscription. */
export function simulationBody(parts: SimulationParts): SimulationBody {
  const { flow, taken, subscriber, simulation } = parts;
  const { evaluation, trace, delivered, deviation, status, body } = simulation;
  const { productId, userLocale, signedDate } = taken.request;
  const { assigned } = evaluation;
  return {
    flow: flowBody(flow),
    request: { productId, userLocale, requestedAt: signedDate, signature: taken.signature },
    subscriber:
      subscriber.status === "unavailable"
        ? { status: subscriber.status, reason: subscriber.reason }
        : { status: subscriber.status },
    decision: {
      ...choiceOf(evaluation),
      hashes: [...evaluation.hashes],
      hashVersion: evaluation.hashVersion,
      ...(assigned === undefined ? {} : { assigned: { ...assigned } }),
      ...(delivered === undefined ? {} : { delivered: { ...delivered } }),
      ...(deviation === undefined ? {} : { deviation }),
    },
    response: { status, ...(body === undefined ? {} : { body: { ...body } }) },
    trace: writableTrace(trace),
    notes: [...notesOf(parts)],
  };
}

/** The API's types want lists they might change; it is sent, and nobody does. */
function writableTrace(trace: EvaluationTrace): NonNullable<SimulationBody["trace"]> {
  return trace as unknown as NonNullable<SimulationBody["trace"]>;
}

function notesOf(parts: SimulationParts): readonly Note[] {
  const { taken, subscriber, isStateStored, stops, simulation, hasSigningKey } = parts;
  const at = new Date(taken.clock).toISOString();
  const isSigned = needsSignature(simulation.delivered);
  const said: readonly (readonly [isSo: boolean, code: string, text: string])[] = [
    [true, "CLOCK_PINNED", `the clock stood at ${at}, the request's own date`],
    [taken.signature === "notSigned", "NOT_SIGNED", "nobody signed this request: it is made up"],
    [
      isStateStored && subscriber.status !== "unavailable",
      "STATE_OF_NOW",
      "of the subscriber it saw what is stored now, not what was known when Apple asked",
    ],
    [
      stops.appPaused || stops.offersPaused || stops.stoppedOffers.size > 0,
      "STOPS_APPLIED",
      "something is paused or stopped now; without the stop list it may be answered otherwise",
    ],
    [
      isSigned,
      "THROW_AWAY_KEY",
      "the offer is signed with a throw-away key: Apple would refuse it",
    ],
    [
      isSigned && !hasSigningKey,
      "SIGNING_KEY_MISSING",
      "the app has no active In-App Purchase key: a runtime cannot sign this, and sends a fallback",
    ],
  ];
  return said.flatMap(([isSo, code, text]) => (isSo ? [{ code, text }] : []));
}

function needsSignature(delivered: ResolvedResponse | undefined): boolean {
  return delivered?.kind === "promotionalOffer" || delivered?.kind === "advancedCommerceInfo";
}
