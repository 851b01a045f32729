import * as z from "zod";
import { BUILT_IN_ATTRIBUTES, CUSTOM_ATTRIBUTE_PREFIX } from "../evaluate/attributes.ts";
import type { AttributeDefinition } from "../evaluate/attributes.ts";
import { name } from "./schema-parts.ts";
import {
  booleanTest,
  customTest,
  dateTest,
  historyTest,
  localeTest,
  numberTest,
  stringsTest,
  stringTest,
} from "./test-schemas.ts";

/** A test as the document writes it: a value to equal, or operators that must all hold. */
export type AttributeTest = string | number | boolean | Readonly<Record<string, unknown>>;

/** A condition as the document writes it: every member must hold. */
export interface FlowCondition {
  readonly all?: readonly FlowCondition[] | undefined;
  readonly any?: readonly FlowCondition[] | undefined;
  readonly not?: FlowCondition | undefined;
  readonly rollout?: string | undefined;
  /** Tests by attribute name. */
  readonly [attribute: string]:
    | AttributeTest
    | readonly FlowCondition[]
    | FlowCondition
    | undefined;
}

const TESTS = {
  string: stringTest,
  number: numberTest,
  boolean: booleanTest,
  date: dateTest,
  strings: stringsTest,
} as const;

function testOf(attribute: string, { type, description }: AttributeDefinition): z.ZodType {
  const test = attribute === "locale" ? localeTest : TESTS[type];
  return test.optional().describe(description);
}

const attributeTests: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Array.from(BUILT_IN_ATTRIBUTES, ([attribute, definition]) => [
    attribute,
    testOf(attribute, definition),
  ]),
);

const parts = z.array(z.lazy(() => conditionSchema)).min(1);

/** The schema of a condition. */
export const conditionSchema: z.ZodType<FlowCondition> = z
  .object({
    all: parts.optional().describe("Every one of these must hold."),
    any: parts.optional().describe("At least one of these must hold."),
    not: z
      .lazy(() => conditionSchema)
      .optional()
      .describe("This must not hold."),
    rollout: name("The subscriber must be inside this rollout.").optional(),
    "subscription.previousDecisions": historyTest.optional(),
    ...attributeTests,
  })
  .catchall(customTest)
  .refine((condition) => Object.keys(condition).length > 0, {
    error: "expected at least one test; leave the condition out when there is none",
  })
  .meta({
    id: "condition",
    description: "Every member must hold: tests of attributes, and all, any, not, rollout.",
    patternProperties: { [`^${CUSTOM_ATTRIBUTE_PREFIX.replace(".", "\\.")}`]: {} },
  });
