import * as z from "zod";
import { appId, environment } from "../fields/identifiers.ts";
import { decimal, moment, sequence, whole } from "../fields/number-fields.ts";
import { open } from "../fields/object-fields.ts";
import { choice, patterned, text } from "../fields/text-fields.ts";
import { snapshotHash } from "./flow-fields.ts";
import { RESPONSE_KINDS } from "./simulation-fields.ts";

/** The most characters of a name or an identifier in a decision. */
const MAX_TEXT = 256;

/** Apple's identifier of a request. */
export const requestIdentifier = text("Apple's identifier of the request.", {
  max: 128,
  example: "4d6c7a1e-8f3b-4f0e-9b55-2a1c7d9e0f11",
});

/** What a subscription is called here. */
export const pseudonym = patterned(
  "What the subscription is called: an HMAC of its originalTransactionId under the app's key.",
  {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    expected: "letters, digits, _ and -, at most 64 in all",
    max: 64,
    example: "Zb3W8xq0T1r5yK2nLJ4hVQ9cUeXaPmRsDfGtBiOo7Eg",
  },
);

/** The name of a rule. */
export const ruleName = text("The rule that held.", { max: MAX_TEXT, example: "annual_winback" });

/** What decided. */
export const decisionSource = choice("What decided.", ["rule", "holdout", "fallback"]);

/** How a lookup of subscriber state can end. */
const LOOKUP_ENDINGS = [
  "found",
  "notFound",
  "notNeeded",
  "noStore",
  "failed",
  "late",
  "circuitOpen",
] as const;

/** How a lookup of subscriber state ended. */
export const lookupEnding = choice(
  "How the lookup of subscriber state ended: found; notFound, where history is known to be empty; notNeeded, where no rule for the product asks for it; or why nothing is known.",
  LOOKUP_ENDINGS,
);

function recorded(about: string, example: string) {
  return text(about, { max: MAX_TEXT, example }).optional();
}

/** A response as a runtime recorded it: by the bounds of records, which are wider than what a flow may hold. */
const recordedResponse = z
  .looseObject({
    kind: choice("The kind of response.", RESPONSE_KINDS),
    message: recorded("The message's name.", "keep_classes"),
    locale: recorded("The locale of its text.", "en-US"),
    messageIdentifier: recorded(
      "The message's identifier at Apple.",
      "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11",
    ),
  })
  .meta({
    id: "RecordedResponse",
    description: "A response with every name resolved, and what its kind has beside.",
  });

const decisionShape = {
  requestIdentifier,
  app: appId,
  environment,
  requestedAt: moment("When Apple signed the request."),
  decidedAt: moment("When it was decided."),
  receivedAt: moment("When the decision came here."),
  latencyMs: decimal("How long the answer took, ms.", {
    min: 0,
    max: Number.MAX_VALUE,
    example: 2.4,
  }),
  productId: text("The product that the subscriber had.", {
    min: 0,
    max: MAX_TEXT,
    example: "yoga.monthly",
  }),
  userLocale: text("The device's locale as Apple sent it.", {
    min: 0,
    max: MAX_TEXT,
    example: "en-US",
  }),
  pseudonym,
  lookup: lookupEnding,
  snapshot: snapshotHash,
  stopListSequence: sequence("The sequence of the stop list it heeded; 0 before the first."),
  source: decisionSource,
  rule: ruleName.optional(),
  experiment: open(
    {
      key: text("The experiment's key.", { max: MAX_TEXT, example: "monthly_switch_2026q4" }),
      arm: text("The arm.", { max: MAX_TEXT, example: "control" }),
    },
    { id: "DecisionExperiment", about: "The experiment and the arm; absent where there is none." },
  ).optional(),
  assigned: recordedResponse.optional(),
  delivered: recordedResponse.optional(),
  deviation: text(
    "Why what was delivered is not what the flow said: appPaused, offersPaused, offerStopped, messageRejected, offerNotForProduct, noApprovedText, signingFailed, budgetExceeded or evaluationFailed; absent where it is.",
    { max: MAX_TEXT, example: "signingFailed" },
  ).optional(),
};

/** A decision as it is listed. */
export const decisionSchema = open(decisionShape, {
  id: "Decision",
  about:
    "One request that was answered. `assigned` is what the flow said, absent where it could not be evaluated; `delivered` is what was sent, absent where nothing approved was left.",
});

const knownValue = z.unknown().meta({
  description: "The value; null is known not to exist.",
  examples: ["USA"],
});

/** What was known of the subscriber. */
const subscriberSchema = z
  .looseObject({
    attributes: z.record(z.string().max(MAX_TEXT), knownValue).meta({
      description: "What was known, by the attributes' full names.",
      maxProperties: 500,
      examples: [{ storefront: "USA" }],
    }),
  })
  .meta({
    id: "DecidedState",
    description:
      "What was known of the subscriber: `attributes`, `subscriptionStartedAt`, and `previousDecisions` by rule and by offer.",
  });

/** A decision with all that it was made from. */
export const decisionDetailSchema = open(
  { ...decisionShape, state: subscriberSchema.optional() },
  { id: "DecisionDetail", about: "A decision with what was known of the subscriber." },
);

/** How many there were of something. */
export function counted(about: string, example: number) {
  return whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });
}
