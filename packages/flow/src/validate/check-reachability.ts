import { compileRule, orderedRules } from "../compile/compile-rule.ts";
import { ProductPossibility } from "../compile/possible-products.ts";
import type { Possibility } from "../compile/possible-products.ts";
import type { FlowRule } from "../document/rule-schema.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";
import { ConditionPreparer } from "../snapshot/prepare-condition.ts";
import type { SnapshotProduct, SnapshotRule } from "../snapshot/snapshot.ts";
import { isSatisfiable } from "./satisfiable.ts";
import type { Validation } from "./validation.ts";

const ENVIRONMENTS: readonly FlowEnvironment[] = ["sandbox", "production"];

/** A product (`undefined`: one that is named nowhere) in an environment. */
interface Case {
  readonly product: string | undefined;
  readonly possibility: ProductPossibility;
  /** The rule before that always answers here. */
  answeredBy?: string;
}

/**
 * Reports rules that can never be reached: conditions that exclude each other, products or
 * environments that do not fit together, and rules behind one that always holds. And responses
 * that do not say what to do for a product their rule can hold for.
 */
export function checkReachability(validation: Validation): void {
  const cases = casesOf(validation);
  const preparer = new ConditionPreparer(factsOf(validation));
  const indexes = new Map(validation.document.rules.map((rule, index) => [rule, index]));
  for (const rule of orderedRules(validation.document.rules)) {
    const index = indexes.get(rule) ?? 0;
    const compiled = compileRule(rule, { declared: validation.declared, exclusions: new Map() });
    const reach = new RuleReach(rule, compiled, cases);
    const isContradictory =
      compiled.when !== undefined && !isSatisfiable(preparer.prepare(compiled.when));
    const problem = isContradictory ? CONTRADICTION : reach.problem;
    if (problem !== undefined) {
      const message = `rule ${rule.name} can never be reached: ${problem}`;
      validation.report({ code: "UNREACHABLE_RULE", message, path: ["rules", index, "name"] });
    } else checkMaps(validation, reach.products, index);
    reach.cover(validation.document.exclusionGroups !== undefined);
  }
}

const CONTRADICTION = "its conditions contradict each other, no subscriber can meet them all";

/** How one rule stands to every product and environment. */
class RuleReach {
  readonly #rule: FlowRule;
  readonly #cases: readonly { readonly at: Case; readonly holds: Possibility }[];

  constructor(rule: FlowRule, compiled: SnapshotRule, cases: readonly Case[]) {
    this.#rule = rule;
    const judges = new Map<ProductPossibility, ReturnType<ProductPossibility["of"]>>();
    for (const { possibility } of cases) {
      if (!judges.has(possibility)) judges.set(possibility, possibility.of(compiled.when));
    }
    this.#cases = cases.flatMap((at) => {
      const holds = judges.get(at.possibility)?.(at.product) ?? "never";
      return holds === "never" ? [] : [{ at, holds }];
    });
  }

  get problem(): string | undefined {
    if (this.#cases.length === 0) return "its conditions hold for no product in any environment";
    if (this.#cases.some(({ at }) => at.answeredBy === undefined)) return undefined;
    const names = new Set(this.#cases.map(({ at }) => at.answeredBy));
    return `${[...names].map((name) => `rule ${name}`).join(" and ")} before it always holds for the same products`;
  }

  /** The named products it can hold for and that no rule before always answers. */
  get products(): readonly string[] {
    const free = this.#cases.filter(({ at }) => at.answeredBy === undefined);
    return [...new Set(free.flatMap(({ at }) => at.product ?? []))];
  }

  /** Marks where this rule always holds: nothing behind it is reached there. */
  cover(hasExclusionGroups: boolean): void {
    const { name, schedule, cooldown, experiment } = this.#rule;
    const isPartial =
      schedule !== undefined ||
      cooldown !== undefined ||
      (experiment !== undefined && (hasExclusionGroups || (experiment.traffic ?? 100) < 100));
    if (isPartial) return;
    for (const { at, holds } of this.#cases) {
      if (holds === "always") at.answeredBy ??= name;
    }
  }
}

function casesOf(validation: Validation): readonly Case[] {
  const facts = factsOf(validation);
  const named = [...validation.products.keys(), ...namedInConditions(validation)];
  const products: readonly (string | undefined)[] = [...new Set(named), undefined];
  return ENVIRONMENTS.flatMap((environment) => {
    const possibility = new ProductPossibility({ ...facts, environment });
    return products.map((product): Case => ({ product, possibility }));
  });
}

function factsOf({ document, catalog }: Validation) {
  const products: Record<string, SnapshotProduct> = {};
  for (const { productId, subscriptionGroup, level, period } of catalog?.products ?? []) {
    products[productId] = { subscriptionGroup, level, period, offers: [] };
  }
  const rollouts = Object.fromEntries(
    Object.keys(document.rollouts ?? {}).map((name) => [name, 0] as const),
  );
  const attributes = document.attributes ?? {};
  return { products, rollouts, attributes, environment: "production" } as const;
}

function namedInConditions({ document }: Validation): readonly string[] {
  const names: string[] = [];
  const visit = (value: unknown, key?: string): void => {
    if (key === "productId") names.push(...stringsIn(value));
    if (typeof value !== "object" || value === null) return;
    for (const [name, child] of Object.entries(value)) visit(child, name);
  };
  for (const { when } of document.rules) visit(when);
  return names;
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Reports products for which a rule can hold while its offers or switches do not name them. */
function checkMaps(validation: Validation, products: readonly string[], ruleIndex: number): void {
  if (validation.catalog === undefined) return;
  for (const { response, path, rule } of validation.responsesOf(ruleIndex)) {
    const map = response.promotionalOffer?.offers ?? response.alternateProduct?.products;
    if (map === undefined) continue;
    const missing = products.filter(
      (product) => validation.products.has(product) && !Object.hasOwn(map, product),
    );
    if (missing.length === 0) continue;
    const kind = response.promotionalOffer === undefined ? "alternateProduct" : "promotionalOffer";
    const member = kind === "promotionalOffer" ? "offers" : "products";
    const message = `rule ${rule} can hold for ${missing.join(", ")}, which ${member} does not name: the fallback answers there. Add it, or narrow the rule's productId`;
    validation.report({
      code: "PRODUCT_NOT_IN_MAP",
      message,
      path: [...path, kind, member],
      severity: "warning",
    });
  }
}
