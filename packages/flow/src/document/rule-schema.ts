import * as z from "zod";
import { conditionSchema } from "./condition-schema.ts";
import { responseSchema } from "./response-schema.ts";
import { description, exactlyOneOf, instant, name, percent, strict } from "./schema-parts.ts";

const weight = z
  .number()
  .describe("A positive integer; the share is weight by the sum of weights.")
  .meta({ type: "integer", minimum: 1 });

const experimentSchema = strict(
  {
    description,
    key: name("Salts the buckets. Never change it while the experiment runs."),
    traffic: percent(
      "How many percent take part; the others go on to the next rule. 100 by default. Raising it moves nobody between arms.",
    ).optional(),
    arms: z
      .array(
        strict(
          { name: name("The arm's name."), weight, respond: responseSchema },
          "One arm of an experiment.",
        ),
      )
      .min(1)
      .describe("The arms, in the order their buckets follow."),
  },
  "Splits those for whom the rule holds among arms.",
);

/** A rule: the first that holds answers. */
export const ruleSchema = strict(
  {
    name: name("The rule's name. History and cooldowns hang on it."),
    description,
    priority: z
      .number()
      .int()
      .optional()
      .describe("The order of trying, lowest first; given on every rule or on none."),
    schedule: strict(
      {
        from: instant("The first moment the rule holds.").optional(),
        until: instant("The first moment it no longer holds.").optional(),
      },
      "When the rule holds.",
    ).optional(),
    when: conditionSchema.optional(),
    cooldown: strict(
      { days: z.number().int().min(1).max(36_500).describe("Days, from 1.") },
      "Keeps the rule from answering the same subscriber again: from 24 h after the first exposure, at once on redemption. Its history must be known.",
    ).optional(),
    respond: responseSchema.optional(),
    experiment: experimentSchema.optional(),
  },
  "A rule: the first that holds answers.",
)
  .refine((rule) => (rule.respond === undefined) !== (rule.experiment === undefined), {
    error: "expected either respond or experiment",
  })
  .meta({ description: "A rule.", ...exactlyOneOf(["respond", "experiment"]) });

/** A rule. */
export type FlowRule = z.output<typeof ruleSchema>;
/** An experiment. */
export type FlowExperiment = z.output<typeof experimentSchema>;
