import type { FlowPath } from "../document/flow-issue.ts";
import { parseInstant } from "../document/instant.ts";
import type { AttributeDefinition, AttributeType } from "../evaluate/attributes.ts";
import { checkAttributeValue } from "./check-attribute-value.ts";
import type { Validation } from "./validation.ts";

/** One test of one attribute, as written. */
export interface WrittenTest {
  readonly attribute: string;
  readonly definition: AttributeDefinition;
  readonly test: unknown;
  readonly path: FlowPath;
}

const COMPARISONS = ["gt", "gte", "lt", "lte"];

/** The operators that suit each type; the schema knows them for built-in attributes. */
const OPERATORS: Readonly<Record<AttributeType, readonly string[]>> = {
  string: ["equals", "in", "notIn", "startsWith", "exists"],
  number: ["equals", "in", "notIn", ...COMPARISONS, "exists"],
  boolean: ["equals", "exists"],
  date: ["before", "after", ...COMPARISONS, "exists"],
  strings: ["includes", "notIncludes", "exists"],
};

/** `locale` has two operators of its own. */
const LOCALE_OPERATORS = ["language", "region"];

/** Checks one test: it says something, its operators and values suit the type and are possible. */
export function checkTest(validation: Validation, written: WrittenTest): void {
  const { attribute, definition, test, path } = written;
  const isShort = typeof test !== "object" || test === null;
  const operators = isShort ? { equals: test } : operatorsOf(test);
  if (Object.keys(operators).length === 0) {
    const message = `the test of ${attribute} compares nothing; it takes ${operatorList(written)}`;
    validation.report({ code: "TEST_EMPTY", message, path });
  }
  for (const [operator, value] of Object.entries(operators)) {
    const place = isShort ? path : [...path, operator];
    if (!operatorsFor(written).includes(operator)) {
      const message = `${attribute} is a ${definition.type}; ${operator} does not suit it, it takes ${operatorList(written)}`;
      const at = isShort ? "value" : "key";
      validation.report({ code: "OPERATOR_NOT_FOR_TYPE", message, path: place, at });
    } else checkOperand(validation, written, { operator, value, path: place });
  }
}

function operatorsOf(test: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(test).filter(([name, value]) => name !== "ifUnknown" && value !== undefined),
  );
}

function operatorsFor({ attribute, definition }: WrittenTest): readonly string[] {
  const operators = OPERATORS[definition.type];
  return attribute === "locale" ? [...operators, ...LOCALE_OPERATORS] : operators;
}

function operatorList(written: WrittenTest): string {
  return operatorsFor(written).join(", ");
}

interface Operand {
  readonly operator: string;
  readonly value: unknown;
  readonly path: FlowPath;
}

function checkOperand(validation: Validation, written: WrittenTest, operand: Operand): void {
  const { operator, value, path } = operand;
  if (operator === "exists" || LOCALE_OPERATORS.includes(operator)) return;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) {
    const place = Array.isArray(value) ? [...path, index] : path;
    const expected = expectedType(written.definition.type, item);
    if (expected !== undefined) {
      const message = `expected ${expected} for ${written.attribute}, got ${JSON.stringify(item)}`;
      validation.report({ code: "VALUE_NOT_FOR_TYPE", message, path: place });
    } else if (operator !== "startsWith") {
      checkAttributeValue(validation, { ...written, value: item, path: place });
    }
  }
}

/** Returns what was expected when an operand does not suit the type. */
function expectedType(type: AttributeType, value: unknown): string | undefined {
  switch (type) {
    case "string":
    case "strings":
      return typeof value === "string" ? undefined : "a text";
    case "number":
      return typeof value === "number" ? undefined : "a number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    default:
      return typeof value === "string" && parseInstant(value) !== undefined
        ? undefined
        : "a date like 2026-12-01";
  }
}
