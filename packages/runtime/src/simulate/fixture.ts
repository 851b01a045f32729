import type { FlowEnvironment, SubscriberLookup } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { isRecord, readFields } from "../wire/fields.ts";
import { WireError } from "../wire/wire-error.ts";
import { namesOf } from "./compared-answer.ts";
import type { ComparedChoice, ComparedResponse } from "./compared-answer.ts";

/** The version of {@link Fixture} written and read here. */
export const FIXTURE_FORMAT = "holdfast.fixture/1";

/** A request as Apple sent it, kept to be asked again. It holds a transaction id: it is for a test, not for a log. */
export interface Fixture {
  readonly format: typeof FIXTURE_FORMAT;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** As it came: a compact JWS signed by Apple. */
  readonly signedPayload: string;
  /** What was known of the subscriber then; absent where nobody wrote it down. */
  readonly subscriber?: SubscriberLookup;
  /** How it was answered; absent where nobody wrote it down. */
  readonly answer?: FixtureAnswer;
}

/** How a captured request was answered. */
export interface FixtureAnswer extends ComparedChoice {
  readonly status: number;
  /** By the names in the flow; absent where nothing approved was left to send. */
  readonly response?: ComparedResponse;
  /** Why it is not what the flow says; absent where it is. */
  readonly deviation?: string;
  /** SHA-256 of the snapshot that decided. */
  readonly snapshot: string;
}

/** Returns how a request was answered, from its decision. */
export function fixtureAnswerOf(decision: DecisionRecord, status: number): FixtureAnswer {
  const { source, rule, experiment, delivered, deviation, snapshot } = decision;
  return {
    status,
    source,
    ...(rule === undefined ? {} : { rule }),
    ...(experiment === undefined ? {} : { experiment: experiment.key, arm: experiment.arm }),
    ...(delivered === undefined ? {} : { response: namesOf(delivered) }),
    ...(deviation === undefined ? {} : { deviation }),
    snapshot,
  };
}

/**
 * Reads a fixture. Its request is not verified here.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`
 */
export function parseFixture(value: unknown): Fixture {
  const fields = readFields(value, FIXTURE_FORMAT);
  const { subscriber, answer } = value as Readonly<Record<string, unknown>>;
  return {
    format: FIXTURE_FORMAT,
    app: fields.string("app"),
    environment: fields.environment("environment"),
    receivedAt: fields.count("receivedAt"),
    signedPayload: fields.string("signedPayload"),
    ...(subscriber === undefined ? {} : { subscriber: lookupOf(subscriber) }),
    ...(answer === undefined ? {} : { answer: answerOf(answer) }),
  };
}

const LOOKUPS: ReadonlySet<unknown> = new Set(["found", "notFound", "unavailable"]);

function lookupOf(value: unknown): SubscriberLookup {
  if (!isRecord(value) || !LOOKUPS.has(value["status"])) throw malformed("subscriber", "a lookup");
  const { status, state, reason } = value;
  if (status === "found" && !isState(state)) throw malformed("subscriber.state", "a state");
  if (status === "unavailable" && typeof reason !== "string") {
    throw malformed("subscriber.reason", "a string");
  }
  // Its members were just looked at; evaluation takes values of any type and concludes nothing from wrong ones.
  return value as unknown as SubscriberLookup;
}

function isState(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value["attributes"])) return false;
  const history = value["previousDecisions"];
  return isRecord(history) && isRecord(history["rules"]) && isRecord(history["offers"]);
}

const SOURCES: ReadonlySet<unknown> = new Set(["rule", "holdout", "fallback"]);

function answerOf(value: unknown): FixtureAnswer {
  if (!isRecord(value)) throw malformed("answer", "an object");
  const { status, source, snapshot, response } = value;
  if (typeof status !== "number") throw malformed("answer.status", "a number");
  if (!SOURCES.has(source)) throw malformed("answer.source", '"rule", "holdout" or "fallback"');
  if (typeof snapshot !== "string") throw malformed("answer.snapshot", "a string");
  for (const name of ["rule", "experiment", "arm", "deviation"]) {
    const text = value[name];
    if (text !== undefined && typeof text !== "string") {
      throw malformed(`answer.${name}`, "a string");
    }
  }
  if (response !== undefined && (!isRecord(response) || typeof response["kind"] !== "string")) {
    throw malformed("answer.response", "a response");
  }
  // Every member was just looked at, but for the names in the response, which are shown and nothing else.
  return value as unknown as FixtureAnswer;
}

function malformed(name: string, expected: string): WireError {
  return new WireError("WIRE_MALFORMED", `${FIXTURE_FORMAT}: ${name} must be ${expected}`);
}
