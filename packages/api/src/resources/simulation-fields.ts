import * as z from "zod";
import { locale, productId } from "../fields/identifiers.ts";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, record, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { documentFiles, draftId, source, versionNumber } from "./flow-fields.ts";

/** What a flow may hold at most of something that is listed by name. */
const MAX_RULES = 20_000;

/** Which flow is evaluated. */
export const flowChoice = strict(
  {
    version: versionNumber.optional(),
    draft: draftId.optional(),
    source: source.optional(),
    ...documentFiles,
    assumeApproved: flag(
      "Whether a version, a draft or a document counts as approved by Apple in all its texts; false compiles it as publishing it now would.",
      false,
    ).default(false),
  },
  {
    id: "FlowChoice",
    about:
      "Which flow: at most one of a version, a draft and a document; with none of them, what is live.",
  },
)
  .refine(
    (flow) =>
      [flow.version, flow.draft, flow.source].filter((one) => one !== undefined).length <= 1,
    { error: "expected at most one of version, draft and source" },
  )
  .meta({ examples: [{ version: 42 }] });

/** A request as it came. */
export const signedPayload = text("A request's signedPayload as Apple sent it: a compact JWS.", {
  max: 64 * 1024,
  example: "eyJhbGciOiJFUzI1NiIsIng1YyI6W119.e30.c2ln",
});

/** The id of a subscription at Apple; only ever in bodies. */
const originalTransactionId = text(
  "The subscription's originalTransactionId; it decides about buckets.",
  { max: 64, example: "2000000123456789" },
);

/** The most characters of what a request says, as it came: what is signed may be anything. */
const MAX_ASKED = 64 * 1024;

/** The product a request names, as it came. */
export const askedProduct = z
  .string()
  .max(MAX_ASKED)
  .meta({
    description: "The product that the request names, as it came.",
    examples: ["yoga.monthly"],
  });

/** The locale a request names, as it came. */
export const askedLocale = z
  .string()
  .max(MAX_ASKED)
  .meta({
    description: "The device's locale, as it came.",
    examples: ["de-DE"],
  });

/** A request that nobody sent. */
export const madeUpRequest = strict(
  {
    productId,
    userLocale: locale
      .meta({ description: "The device's locale.", examples: ["de-DE"] })
      .default("en-US"),
    originalTransactionId: originalTransactionId.optional(),
    requestedAt: moment("When Apple asks; default now.").optional(),
  },
  { id: "MadeUpRequest", about: "A request that nobody sent and nobody signed." },
);

const attributeValue = z
  .union([
    text("A text.", { min: 0, max: 1000, example: "USA" }),
    decimal("A number, or a moment in milliseconds since 1970.", {
      min: -Number.MAX_SAFE_INTEGER,
      max: Number.MAX_SAFE_INTEGER,
      example: 12.5,
    }),
    flag("Yes or no."),
    list("Texts.", text("One of them.", { min: 0, max: 1000, example: "YOGA_3M" }), { max: 200 }),
    z.null(),
  ])
  .meta({ description: "A value; null is known not to exist.", examples: ["USA"] });

const exposureHistory = strict(
  {
    count: whole("How often.", { min: 0, max: Number.MAX_SAFE_INTEGER, example: 2 }),
    firstAt: moment("The first exposure of the current cycle."),
    lastAt: moment("The last one."),
    redeemedAt: moment("When an offer was last redeemed.").optional(),
  },
  { id: "GivenExposures", about: "How often a subscriber was answered so, and when." },
);

const exposures = (about: string) =>
  record(about, [text("A name.", { max: 511, example: "annual_winback" }), exposureHistory], {
    max: MAX_RULES,
  })
    .meta({ examples: [{}] })
    .default({});

const UNAVAILABLE = ["notNeeded", "noStore", "failed", "late", "circuitOpen"] as const;

const subscriberShape = {
  attributes: record(
    "With `found`: what is known, by the attributes' full names, like storefront or attributes.plan_usage.",
    [text("An attribute's name.", { max: 255, example: "storefront" }), attributeValue],
    { max: 1000 },
  )
    .meta({ examples: [{ storefront: "USA", "subscription.tenureDays": 200 }] })
    .default({}),
  subscriptionStartedAt: moment(
    "With `found`: when the subscription started, of which subscription.tenureDays is made.",
  ).optional(),
  previousDecisions: strict(
    {
      rules: exposures("By a rule's name."),
      offers: exposures("By productId/offerIdentifier."),
    },
    { id: "GivenHistory", about: "With `found`: what the subscriber was answered before." },
  ).optional(),
  reason: choice("With `unavailable`: why nothing can be had.", UNAVAILABLE).optional(),
};

/** What is known of a subscriber, given with a request. */
export const givenSubscriber = strict(
  {
    status: choice("How the lookup ended.", ["found", "notFound", "unavailable"]),
    ...subscriberShape,
  },
  { id: "GivenSubscriber", about: "What is known of the subscriber, in place of what is stored." },
).meta({ examples: [{ status: "found", attributes: { storefront: "USA" } }] });

/** What is known of a subscriber, given or looked up. */
export const simulatedSubscriber = strict(
  {
    status: choice(
      "`stored` looks up what is stored of the originalTransactionId, as a runtime does; the others say how the lookup is to have ended.",
      ["stored", "found", "notFound", "unavailable"],
    ),
    ...subscriberShape,
  },
  { id: "SimulatedSubscriber", about: "What is known of the subscriber." },
).meta({ examples: [{ status: "stored" }] });

/** Which part of a flow decided. */
export const choiceShape = {
  source: choice("What decided.", ["rule", "holdout", "fallback"]),
  rule: text("The rule that held.", { max: 255, example: "annual_winback" }).optional(),
  experiment: text("The experiment's key.", {
    max: 255,
    example: "monthly_switch_2026q4",
  }).optional(),
  arm: text("The arm.", { max: 255, example: "control" }).optional(),
};

/** Which part of a flow decided, as an object. */
export const choiceSchema = open(choiceShape, {
  id: "FlowDecider",
  about: "Which part of a flow decided.",
});

/** The kinds of responses, and none. */
export const RESPONSE_KINDS = [
  "message",
  "alternateProduct",
  "promotionalOffer",
  "advancedCommerceInfo",
  "deferToApple",
  "nothing",
] as const;

/** What is sent, by the names in the flow. */
export const namedResponse = open(
  {
    kind: choice(
      "The kind of response; nothing where no approved text is left to send.",
      RESPONSE_KINDS,
    ),
    message: text("The message's name.", { max: 255, example: "three_months_free" }).optional(),
    productId: productId.optional(),
    offerIdentifier: text("The offer.", { max: 255, example: "Y3" }).optional(),
    billingPlanType: text("The billing plan of a switch.", {
      max: 64,
      example: "MONTHLY",
    }).optional(),
  },
  { id: "NamedResponse", about: "What is sent, by the names in the flow." },
);

/** A response with every name resolved. */
export const resolvedResponse = z
  .looseObject({
    kind: choice("The kind of response.", RESPONSE_KINDS),
    message: text("The message's name.", { max: 255, example: "keep_classes" }).optional(),
    locale: locale.optional(),
    messageIdentifier: text("The message's identifier at Apple.", {
      max: 64,
      example: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11",
    }).optional(),
  })
  .meta({
    id: "ResolvedResponse",
    description: "A response with every name resolved to what Apple knows.",
  });

const truth = choice("How it came out; nobody can tell with unknown.", [
  "true",
  "false",
  "unknown",
]);

const reason = text("Why, for people.", { max: 70_000, example: 'known: "USA"' });

const stepTrace = open({ truth, reason }, { id: "StepTrace", about: "The outcome of a step." });

const conditionTrace = z
  .looseObject({
    kind: choice("What it is.", ["all", "any", "not", "rollout", "test"]),
    truth,
    reason,
    unknownBecause: choice("Why a test's value is unknown.", [
      ...UNAVAILABLE,
      "notFound",
      "notStored",
      "otherType",
      "notInCatalog",
      "localeUnreadable",
    ]).optional(),
  })
  .meta({
    id: "ConditionTrace",
    description:
      "A condition with its `parts`; a test has its `attribute`, `operator`, `operand` and the `value` it saw, where that is known.",
  });

const bucketTrace = open(
  {
    key: text("The key in the document.", { max: 255, example: "h2026" }),
    hash: whole("The hash of the subscription.", {
      min: 0,
      max: 0xffff_ffff,
      example: 1_234_567_890,
    }),
    bucket: whole("Its bucket, of 100,000.", { min: 0, max: 99_999, example: 28_743 }),
    fromParts: whole("The first bucket inside.", { min: 0, max: 100_000, example: 0 }),
    toParts: whole("The first bucket after it.", { min: 0, max: 100_000, example: 5000 }),
    inside: flag("Whether the subscription is inside.", false),
  },
  { id: "BucketTrace", about: "A range of buckets, and where the subscription is." },
);

/** How an evaluation came about. */
export const traceSchema = open(
  {
    holdout: bucketTrace.optional(),
    rules: list(
      "Every rule, in the order of trying.",
      open(
        {
          rule: text("The rule.", { max: 255, example: "annual_winback" }),
          result: choice("What became of it.", ["held", "notHeld", "notReached", "notForProduct"]),
          failedAt: choice("The step it failed at.", [
            "schedule",
            "when",
            "cooldown",
            "exclusionGroup",
            "traffic",
          ]).optional(),
          schedule: stepTrace.optional(),
          when: conditionTrace.optional(),
          cooldown: stepTrace.optional(),
          exclusionGroup: bucketTrace.optional(),
          traffic: bucketTrace.optional(),
          arm: open(
            {
              key: text("The experiment's key.", { max: 255, example: "monthly_switch_2026q4" }),
              arm: text("The arm.", { max: 255, example: "control" }),
              hash: whole("The hash of the subscription.", {
                min: 0,
                max: 0xffff_ffff,
                example: 1_234_567_890,
              }),
              bucket: whole("Where it is in the weights.", {
                min: 0,
                max: Number.MAX_SAFE_INTEGER,
                example: 12,
              }),
              totalWeight: whole("All weights together.", {
                min: 1,
                max: Number.MAX_SAFE_INTEGER,
                example: 100,
              }),
            },
            { id: "ArmTrace", about: "The arm, and the bucket it follows from." },
          ).optional(),
        },
        { id: "RuleTrace", about: "One rule, with every step of it where it was looked at." },
      ),
      { max: MAX_RULES },
    ),
    text: open(
      {
        message: text("The message.", { max: 255, example: "keep_classes" }),
        locale,
        step: text("Which step of the locale rule found it.", { max: 64, example: "exact" }),
      },
      { id: "TextTrace", about: "How the text was chosen." },
    ).optional(),
  },
  { id: "EvaluationTrace", about: "How an evaluation came about." },
);
