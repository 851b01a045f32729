import { WireError } from "@holdfast/runtime/wire";
import { parseDecisionRecord } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";

import type { JsonText } from "../storage/index.ts";
import { recordText } from "./record-text.ts";
import type { KeptRecord } from "./tables.ts";

/**
 * Why a decision is not taken.
 *
 * - `MALFORMED`: not a decision record, or larger than any
 * - `FORMAT_UNKNOWN`: of a format that this release does not read
 * - `APP_UNKNOWN`: of no app, or of one that the sender is not for
 * - `TOO_OLD`: from before the days that raw rows are kept: whether it was counted is not known any more
 * - `IN_FUTURE`: requested more than a day from now
 */
type DecisionRefusalCode = "MALFORMED" | "FORMAT_UNKNOWN" | "APP_UNKNOWN" | "TOO_OLD" | "IN_FUTURE";

/** A decision that is not taken. */
export interface RefusedDecision {
  /** Its place in what was sent, from 0. */
  readonly index: number;
  /** Where it has one that can be repeated. */
  readonly requestIdentifier?: string;
  readonly code: DecisionRefusalCode;
}

/** What decisions are admitted by. */
export interface AdmissionRules {
  /** The apps that there are and that the sender is for, of those named. */
  readonly apps: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long raw rows are kept, ms. */
  readonly keptMs: number;
}

const DAY_MS = 86_400_000;

/** A record with the state of a subscriber has about 1.5 KB. */
const MAX_RECORD_LENGTH = 64 * 1024;

const REQUEST_IDENTIFIER = /^[A-Za-z0-9-]{1,64}$/;

/** A decision that is taken, with its text as it is kept. */
export interface AdmittedDecision {
  readonly record: DecisionRecord;
  readonly text: JsonText<KeptRecord>;
}

/** Returns the decisions to take, and which are refused; nothing is thrown for what came. */
export function admitDecisions(
  values: readonly unknown[],
  rules: AdmissionRules,
): {
  readonly admitted: readonly AdmittedDecision[];
  readonly refused: readonly RefusedDecision[];
} {
  const admitted: AdmittedDecision[] = [];
  const refused: RefusedDecision[] = [];
  for (const [index, value] of values.entries()) {
    const decision = admitOne(value, rules);
    if (typeof decision === "string") {
      refused.push({ index, ...identified(value), code: decision });
    } else {
      admitted.push(decision);
    }
  }
  return { admitted, refused };
}

/** Returns the names of apps that values claim to be of, whatever they are. */
export function namedApps(values: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  for (const value of values) {
    const app = memberOf(value, "app");
    if (typeof app === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(app)) names.add(app);
  }
  return [...names];
}

function admitOne(value: unknown, rules: AdmissionRules): AdmittedDecision | DecisionRefusalCode {
  const record = parsed(value);
  if (typeof record === "string") return record;
  if (!rules.apps.has(record.app)) return "APP_UNKNOWN";
  if (record.requestedAt < rules.now - rules.keptMs) return "TOO_OLD";
  if (record.requestedAt > rules.now + DAY_MS) return "IN_FUTURE";
  const text = recordText(record);
  return text.length > MAX_RECORD_LENGTH ? "MALFORMED" : { record, text };
}

function parsed(value: unknown): DecisionRecord | DecisionRefusalCode {
  try {
    return parseDecisionRecord(value);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return error.code === "WIRE_FORMAT_UNKNOWN" ? "FORMAT_UNKNOWN" : "MALFORMED";
  }
}

function identified(value: unknown): Pick<RefusedDecision, "requestIdentifier"> {
  const identifier = memberOf(value, "requestIdentifier");
  return typeof identifier === "string" && REQUEST_IDENTIFIER.test(identifier)
    ? { requestIdentifier: identifier }
    : {};
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  // It was just found to have one.
  return (value as Readonly<Record<string, unknown>>)[name];
}
