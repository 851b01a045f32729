import { findAttribute, HISTORY_ATTRIBUTE } from "../evaluate/attributes.ts";
import { malformed } from "./snapshot-fields.ts";
import type { Snapshot, SnapshotCondition, SnapshotResponse, SnapshotRule } from "./snapshot.ts";

/**
 * Checks that every name in a snapshot leads somewhere: messages, rollouts, attributes; and that
 * rules' names are unique.
 *
 * @throws BadDataError `SNAPSHOT_MALFORMED`
 */
export function checkReferences(snapshot: Snapshot): void {
  checkMessage(snapshot, snapshot.fallback.message, ".fallback");
  if (snapshot.holdout !== undefined) {
    checkMessage(snapshot, snapshot.holdout.respond.message, ".holdout.respond");
  }
  const names = new Set<string>();
  for (const [index, rule] of snapshot.rules.entries()) {
    const path = `.rules[${index}]`;
    if (names.has(rule.name)) throw malformed(`${path}.name`, "a name no other rule has");
    names.add(rule.name);
    checkRule(snapshot, rule, path);
  }
}

function checkRule(snapshot: Snapshot, rule: SnapshotRule, path: string): void {
  if (rule.when !== undefined) {
    checkCondition(snapshot, new Map(Object.entries(snapshot.attributes)), rule.when, path);
  }
  const responses = [rule.respond, ...(rule.experiment?.arms.map((arm) => arm.respond) ?? [])];
  for (const response of responses) {
    if (response !== undefined) checkResponse(snapshot, response, path);
  }
}

function checkResponse(snapshot: Snapshot, response: SnapshotResponse, path: string): void {
  if (response.kind === "deferToApple") return;
  checkMessage(snapshot, response.message, path);
  if (response.fallback !== undefined) checkMessage(snapshot, response.fallback.message, path);
}

function checkMessage({ messages }: Snapshot, name: string, path: string): void {
  if (!Object.hasOwn(messages, name)) throw malformed(path, "the name of a message");
}

function checkCondition(
  snapshot: Snapshot,
  declared: Parameters<typeof findAttribute>[1],
  condition: SnapshotCondition,
  path: string,
): void {
  const each = (parts: readonly SnapshotCondition[]) => {
    for (const part of parts) checkCondition(snapshot, declared, part, path);
  };
  if ("all" in condition) each(condition.all);
  else if ("any" in condition) each(condition.any);
  else if ("not" in condition) each([condition.not]);
  else if ("rollout" in condition) {
    if (!Object.hasOwn(snapshot.rollouts, condition.rollout)) {
      throw malformed(path, "the name of a rollout");
    }
  } else if (condition.attribute === HISTORY_ATTRIBUTE) {
    if (condition.history === undefined) throw malformed(path, "whose history is asked for");
  } else if (condition.history !== undefined || !findAttribute(condition.attribute, declared)) {
    throw malformed(path, "the name of an attribute");
  }
}
