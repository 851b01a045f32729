import { PARTS_OF_WHOLE, saltOf } from "../evaluate/bucketing.ts";
import { DAY_MS } from "../evaluate/cooldown.ts";
import type {
  PreparedArm,
  PreparedExperiment,
  PreparedHoldout,
  PreparedMessage,
  PreparedRange,
  PreparedRule,
  PreparedSnapshot,
} from "../evaluate/prepared-snapshot.ts";
import { indexLocales } from "../evaluate/resolve-locale.ts";
import { ConditionPreparer } from "./prepare-condition.ts";
import { RuleIndex } from "./rule-index.ts";
import type {
  Snapshot,
  SnapshotExperiment,
  SnapshotHoldout,
  SnapshotMessage,
  SnapshotRule,
} from "./snapshot.ts";

/**
 * Indexes a snapshot for evaluation: rules by product, attribute readers, salts, arms' ranges.
 * Done once for each snapshot; what it returns may be used by any number of evaluations.
 *
 * The snapshot must have come from `compileFlow` or `parseSnapshot`.
 */
export function prepareSnapshot(snapshot: Snapshot): PreparedSnapshot {
  const conditions = new ConditionPreparer(snapshot);
  const index = new RuleIndex(snapshot);
  for (const rule of snapshot.rules) index.add(rule, prepareRule(rule, conditions));
  const { holdout } = snapshot;
  return {
    snapshot,
    products: new Map(Object.entries(snapshot.products)),
    messages: new Map(Object.entries(snapshot.messages).map(prepareMessage)),
    rulesByProduct: index.byProduct,
    otherRules: index.others,
    ...(holdout === undefined ? {} : { holdout: prepareHoldout(holdout) }),
    fallback: snapshot.fallback,
    attributeCount: conditions.attributeCount,
  };
}

function prepareRule(rule: SnapshotRule, conditions: ConditionPreparer): PreparedRule {
  const { name, from, until, when, cooldownDays, experiment, respond } = rule;
  return {
    name,
    from: from ?? -Infinity,
    until: until ?? Infinity,
    when: when === undefined ? undefined : conditions.prepare(when),
    cooldownMs: cooldownDays === undefined ? undefined : cooldownDays * DAY_MS,
    experiment: experiment === undefined ? undefined : prepareExperiment(experiment),
    respond,
  };
}

function prepareExperiment(experiment: SnapshotExperiment): PreparedExperiment {
  const { key } = experiment;
  let totalWeight = 0;
  const arms: PreparedArm[] = [];
  for (const { name, weight, respond } of experiment.arms) {
    totalWeight += weight;
    arms.push({ name, endsAt: totalWeight, respond });
  }
  return {
    key,
    exclusionGroup: exclusionRange(experiment),
    traffic: trafficRange(experiment),
    armSalt: saltOf("arm", key),
    arms,
    totalWeight,
  };
}

function exclusionRange({ exclusionGroup }: SnapshotExperiment): PreparedRange | undefined {
  if (exclusionGroup === undefined) return undefined;
  const salt = saltOf("exclusionGroup", exclusionGroup.key);
  return { layer: "exclusionGroup", salt, ...exclusionGroup };
}

/** Traffic always starts at bucket 0, so that raising it only lets people in. */
function trafficRange({ key, trafficParts }: SnapshotExperiment): PreparedRange | undefined {
  if (trafficParts === undefined || trafficParts === PARTS_OF_WHOLE) return undefined;
  return {
    layer: "traffic",
    key,
    salt: saltOf("traffic", key),
    fromParts: 0,
    toParts: trafficParts,
  };
}

function prepareHoldout({ key, parts, respond }: SnapshotHoldout): PreparedHoldout {
  return { key, salt: saltOf("holdout", key), parts, respond };
}

function prepareMessage([name, message]: readonly [string, SnapshotMessage]): readonly [
  string,
  PreparedMessage,
] {
  const identifiers = new Map(Object.entries(message.locales));
  const available = indexLocales(identifiers.keys());
  return [name, { name, defaultLocale: message.defaultLocale, available, identifiers }];
}
