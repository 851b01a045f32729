import * as z from "zod";
import { instant, name, strict, text } from "../document/schema-parts.ts";

const exposure = strict(
  {
    count: z.number().int().min(1).optional().describe("How many decisions; 1 by default."),
    firstAt: instant("The first exposure of the cycle."),
    lastAt: instant("The last exposure; firstAt by default.").optional(),
    redeemedAt: instant("When an offer was last redeemed.").optional(),
  },
  "Earlier decisions of one rule or offer.",
);

const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const bucketsSchema = strict(
  {
    holdout: z.boolean().optional().describe("Inside the holdout; false by default."),
    rollouts: z.record(z.string(), z.boolean()).optional().describe("Inside each rollout or not."),
    experiments: z
      .record(z.string(), z.string())
      .optional()
      .describe("By experiment key: the arm's name, or outside."),
  },
  "Which buckets the subscriber falls into: an id that does is searched for.",
);

const subjectSchema = strict(
  {
    productId: text("The product the subscriber has."),
    locale: text("The device's locale; en-US by default.", 64).optional(),
    at: instant("When Apple asks."),
    originalTransactionId: text(
      "The subscription. By default one that falls into buckets.",
      64,
    ).optional(),
    buckets: bucketsSchema.optional(),
    state: z
      .enum(["found", "notFound", "unavailable"])
      .optional()
      .describe("How the lookup ended; found when attributes or history are given, else notFound."),
    attributes: z
      .record(z.string(), value)
      .optional()
      .describe("Stored attributes by full name; null is absent, missing is unknown."),
    subscriptionStartedAt: instant("When the subscription started.").optional(),
    history: strict(
      {
        rules: z.record(z.string(), exposure).optional().describe("By rule name."),
        offers: z.record(z.string(), exposure).optional().describe("By productId/offerIdentifier."),
      },
      "Earlier decisions.",
    ).optional(),
  },
  "Who is asked about.",
);

const stopsSchema = strict(
  {
    appPaused: z.boolean().optional().describe("The app is paused."),
    offersPaused: z.boolean().optional().describe("All offers are paused."),
    stoppedOffers: z.array(z.string()).optional().describe("As productId/offerIdentifier."),
    rejectedMessages: z.array(z.string()).optional().describe("Identifiers Apple rejected."),
  },
  "What is stopped.",
);

const expectSchema = strict(
  {
    source: z.enum(["rule", "holdout", "fallback"]).optional().describe("Where it comes from."),
    rule: name("The rule that holds.").optional(),
    arm: name("The experiment's arm; leave it out to accept any.").optional(),
    answer: z
      .enum([
        "message",
        "alternateProduct",
        "promotionalOffer",
        "advancedCommerceInfo",
        "deferToApple",
        "nothing",
      ])
      .optional()
      .describe("The kind of what is sent first."),
    message: name("The message that is sent.").optional(),
    locale: text("The locale of its text.", 35).optional(),
    product: text("The product offered or switched to.").optional(),
    offer: text("The offer made.").optional(),
    deviation: text("Why something else than assigned is sent; none for nothing.").optional(),
  },
  "What must come out; only what is named is compared.",
).refine((expected) => Object.keys(expected).length > 0, {
  error: "expected at least one expectation",
});

/** The schema of a file of cases. */
export const casesSchema = strict(
  {
    $schema: z.string().optional(),
    version: z.literal(1).describe("The format's version."),
    cases: z
      .array(
        strict(
          {
            name: text("What the case shows.", 200),
            environment: z
              .enum(["sandbox", "production"])
              .optional()
              .describe("Only for this environment; both by default."),
            subject: subjectSchema,
            stops: stopsSchema.optional(),
            expect: expectSchema,
          },
          "One case.",
        ),
      )
      .min(1)
      .describe("The cases."),
  },
  "Cases that a flow must answer as expected.",
);

/** A file of cases. */
export type FlowCases = z.output<typeof casesSchema>;
/** One case. */
export type FlowCase = FlowCases["cases"][number];
/** What a case expects. */
export type CaseExpectation = FlowCase["expect"];
