import { saltOf } from "../evaluate/bucketing.ts";
import { findAttribute, HISTORY_MEASURES } from "../evaluate/attributes.ts";
import type { AttributeType } from "../evaluate/attributes.ts";
import type {
  PreparedAttribute,
  PreparedCondition,
  PreparedTest,
} from "../evaluate/prepared-snapshot.ts";
import { attributeReader, historyReader } from "../evaluate/read-attribute.ts";
import { FALSE, TRUE, UNKNOWN } from "../evaluate/truth.ts";
import type { Truth } from "../evaluate/truth.ts";
import type { Snapshot, SnapshotCondition, SnapshotTest } from "./snapshot.ts";

/** Prepares conditions of one snapshot; tests of one attribute share its slot. */
export class ConditionPreparer {
  readonly #declared: ReadonlyMap<string, AttributeType>;
  readonly #rollouts: ReadonlyMap<string, number>;
  readonly #attributes = new Map<string, PreparedAttribute>();

  constructor({ attributes, rollouts }: Pick<Snapshot, "attributes" | "rollouts">) {
    this.#declared = new Map(Object.entries(attributes));
    this.#rollouts = new Map(Object.entries(rollouts));
  }

  /** How many slots the conditions prepared so far need. */
  get attributeCount(): number {
    return this.#attributes.size;
  }

  /** Prepares one condition: readers, sets and salts are made once. */
  prepare(condition: SnapshotCondition): PreparedCondition {
    if ("all" in condition) return { kind: "all", parts: this.#prepareEach(condition.all) };
    if ("any" in condition) return { kind: "any", parts: this.#prepareEach(condition.any) };
    if ("not" in condition) return { kind: "not", part: this.prepare(condition.not) };
    if ("rollout" in condition) {
      const name = condition.rollout;
      const parts = this.#rollouts.get(name) ?? 0;
      return { kind: "rollout", name, salt: saltOf("rollout", name), parts };
    }
    return this.#prepareTest(condition);
  }

  #prepareEach(conditions: readonly SnapshotCondition[]): readonly PreparedCondition[] {
    return conditions.map((condition) => this.prepare(condition));
  }

  #prepareTest(test: SnapshotTest): PreparedTest {
    const { operator, value } = test;
    const listed = operator === "in" || operator === "notIn";
    return {
      kind: "test",
      attribute: this.#attribute(test),
      operator,
      value,
      members: listed && Array.isArray(value) ? new Set<unknown>(value) : undefined,
      ifUnknown: ifUnknown(test),
    };
  }

  #attribute({ attribute: name, history }: SnapshotTest): PreparedAttribute {
    if (history !== undefined) {
      const type = HISTORY_MEASURES[history.measure];
      return { name, type, slot: -1, history, read: historyReader(history) };
    }
    const known = this.#attributes.get(name);
    if (known !== undefined) return known;
    const type = findAttribute(name, this.#declared)?.type ?? "string";
    const slot = this.#attributes.size;
    const attribute: PreparedAttribute = {
      name,
      type,
      slot,
      history: undefined,
      read: attributeReader(name, type),
    };
    this.#attributes.set(name, attribute);
    return attribute;
  }
}

function ifUnknown(test: SnapshotTest): Truth {
  if (test.ifUnknown === undefined) return UNKNOWN;
  return test.ifUnknown ? TRUE : FALSE;
}
