import { BUILT_IN_ATTRIBUTES } from "../evaluate/attributes.ts";
import { createContext } from "../evaluate/context.ts";
import { judgeTest } from "../evaluate/judge-condition.ts";
import type {
  EvaluationContext,
  PreparedCondition,
  PreparedSnapshot,
} from "../evaluate/prepared-snapshot.ts";
import type { Subject } from "../evaluate/subject.ts";
import { and, FALSE, not, or, TRUE, UNKNOWN } from "../evaluate/truth.ts";
import type { Truth } from "../evaluate/truth.ts";
import { ConditionPreparer } from "../snapshot/prepare-condition.ts";
import type { Snapshot, SnapshotCondition } from "../snapshot/snapshot.ts";

/** What of a snapshot decides for which products a condition can hold. */
export type ProductFacts = Pick<
  Snapshot,
  "attributes" | "rollouts" | "products" | "environment" | "appAppleId"
>;

/** Whether a condition holds for a product: never, always, or sometimes. */
export type Possibility = "never" | "sometimes" | "always";

/** A product id no App Store product has: stands for every product nobody named. */
const OTHER_PRODUCT = "\u0000other";

const FIXED = new Set(["productId", "environment"]);

/**
 * Judges conditions with nothing known but the product and the environment, where everything else
 * may turn out either way: what is false then can never hold, what is true always does.
 */
export class ProductPossibility {
  readonly #facts: ProductFacts;
  readonly #preparer: ConditionPreparer;
  readonly #products: PreparedSnapshot["products"];

  constructor(facts: ProductFacts) {
    this.#facts = facts;
    this.#preparer = new ConditionPreparer(facts);
    this.#products = new Map(Object.entries(facts.products));
  }

  /**
   * Returns what judges one condition by product; `undefined` stands for a product that is named
   * nowhere.
   */
  of(when: SnapshotCondition | undefined): (productId: string | undefined) => Possibility {
    if (when === undefined) return () => "always";
    const condition = this.#preparer.prepare(when);
    return (productId) => {
      const truth = possible(condition, this.#context(productId ?? OTHER_PRODUCT));
      if (truth === FALSE) return "never";
      return truth === TRUE ? "always" : "sometimes";
    };
  }

  #context(productId: string): EvaluationContext {
    const subject: Subject = {
      originalTransactionId: "",
      appAppleId: this.#facts.appAppleId ?? 0,
      productId,
      userLocale: "",
      environment: this.#facts.environment,
      requestedAt: 0,
      subscriber: { status: "unavailable", reason: "notNeeded" },
    };
    // Judging tests looks at products and the count of attributes only.
    const prepared = {
      products: this.#products,
      attributeCount: this.#preparer.attributeCount,
    } as unknown as PreparedSnapshot;
    return createContext(prepared, subject);
  }
}

function possible(condition: PreparedCondition, context: EvaluationContext): Truth {
  switch (condition.kind) {
    case "all":
      return condition.parts.map((part) => possible(part, context)).reduce(and, TRUE);
    case "any":
      return condition.parts.map((part) => possible(part, context)).reduce(or, FALSE);
    case "not":
      return not(possible(condition.part, context));
    case "rollout":
      return UNKNOWN;
    default: {
      const { name } = condition.attribute;
      const isFact =
        FIXED.has(name) ||
        (BUILT_IN_ATTRIBUTES.get(name)?.source === "catalog" &&
          context.prepared.products.has(context.subject.productId));
      return isFact ? judgeTest(condition, context) : UNKNOWN;
    }
  }
}
