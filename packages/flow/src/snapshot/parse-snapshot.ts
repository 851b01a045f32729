import { BadDataError } from "@holdfast/appstore/errors";
import type { AttributeType } from "../evaluate/attributes.ts";
import { BUCKETING_HASH_VERSION, PARTS_OF_WHOLE } from "../evaluate/bucketing.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";
import { parseRule } from "./parse-rule.ts";
import { parsePlainMessage } from "./parse-response.ts";
import { checkReferences } from "./snapshot-references.ts";
import {
  malformed,
  member,
  optional,
  readArray,
  readInteger,
  readObject,
  readOneOf,
  readRecord,
  readText,
  readValues,
} from "./snapshot-fields.ts";
import type { SnapshotErrorCode } from "./snapshot-fields.ts";
import { SNAPSHOT_FORMAT } from "./snapshot.ts";
import type { Snapshot, SnapshotHoldout, SnapshotMessage, SnapshotProduct } from "./snapshot.ts";

const ENVIRONMENTS: readonly FlowEnvironment[] = ["sandbox", "production"];
const TYPES: readonly AttributeType[] = ["string", "number", "boolean", "date", "strings"];
const MEMBERS = [
  "format",
  "app",
  "appAppleId",
  "environment",
  "hashVersion",
  "attributes",
  "products",
  "messages",
  "rollouts",
  "holdout",
  "rules",
  "fallback",
];

/**
 * Returns a snapshot out of parsed JSON. Strict: unknown members, names that lead nowhere and
 * weights that do not add up are refused, so that evaluation never meets them.
 *
 * It does not check that the snapshot is the published one: compare {@link snapshotHash}.
 *
 * @throws BadDataError `SNAPSHOT_FORMAT_UNKNOWN`, `SNAPSHOT_MALFORMED`
 */
export function parseSnapshot(value: unknown): Snapshot {
  checkFormat(readRecord(value, ""));
  const object = readObject(value, "", MEMBERS);
  const snapshot: Snapshot = {
    format: SNAPSHOT_FORMAT,
    app: readText(member(object, "app"), ".app"),
    ...optional(object, "appAppleId", (id) => readInteger(id, ".appAppleId", { min: 1 })),
    environment: readOneOf(member(object, "environment"), ".environment", ENVIRONMENTS),
    hashVersion: BUCKETING_HASH_VERSION,
    attributes: readValues(member(object, "attributes"), ".attributes", (type, path) =>
      readOneOf(type, path, TYPES),
    ),
    products: readValues(member(object, "products"), ".products", parseProduct),
    messages: readValues(member(object, "messages"), ".messages", parseMessage),
    rollouts: readValues(member(object, "rollouts"), ".rollouts", readParts),
    ...optional(object, "holdout", parseHoldout),
    rules: readArray(member(object, "rules"), ".rules", parseRule),
    fallback: parsePlainMessage(member(object, "fallback"), ".fallback"),
  };
  checkReferences(snapshot);
  return snapshot;
}

function checkFormat(object: Readonly<Record<string, unknown>>): void {
  if (member(object, "format") !== SNAPSHOT_FORMAT) {
    throw unknownFormat(`expected format ${SNAPSHOT_FORMAT}`);
  }
  if (member(object, "hashVersion") !== BUCKETING_HASH_VERSION) {
    throw unknownFormat(`expected hashVersion ${BUCKETING_HASH_VERSION}`);
  }
}

function unknownFormat(message: string): BadDataError<SnapshotErrorCode> {
  return new BadDataError("SNAPSHOT_FORMAT_UNKNOWN", `snapshot: ${message}`);
}

function parseProduct(value: unknown, path: string): SnapshotProduct {
  const object = readObject(value, path, ["subscriptionGroup", "level", "period", "offers"]);
  return {
    subscriptionGroup: readText(member(object, "subscriptionGroup"), `${path}.subscriptionGroup`),
    level: readInteger(member(object, "level"), `${path}.level`, { min: 1 }),
    period: readText(member(object, "period"), `${path}.period`),
    offers: readArray(member(object, "offers"), `${path}.offers`, readText),
  };
}

function parseMessage(value: unknown, path: string): SnapshotMessage {
  const object = readObject(value, path, ["defaultLocale", "locales"]);
  return {
    defaultLocale: readText(member(object, "defaultLocale"), `${path}.defaultLocale`),
    locales: readValues(member(object, "locales"), `${path}.locales`, readIdentifier),
  };
}

const IDENTIFIER = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readIdentifier(value: unknown, path: string): string {
  if (typeof value !== "string" || !IDENTIFIER.test(value)) {
    throw malformed(path, "a lowercase UUID");
  }
  return value;
}

function readParts(value: unknown, path: string): number {
  return readInteger(value, path, { max: PARTS_OF_WHOLE });
}

function parseHoldout(value: unknown): SnapshotHoldout {
  const path = ".holdout";
  const object = readObject(value, path, ["key", "parts", "respond"]);
  return {
    key: readText(member(object, "key"), `${path}.key`),
    parts: readParts(member(object, "parts"), `${path}.parts`),
    respond: parsePlainMessage(member(object, "respond"), `${path}.respond`),
  };
}
