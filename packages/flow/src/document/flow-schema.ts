import * as z from "zod";
import { messagesSchema } from "./message-schema.ts";
import type { FlowMessage } from "./message-schema.ts";
import { messageName, plainMessage } from "./response-schema.ts";
import { ruleSchema } from "./rule-schema.ts";
import { description, name, percent, strict, text } from "./schema-parts.ts";

const allOr = (about: string) =>
  z.union([z.literal("all"), z.array(text(about)).min(1)]).describe(`${about} all, or a list.`);

const defaultsSchema = z
  .array(
    strict(
      {
        message: messageName,
        products: allOr("Product ids."),
        locales: allOr("App Store locales."),
      },
      "A message that Apple shows by itself.",
    ),
  )
  .describe("What is configured at Apple as default messages; later entries win.")
  .meta({ id: "defaults" });

const realtimeUrlSchema = z
  .string()
  .describe("The URL Apple asks; ${environment} becomes sandbox or production.");

const overlaySchema = strict(
  {
    realtimeUrl: realtimeUrlSchema.optional(),
    defaults: defaultsSchema.optional(),
    messages: messagesSchema
      .optional()
      .describe("Whole messages in place of those of the same name."),
  },
  "What is different in one environment; nothing else is.",
);

/** The schema of a flow document. Everything that needs more than the document is `validateFlow`'s. */
export const flowSchema = strict(
  {
    $schema: z.string().optional().describe("Where editors find the schema; ignored."),
    version: z.literal(1).describe("The language's version."),
    app: text("The app's bundle id.").describe("The app's bundle id."),
    description,
    realtimeUrl: realtimeUrlSchema.optional(),
    attributes: z
      .record(
        name("The attribute's name, without attributes."),
        z.enum(["string", "number", "boolean", "date", "strings"]).describe("The type."),
      )
      .optional()
      .describe("The attributes the team sends itself, used as attributes.<name>."),
    messages: messagesSchema.optional().describe("Messages by name."),
    messageFiles: z
      .array(text("A path relative to this document.", 1024))
      .optional()
      .describe("Further files with messages by name."),
    holdout: strict(
      {
        key: name("Salts the buckets."),
        percent: percent("How many percent are answered with the neutral message."),
        respond: plainMessage("The neutral message."),
      },
      "A share of subscribers deliberately answered with a neutral message.",
    ).optional(),
    rollouts: z
      .record(
        name("The rollout's name; salts the buckets."),
        strict(
          { description, percent: percent("How many percent are inside.") },
          "A named share of subscribers, usable as a condition.",
        ),
      )
      .optional()
      .describe("Named shares of subscribers."),
    exclusionGroups: z
      .record(
        name("The group's name; salts the buckets."),
        z
          .array(
            strict(
              {
                experiment: name("The experiment's key."),
                from: percent("Where its share starts, inclusive."),
                to: percent("Where its share ends, exclusive."),
              },
              "One experiment's share of the subscribers.",
            ),
          )
          .min(1),
      )
      .optional()
      .describe("Experiments that share out the subscribers, so that nobody is in two."),
    rules: z.array(ruleSchema).describe("The rules, in the order of trying."),
    fallback: plainMessage("What to answer when no rule holds or nothing else can be sent."),
    defaults: defaultsSchema.optional(),
    environments: strict(
      {
        sandbox: overlaySchema.optional(),
        production: overlaySchema.optional(),
      },
      "What is different in one environment.",
    ).optional(),
  },
  "A Holdfast flow: messages and rules for one app.",
);

type Written = z.output<typeof flowSchema>;

/** A flow document as read: checked in shape, its message files merged in. */
export type FlowDocument = Omit<Written, "$schema" | "messageFiles" | "messages"> & {
  readonly messages: Readonly<Record<string, FlowMessage>>;
};
/** A flow document as written, before its message files are merged in. */
export type WrittenFlow = Written;
/** A message configured at Apple as default. */
export type FlowDefault = z.output<typeof defaultsSchema>[number];
