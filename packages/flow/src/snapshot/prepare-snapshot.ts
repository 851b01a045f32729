import { findAttribute } from "../evaluate/attributes.ts";
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
  ProductRules,
} from "../evaluate/prepared-snapshot.ts";
import { indexLocales } from "../evaluate/resolve-locale.ts";
import { ConditionPreparer } from "./prepare-condition.ts";
import type {
  Snapshot,
  SnapshotCondition,
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

/** Collects for each product the rules that can hold for it. */
class RuleIndex {
  readonly #snapshot: Snapshot;
  readonly #byProduct = new Map<string, RuleList>();
  readonly #others = new RuleList();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    const named = snapshot.rules.flatMap((rule) => rule.products ?? rule.exceptProducts ?? []);
    for (const productId of [...Object.keys(snapshot.products), ...named]) {
      if (!this.#byProduct.has(productId)) this.#byProduct.set(productId, new RuleList());
    }
  }

  add(rule: SnapshotRule, prepared: PreparedRule): void {
    const facts = { needsState: readsState(rule, this.#snapshot), defers: defers(rule) };
    if (rule.products !== undefined) {
      for (const productId of rule.products) this.#byProduct.get(productId)?.add(prepared, facts);
      return;
    }
    const except = new Set(rule.exceptProducts);
    for (const [productId, list] of this.#byProduct) {
      if (!except.has(productId)) list.add(prepared, facts);
    }
    this.#others.add(prepared, facts);
  }

  get byProduct(): ReadonlyMap<string, ProductRules> {
    return new Map(
      Array.from(this.#byProduct, ([productId, list]) => [productId, list.toProductRules()]),
    );
  }

  get others(): ProductRules {
    return this.#others.toProductRules();
  }
}

interface RuleFacts {
  readonly needsState: boolean;
  readonly defers: boolean;
}

class RuleList {
  readonly #rules: PreparedRule[] = [];
  #needsState = false;
  #canDefer: string | undefined;

  add(rule: PreparedRule, { needsState, defers: canDefer }: RuleFacts): void {
    this.#rules.push(rule);
    this.#needsState ||= needsState;
    if (canDefer) this.#canDefer ??= rule.name;
  }

  toProductRules(): ProductRules {
    const canDefer = this.#canDefer;
    return {
      rules: this.#rules,
      needsSubscriberState: this.#needsState,
      ...(canDefer === undefined ? {} : { canDefer }),
    };
  }
}

function readsState(rule: SnapshotRule, snapshot: Snapshot): boolean {
  if (rule.cooldownDays !== undefined) return true;
  const declared = new Map(Object.entries(snapshot.attributes));
  return rule.when !== undefined && conditionReadsState(rule.when, declared);
}

function conditionReadsState(
  condition: SnapshotCondition,
  declared: Parameters<typeof findAttribute>[1],
): boolean {
  const readsIt = (part: SnapshotCondition) => conditionReadsState(part, declared);
  if ("all" in condition) return condition.all.some(readsIt);
  if ("any" in condition) return condition.any.some(readsIt);
  if ("not" in condition) return readsIt(condition.not);
  if ("rollout" in condition) return false;
  if (condition.history !== undefined) return true;
  return findAttribute(condition.attribute, declared)?.source === "stored";
}

function defers({ respond, experiment }: SnapshotRule): boolean {
  if (respond?.kind === "deferToApple") return true;
  return experiment?.arms.some((arm) => arm.respond.kind === "deferToApple") === true;
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
