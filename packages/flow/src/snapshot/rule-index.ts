import { findAttribute } from "../evaluate/attributes.ts";
import type { PreparedRule, ProductRules } from "../evaluate/prepared-snapshot.ts";
import type { Snapshot, SnapshotCondition, SnapshotRule } from "./snapshot.ts";

/** Collects for each product the rules that can hold for it. */
export class RuleIndex {
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
