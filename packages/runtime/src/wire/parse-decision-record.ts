import {
  checkOptionalText,
  fieldOf,
  isPlainText,
  malformed,
  MAX_DECISION_TEXT,
  requireCount,
  requireList,
  requireObject,
  requireOneOf,
  requireText,
} from "./decision-fields.ts";
import type { UnknownRecord } from "./decision-fields.ts";
import { DECISION_RECORD_FORMAT } from "./decision-record.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { isFlowEnvironment, isRecord } from "./fields.ts";
import { checkSubscriber } from "./subscriber-state.ts";
import { WireError } from "./wire-error.ts";

/** The last moment of a JavaScript date, milliseconds since 1970. */
const LAST_MOMENT = 8.64e15;
const MAX_HASHES = 1000;
const MAX_SEALED = 4096;

const SOURCES: ReadonlySet<unknown> = new Set(["rule", "holdout", "fallback"]);
const LAYERS: ReadonlySet<unknown> = new Set([
  "holdout",
  "exclusionGroup",
  "rollout",
  "traffic",
  "arm",
]);
const SIGNATURES: ReadonlySet<unknown> = new Set(["v1", "v2"]);

/** Letters, digits, `_` and `-`: app ids, and what HMACs are in base64url. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Checks that a value is a decision record and returns it, the same object. Everything that is relied on
 * is checked and bounded; fields that are not known are left in it, for a newer release may add some.
 *
 * @throws WireError `WIRE_FORMAT_UNKNOWN` for another format, or another version of it; `WIRE_MALFORMED`
 */
export function parseDecisionRecord(value: unknown): DecisionRecord {
  if (!isRecord(value)) {
    throw new WireError("WIRE_MALFORMED", "decision record: expected an object");
  }
  if (fieldOf(value, "format") !== DECISION_RECORD_FORMAT) {
    throw new WireError(
      "WIRE_FORMAT_UNKNOWN",
      `decision record: expected the format ${DECISION_RECORD_FORMAT}, got another`,
    );
  }
  checkHead(value);
  checkSubject(requireObject(fieldOf(value, "subject"), "subject"));
  checkAnswer(value);
  // Every field that the type has was just checked.
  return value as unknown as DecisionRecord;
}

function checkHead(record: UnknownRecord): void {
  requirePattern(fieldOf(record, "app"), "app", PLAIN_ID);
  if (!isFlowEnvironment(fieldOf(record, "environment"))) {
    throw malformed("environment", '"sandbox" or "production"');
  }
  requireText(fieldOf(record, "requestIdentifier"), "requestIdentifier", 128);
  requireMoment(fieldOf(record, "requestedAt"), "requestedAt");
  requireMoment(fieldOf(record, "decidedAt"), "decidedAt");
  const latencyMs = fieldOf(record, "latencyMs");
  if (typeof latencyMs !== "number" || !Number.isFinite(latencyMs) || latencyMs < 0) {
    throw malformed("latencyMs", "a number from 0");
  }
  requirePattern(fieldOf(record, "snapshot"), "snapshot", SHA256_HEX);
  requireCount(fieldOf(record, "stopListSequence"), "stopListSequence");
  requireCount(fieldOf(record, "hashVersion"), "hashVersion");
}

function checkSubject(subject: UnknownRecord): void {
  for (const field of ["productId", "userLocale"]) {
    // As Apple signed them, empty ones too.
    if (isPlainText(fieldOf(subject, field), MAX_DECISION_TEXT)) continue;
    throw malformed(`subject.${field}`, `text of at most ${MAX_DECISION_TEXT} characters`);
  }
  requirePattern(fieldOf(subject, "pseudonym"), "subject.pseudonym", PLAIN_ID);
  requireText(fieldOf(subject, "sealedId"), "subject.sealedId", MAX_SEALED);
  checkSubscriber(requireObject(fieldOf(subject, "subscriber"), "subject.subscriber"));
}

function checkAnswer(record: UnknownRecord): void {
  requireOneOf(fieldOf(record, "source"), "source", SOURCES);
  checkOptionalText(fieldOf(record, "rule"), "rule");
  checkOptionalText(fieldOf(record, "deviation"), "deviation");
  // A newer release may know another one.
  checkOptionalText(fieldOf(record, "host"), "host");
  const experiment = fieldOf(record, "experiment");
  if (experiment !== undefined) {
    const fields = requireObject(experiment, "experiment");
    requireText(fieldOf(fields, "key"), "experiment.key");
    requireText(fieldOf(fields, "arm"), "experiment.arm");
  }
  for (const hash of requireList(fieldOf(record, "hashes"), "hashes", MAX_HASHES)) {
    const fields = requireObject(hash, "hashes");
    requireOneOf(fieldOf(fields, "layer"), "hashes.layer", LAYERS);
    requireText(fieldOf(fields, "key"), "hashes.key");
    requireCount(fieldOf(fields, "hash"), "hashes.hash");
  }
  checkResponse(fieldOf(record, "assigned"), "assigned");
  checkResponse(fieldOf(record, "delivered"), "delivered");
}

/** A kind this release does not know is refused: whoever reads it would take it for another. */
function checkResponse(value: unknown, field: string): void {
  if (value === undefined) return;
  const response = requireObject(value, field);
  const text = (name: string): unknown => requireText(fieldOf(response, name), `${field}.${name}`);
  const kind = fieldOf(response, "kind");
  checkMembers(response, field);
  if (kind === "deferToApple") return;
  text("message");
  text("locale");
  text("messageIdentifier");
  if (kind === "message") return;
  if (kind === "advancedCommerceInfo") {
    requireObject(fieldOf(response, "request"), `${field}.request`);
    return;
  }
  if (kind !== "alternateProduct" && kind !== "promotionalOffer") {
    throw malformed(`${field}.kind`, "a kind of response that this release knows");
  }
  text("productId");
  if (kind === "alternateProduct") return;
  text("offerIdentifier");
  requireOneOf(fieldOf(response, "signature"), `${field}.signature`, SIGNATURES);
}

const TEXTS = [
  "message",
  "locale",
  "messageIdentifier",
  "productId",
  "billingPlanType",
  "offerIdentifier",
] as const;

/** What a response of this kind need not have is read and shown all the same, where it is there. */
function checkMembers(response: UnknownRecord, field: string): void {
  for (const name of TEXTS) checkOptionalText(fieldOf(response, name), `${field}.${name}`);
  const request = fieldOf(response, "request");
  if (request !== undefined) requireObject(request, `${field}.request`);
  const signature = fieldOf(response, "signature");
  if (signature !== undefined) requireOneOf(signature, `${field}.signature`, SIGNATURES);
}

function requirePattern(value: unknown, field: string, pattern: RegExp): void {
  if (typeof value === "string" && pattern.test(value)) return;
  throw malformed(field, `text like ${pattern.source}`);
}

function requireMoment(value: unknown, field: string): void {
  if (requireCount(value, field) > LAST_MOMENT) throw malformed(field, "a moment");
}
