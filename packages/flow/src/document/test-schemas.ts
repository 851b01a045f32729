import * as z from "zod";
import { instant, name, strict, text } from "./schema-parts.ts";

const exists = z.boolean().optional().describe("Whether the attribute exists.");
const ifUnknown = z
  .boolean()
  .optional()
  .describe("What to take it for when nothing is known; without it unknown stays unknown.");
const oneOrMore = (description: string) =>
  z
    .union([text(description), z.array(text(description)).min(1)])
    .optional()
    .describe(description);
const numberOrInstant = (description: string) =>
  z
    .union([z.number(), instant(description)])
    .optional()
    .describe(description);

const strings = z.array(z.string()).min(1);
const numbers = z.array(z.number()).min(1);

/** A test of a text. */
export const stringTest = z
  .union([
    z.string(),
    strict(
      {
        equals: z.string().optional().describe("Is exactly this."),
        in: strings.optional().describe("Is one of these."),
        notIn: strings.optional().describe("Is none of these; true when absent."),
        startsWith: text("Starts with this.").optional(),
        exists,
        ifUnknown,
      },
      "Comparisons of a text; all must hold.",
    ),
  ])
  .meta({ id: "stringTest" });

const numberOperators = {
  equals: z.number().optional().describe("Is exactly this."),
  in: numbers.optional().describe("Is one of these."),
  notIn: numbers.optional().describe("Is none of these; true when absent."),
  gt: z.number().optional().describe("Is greater."),
  gte: z.number().optional().describe("Is greater or equal."),
  lt: z.number().optional().describe("Is less."),
  lte: z.number().optional().describe("Is less or equal."),
};
/** A test of a number. */
export const numberTest = z
  .union([
    z.number(),
    strict({ ...numberOperators, exists, ifUnknown }, "Comparisons of a number; all must hold."),
  ])
  .meta({ id: "numberTest" });

/** A test of a yes or no. */
export const booleanTest = z
  .union([
    z.boolean(),
    strict(
      { equals: z.boolean().optional().describe("Is exactly this."), exists, ifUnknown },
      "Comparisons of a yes or no.",
    ),
  ])
  .meta({ id: "booleanTest" });

const dateOperators = {
  before: instant("Is earlier.").optional(),
  after: instant("Is later.").optional(),
  gt: instant("Is later.").optional(),
  gte: instant("Is later or the same.").optional(),
  lt: instant("Is earlier.").optional(),
  lte: instant("Is earlier or the same.").optional(),
};
/** A test of a time. */
export const dateTest = strict(
  { ...dateOperators, exists, ifUnknown },
  "Comparisons of a time; all must hold.",
).meta({ id: "dateTest" });

/** A test of a list. */
export const stringsTest = strict(
  {
    includes: text("Has this member.").optional(),
    notIncludes: text("Does not have this member; true when absent.").optional(),
    exists,
    ifUnknown,
  },
  "Tests of a list.",
).meta({ id: "stringsTest" });

/** A test of the device's locale. */
export const localeTest = z.union([
  z.string(),
  strict(
    {
      equals: z.string().optional().describe("Is exactly this locale."),
      in: strings.optional().describe("Is one of these locales."),
      notIn: strings.optional().describe("Is none of these locales."),
      language: oneOrMore("The language, like en, or one of several."),
      region: oneOrMore("The region, like US, or one of several."),
    },
    "Comparisons of the device's locale; all must hold.",
  ),
]);

/** A test of earlier decisions. */
export const historyTest = strict(
  {
    rule: name("The rule whose answers are meant.").optional(),
    offer: text("The offer that is meant, as productId/offerIdentifier.", 511).optional(),
    count: numberTest.optional().describe("How many decisions there were; 0 when there were none."),
    lastAt: dateTest.optional().describe("When the last one was; absent when there was none."),
    daysSinceLast: numberTest
      .optional()
      .describe("Whole days since the last one; absent when there was none."),
    ifUnknown,
  },
  "Earlier decisions for this subscriber, of one rule or one offer.",
);

/** A test of one of the team's own attributes. */
export const customTest = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    strict(
      {
        equals: z.union([z.string(), z.number(), z.boolean()]).optional().describe("Is this."),
        in: z.union([strings, numbers]).optional().describe("Is one of these."),
        notIn: z.union([strings, numbers]).optional().describe("Is none of these."),
        gt: numberOrInstant("Is greater, or later."),
        gte: numberOrInstant("Is greater or later, or the same."),
        lt: numberOrInstant("Is less, or earlier."),
        lte: numberOrInstant("Is less or earlier, or the same."),
        before: instant("Is earlier.").optional(),
        after: instant("Is later.").optional(),
        startsWith: text("Starts with this.").optional(),
        includes: text("Has this member.").optional(),
        notIncludes: text("Does not have this member.").optional(),
        exists,
        ifUnknown,
      },
      "Comparisons of one of the team's own attributes; they must suit its declared type.",
    ),
  ])
  .describe("A test of one of the team's own attributes.");
