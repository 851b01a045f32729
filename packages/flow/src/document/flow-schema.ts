import * as z from "zod";
import { conditionSchema } from "./condition-schema.ts";
import { exactlyOneOf, instant, name, percent, strict, text } from "./schema-parts.ts";

const description = text("A note for people.", 2000).optional();
const locale = (about: string) => text(about, 35);
const productId = (about: string) => text(about);
const messageName = name("The name of a message.");
const uuid = (about: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: "expected a lowercase UUID" })
    .describe(about);

/** The greatest revision: revisions are counted by hand. */
const MAX_REVISION = 1_000_000;
const revision = z
  .number()
  .int()
  .min(1)
  .max(MAX_REVISION)
  .optional()
  .describe(
    "Raise it for a new identifier with the same content, after a rejection. 1 by default.",
  );

const imageSchema = z
  .strictObject({
    file: text("A PNG beside the document.", 1024).optional(),
    id: uuid("The identifier of an image uploaded elsewhere.").optional(),
    alt: text("What the image shows, for those who cannot see it.", 1000),
    revision,
  })
  .refine((image) => (image.file === undefined) !== (image.id === undefined), {
    error: "expected either file or id",
  })
  .meta({
    id: "image",
    description: "An image and its description.",
    ...exactlyOneOf(["file", "id"]),
  });

const bulletSchema = strict(
  { text: text("The bullet's text.", 1000), image: imageSchema },
  "A bullet point with its picture.",
);

const localeTextSchema = strict(
  {
    id: uuid("The identifier at Apple, in place of the one derived from the content.").optional(),
    header: text("The headline.", 1000).optional(),
    body: text("The text below it.", 1000).optional(),
    headerPosition: z
      .enum(["ABOVE_BODY", "ABOVE_IMAGE"])
      .optional()
      .describe("Where the headline is; ABOVE_IMAGE needs an image. ABOVE_BODY by default."),
    image: imageSchema.optional(),
    bullets: z.array(bulletSchema).min(1).optional().describe("Bullet points."),
    revision,
  },
  "One locale's text; or only the id of a text uploaded elsewhere.",
).refine(
  (written) =>
    (written.header !== undefined && written.body !== undefined) ||
    (written.id !== undefined && written.header === undefined && written.body === undefined),
  { error: "expected header and body, or only the id of a text uploaded elsewhere" },
);

const messageSchema = strict(
  {
    description,
    defaultLocale: locale("The locale whose text is used when nothing nearer is there."),
    locales: z
      .record(locale("An App Store locale."), localeTextSchema)
      .describe("Texts by App Store locale, like en-US."),
  },
  "A message: a text per locale.",
).meta({ id: "message" });

const messagesSchema = z.record(name("The message's name."), messageSchema);

const plainMessage = (about: string) => strict({ message: messageName }, about);

const alternateProductSchema = strict(
  {
    message: messageName,
    products: z
      .record(
        productId("The product the subscriber has."),
        z.union([
          productId("The product to switch to."),
          strict(
            {
              product: productId("The product to switch to."),
              billingPlanType: text("BILLED_UPFRONT or MONTHLY.", 64).optional(),
            },
            "The product to switch to and its plan.",
          ),
        ]),
      )
      .describe("Current product → the product to switch to, of the same subscription group."),
  },
  "Offers another plan of the same subscription group.",
);

const promotionalOfferSchema = strict(
  {
    message: messageName,
    signature: z
      .enum(["v1", "v2"])
      .optional()
      .describe("Which of Apple's signatures to send; v2 by default."),
    offers: z
      .record(
        productId("The product the subscriber has."),
        z.union([
          text("An offer of that same product."),
          strict(
            {
              product: productId("The product the offer belongs to."),
              offer: text("The offer's identifier."),
            },
            "An offer of another product.",
          ),
        ]),
      )
      .describe("Current product → the promotional offer."),
  },
  "Makes a promotional offer.",
);

const advancedCommerceSchema = strict(
  {
    message: messageName,
    request: z
      .record(z.string(), z.json())
      .describe("The Advanced Commerce API's request, as Apple defines it."),
  },
  "For Advanced Commerce subscriptions only.",
);

const RESPONSES = [
  "message",
  "alternateProduct",
  "promotionalOffer",
  "advancedCommerceInfo",
  "deferToApple",
] as const;

const responseSchema = strict(
  {
    message: messageName.optional(),
    alternateProduct: alternateProductSchema.optional(),
    promotionalOffer: promotionalOfferSchema.optional(),
    advancedCommerceInfo: advancedCommerceSchema.optional(),
    deferToApple: strict({}, "Nothing to set.")
      .optional()
      .describe("A deliberate 503: Apple shows what App Store Connect has. Counted apart."),
    fallback: plainMessage("What to answer when the response cannot be sent.").optional(),
  },
  "What to answer: exactly one kind.",
)
  .refine((response) => RESPONSES.filter((kind) => response[kind] !== undefined).length === 1, {
    error: `expected exactly one of ${RESPONSES.join(", ")}`,
  })
  .refine((response) => response.deferToApple === undefined || response.fallback === undefined, {
    error: "deferToApple has no fallback: it is always possible",
  })
  .meta({
    id: "response",
    description: "What to answer: exactly one kind.",
    ...exactlyOneOf(RESPONSES),
  });

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

const ruleSchema = strict(
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

/** What a further file of messages holds. */
export const messageFileSchema = messagesSchema.describe("Messages by name.");

type Written = z.output<typeof flowSchema>;

/** A flow document as read: checked in shape, its message files merged in. */
export type FlowDocument = Omit<Written, "$schema" | "messageFiles" | "messages"> & {
  readonly messages: Readonly<Record<string, FlowMessage>>;
};
/** A flow document as written, before its message files are merged in. */
export type WrittenFlow = Written;
/** A message: a text per locale. */
export type FlowMessage = z.output<typeof messageSchema>;
/** One locale's text. */
export type FlowText = z.output<typeof localeTextSchema>;
/** An image of a message or a bullet. */
export type FlowImage = z.output<typeof imageSchema>;
/** A rule. */
export type FlowRule = z.output<typeof ruleSchema>;
/** An experiment. */
export type FlowExperiment = z.output<typeof experimentSchema>;
/** What a rule or an arm answers. */
export type FlowResponse = z.output<typeof responseSchema>;
/** A message configured at Apple as default. */
export type FlowDefault = z.output<typeof defaultsSchema>[number];
