import { MAX_TOTAL_WEIGHT, PARTS_OF_WHOLE } from "../evaluate/bucketing.ts";
import { parseCondition } from "./parse-condition.ts";
import { parseResponse } from "./parse-response.ts";
import {
  malformed,
  member,
  optional,
  readArray,
  readInteger,
  readObject,
  readText,
} from "./snapshot-fields.ts";
import type {
  SnapshotArm,
  SnapshotExclusionRange,
  SnapshotExperiment,
  SnapshotRule,
} from "./snapshot.ts";

/** The longest cooldown: a hundred years. */
const MAX_COOLDOWN_DAYS = 36_500;

const MEMBERS = [
  "name",
  "products",
  "exceptProducts",
  "from",
  "until",
  "when",
  "cooldownDays",
  "respond",
  "experiment",
];

/** Reads one rule. */
export function parseRule(value: unknown, path: string): SnapshotRule {
  const object = readObject(value, path, MEMBERS);
  const has = (name: string) => member(object, name) !== undefined;
  if (has("respond") === has("experiment")) throw malformed(path, "either respond or experiment");
  if (has("products") && has("exceptProducts")) {
    throw malformed(path, "products or exceptProducts, not both");
  }
  const at = (name: string) => `${path}.${name}`;
  const time = { min: -8.64e15, max: 8.64e15 };
  return {
    name: readText(member(object, "name"), at("name")),
    ...optional(object, "products", (list) => readArray(list, at("products"), readText)),
    ...optional(object, "exceptProducts", (list) =>
      readArray(list, at("exceptProducts"), readText),
    ),
    ...optional(object, "from", (from) => readInteger(from, at("from"), time)),
    ...optional(object, "until", (until) => readInteger(until, at("until"), time)),
    ...optional(object, "when", (when) => parseCondition(when, at("when"))),
    ...optional(object, "cooldownDays", (days) =>
      readInteger(days, at("cooldownDays"), { min: 1, max: MAX_COOLDOWN_DAYS }),
    ),
    ...optional(object, "respond", (response) => parseResponse(response, at("respond"))),
    ...optional(object, "experiment", (experiment) =>
      parseExperiment(experiment, at("experiment")),
    ),
  };
}

function parseExperiment(value: unknown, path: string): SnapshotExperiment {
  const object = readObject(value, path, ["key", "trafficParts", "exclusionGroup", "arms"]);
  const arms = readArray(member(object, "arms"), `${path}.arms`, parseArm);
  const totalWeight = arms.reduce((sum, arm) => sum + arm.weight, 0);
  if (arms.length === 0 || totalWeight > MAX_TOTAL_WEIGHT) {
    throw malformed(`${path}.arms`, `arms with weights of at most ${MAX_TOTAL_WEIGHT} together`);
  }
  return {
    key: readText(member(object, "key"), `${path}.key`),
    ...optional(object, "trafficParts", (parts) => readParts(parts, `${path}.trafficParts`)),
    ...optional(object, "exclusionGroup", (range) =>
      parseExclusionRange(range, `${path}.exclusionGroup`),
    ),
    arms,
  };
}

function parseExclusionRange(value: unknown, path: string): SnapshotExclusionRange {
  const object = readObject(value, path, ["key", "fromParts", "toParts"]);
  return {
    key: readText(member(object, "key"), `${path}.key`),
    fromParts: readParts(member(object, "fromParts"), `${path}.fromParts`),
    toParts: readParts(member(object, "toParts"), `${path}.toParts`),
  };
}

function parseArm(value: unknown, path: string): SnapshotArm {
  const object = readObject(value, path, ["name", "weight", "respond"]);
  return {
    name: readText(member(object, "name"), `${path}.name`),
    weight: readInteger(member(object, "weight"), `${path}.weight`, {
      min: 1,
      max: MAX_TOTAL_WEIGHT,
    }),
    respond: parseResponse(member(object, "respond"), `${path}.respond`),
  };
}

function readParts(value: unknown, path: string): number {
  return readInteger(value, path, { max: PARTS_OF_WHOLE });
}
