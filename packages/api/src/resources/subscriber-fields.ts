import * as z from "zod";
import { decimal, flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, record } from "../fields/object-fields.ts";
import { choice, patterned, text } from "../fields/text-fields.ts";

/** The most attributes that rules see of one subscriber. */
const MAX_ATTRIBUTES = 512;

/** The most rules or offers in one subscriber's history. */
const MAX_HISTORIES = 10_000;

/** What a value of an attribute may be as it is sent; null takes it back. */
const TEAM_LIMITS = { textCharacters: 256, texts: 100 } as const;

const number = decimal("A number.", { min: -1e15, max: 1e15, example: 12 });

/** The value of an attribute in an answer. Offers' and rules' names are longer than what teams send. */
const shownValue = z
  .union([
    text("A text.", { max: 1024, min: 0, example: "USA" }),
    number,
    z.boolean(),
    z.array(z.string().max(1024)).max(10_000),
    z.null(),
  ])
  .meta({
    description: "The value; null where it is known that there is none.",
    examples: ["USA"],
  });

/** The value of a team's own attribute, as it is sent. */
export const sentValue = z
  .union([
    text("A text.", { max: TEAM_LIMITS.textCharacters, min: 0, example: "spring" }),
    number,
    z.boolean(),
    z.array(z.string().max(TEAM_LIMITS.textCharacters)).max(TEAM_LIMITS.texts),
    z.null(),
  ])
  .meta({ description: "The value, of the declared type; null takes it back.", examples: [12] });

/** How a subscription is called in rows and logs. */
export const pseudonym = patterned(
  "The subscription's pseudonym: HMAC-SHA-256 of originalTransactionId under the app's key, base64url.",
  {
    pattern: /^[A-Za-z0-9_-]{43}$/,
    expected: "43 letters, digits, _ and -",
    max: 43,
    example: "xK3v0mJq9s1b7Tn4cYwZ2dLhR6uE8oGfPiAkVtQyN5M",
  },
);

/** An attribute's full name. */
const attributeName = text("An attribute's name, as in conditions.", {
  max: 255,
  example: "storefront",
});

/** The most characters of a name in a decision record: histories are made of those. */
const MAX_RECORDED = 256;

const historyShape = {
  count: whole("How often it was delivered.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 2,
  }),
  firstAt: moment("When first in the current cycle."),
  lastAt: moment("When last."),
  redeemedAt: moment("When an offer of it was last redeemed; absent where none was.").optional(),
};

const exposureHistory = open(historyShape, {
  id: "ExposureHistory",
  about: "The history of a rule or an offer.",
});

/** What was answered before, as rules see it. */
export const previousDecisions = open(
  {
    rules: record(
      "By rule.",
      [text("A rule's name.", { max: MAX_RECORDED, example: "annual_winback" }), exposureHistory],
      { max: MAX_HISTORIES },
    ),
    offers: record(
      "By productId/offerIdentifier.",
      [
        text("A product's id, a slash, and an offer's identifier.", {
          max: 2 * MAX_RECORDED + 1,
          example: "com.example.yoga.premium.monthly/STAY50",
        }),
        exposureHistory,
      ],
      { max: MAX_HISTORIES },
    ),
  },
  { id: "PreviousDecisions", about: "What this subscriber was answered before." },
);

/** A subscriber's state, as runtimes evaluate it. */
export const subscriberState = open(
  {
    attributes: record(
      "What is known, by the attributes' full names: null is known not to exist, what is not here is unknown.",
      [attributeName, shownValue],
      { max: MAX_ATTRIBUTES },
    ),
    subscriptionStartedAt: moment(
      "When the subscription began, which tenure is counted from; absent where unknown.",
    ).optional(),
    previousDecisions,
  },
  { id: "SubscriberState", about: "What rules can see of a subscriber." },
);

/** One attribute, with where it is from. */
const shownAttribute = open(
  {
    name: attributeName,
    knowledge: choice(
      "Whether it is known; absent is known not to exist, and rules with an unknown one go by ifUnknown.",
      ["known", "absent", "unknown"],
    ),
    value: shownValue.optional(),
    source: choice(
      "What says so: a transaction, renewal info or a status that Apple signed, all purchases together, or the team. Absent where it is unknown.",
      ["transaction", "renewalInfo", "status", "purchases", "team"],
    ).optional(),
    asOf: moment(
      "When that was signed, or as of when the team says so; absent where it is unknown.",
    ).optional(),
    expiresAt: moment("From when it is unknown again; absent where that is never.").optional(),
    isForAccount: flag(
      "Whether the team said so of the account rather than the subscription; absent for what Apple says.",
      false,
    ).optional(),
  },
  { id: "ShownAttribute", about: "An attribute as rules see it now." },
);

/** A list of attributes. */
export const shownAttributes = list("All attributes there can be.", shownAttribute, {
  max: MAX_ATTRIBUTES,
});
