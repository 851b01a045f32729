import type { FlowCondition } from "../document/condition-schema.ts";
import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import {
  BUILT_IN_ATTRIBUTES,
  CUSTOM_ATTRIBUTE_PREFIX,
  findAttribute,
  HISTORY_ATTRIBUTE,
} from "../evaluate/attributes.ts";
import { checkHistoryTest } from "./check-history-test.ts";
import { checkTest } from "./check-test.ts";
import type { Validation } from "./validation.ts";

const CONNECTIVES = ["all", "any", "not", "rollout"];

/** Checks every condition: attributes, operators and values that exist and suit each other. */
export function checkConditions(validation: Validation): void {
  for (const [index, { when }] of validation.document.rules.entries()) {
    if (when !== undefined) checkCondition(validation, when, ["rules", index, "when"]);
  }
}

function checkCondition(validation: Validation, condition: FlowCondition, path: FlowPath): void {
  for (const key of Object.keys(condition)) {
    if (condition[key] !== undefined) checkMember(validation, condition, [...path, key]);
  }
}

function checkMember(validation: Validation, condition: FlowCondition, path: FlowPath): void {
  const key = String(path.at(-1));
  const { all = [], any = [], not, rollout } = condition;
  if (key === "all") return checkEach(validation, all, path);
  if (key === "any") return checkEach(validation, any, path);
  if (key === "not") return not === undefined ? undefined : checkCondition(validation, not, path);
  if (key === "rollout") return checkRollout(validation, rollout, path);
  if (key === HISTORY_ATTRIBUTE) return checkHistoryTest(validation, condition[key], path);
  const definition = findAttribute(key, validation.declared);
  if (definition === undefined) return reportUnknown(validation, key, path);
  return checkTest(validation, { attribute: key, definition, test: condition[key], path });
}

function checkEach(
  validation: Validation,
  conditions: readonly FlowCondition[],
  path: FlowPath,
): void {
  for (const [index, part] of conditions.entries()) {
    checkCondition(validation, part, [...path, index]);
  }
}

function checkRollout(validation: Validation, name: string | undefined, path: FlowPath): void {
  const rollouts = validation.document.rollouts ?? {};
  if (name === undefined || Object.hasOwn(rollouts, name)) return;
  const message = `there is no rollout "${name}"${didYouMean(name, Object.keys(rollouts))}`;
  validation.report({ code: "UNKNOWN_ROLLOUT", message, path });
}

function reportUnknown(validation: Validation, name: string, path: FlowPath): void {
  const own = [...validation.declared.keys()];
  const known = [
    ...BUILT_IN_ATTRIBUTES.keys(),
    HISTORY_ATTRIBUTE,
    ...CONNECTIVES,
    ...own.map((attribute) => CUSTOM_ATTRIBUTE_PREFIX + attribute),
  ];
  const isOwn = own.includes(name);
  const hint = isOwn
    ? `; did you mean "${CUSTOM_ATTRIBUTE_PREFIX}${name}"?`
    : didYouMean(name, known) || undeclaredHint(name);
  const message = `there is no attribute "${name}"${hint}`;
  validation.report({ code: "UNKNOWN_ATTRIBUTE", message, path, at: "key" });
}

function undeclaredHint(name: string): string {
  return name.startsWith(CUSTOM_ATTRIBUTE_PREFIX)
    ? "; declare it and its type under attributes"
    : "";
}
