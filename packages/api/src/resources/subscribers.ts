import * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, record } from "../fields/object-fields.ts";
import { choice, patterned, text } from "../fields/text-fields.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";
import {
  previousDecisions,
  pseudonym,
  sentValue,
  shownAttributes,
  subscriberState,
} from "./subscriber-fields.ts";

const TAG = "Subscribers";

const TRANSACTION_ID = /^[A-Za-z0-9-]{1,64}$/;

const transactionId = patterned(
  "Any of the subscription's transactions. One we have not heard of yet is taken for its first, until Apple tells whose it is.",
  {
    pattern: TRANSACTION_ID,
    expected: "a transaction id",
    max: 64,
    example: "2000000123456790",
  },
).meta({ writeOnly: true });

const originalTransactionId = patterned("The subscription, by its original transaction.", {
  pattern: TRANSACTION_ID,
  expected: "an original transaction id",
  max: 64,
  example: "2000000123456789",
}).meta({ writeOnly: true });

const appAccountToken = patterned(
  "The account, as the app named it to Apple at the purchase: all its subscriptions.",
  {
    pattern: /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/,
    expected: "a UUID",
    max: 36,
    example: "7e3fb20b-4cdb-47cc-936d-99d65f608138",
  },
).meta({ writeOnly: true });

const who = {
  transactionId: transactionId.optional(),
  originalTransactionId: originalTransactionId.optional(),
  appAccountToken: appAccountToken.optional(),
};

/** Who, in examples: one of the three. */
const EXAMPLE = { originalTransactionId: "2000000123456789" };

const resolvedBy = choice(
  "What the id was taken for: the original transaction, a transaction of a subscription we know, one that we have not heard of and took for the original, or an account.",
  ["originalTransaction", "knownTransaction", "assumedOriginal", "account"],
);

const IN_BODY = "Ids go in the body alone and are stored as pseudonyms.";

/** Reads a state, for runtimes. */
export const readSubscriberState = defineRoute({
  operationId: "readSubscriberState",
  method: "GET",
  path: "/v1/subscriber-states/{app}/{environment}/{pseudonym}",
  tag: TAG,
  summary: "Read a subscriber's state, for a runtime",
  description:
    "Reads what rules can see of a subscriber, by the pseudonym: one lookup of a runtime on another machine. Where nothing is known `found` is false, with 200: rules then know that nothing was answered before, which an error does not tell.",
  access: "runtime",
  params: { app: appId, environment, pseudonym },
  success: {
    status: 200,
    about: "The state, or that there is none.",
    body: open(
      { found: flag("Whether anything is known."), state: subscriberState.optional() },
      { id: "SubscriberLookup", about: "What is known of a subscriber." },
    ),
  },
});

const foundSubscription = open(
  {
    pseudonym,
    resolvedBy,
    isKnown: flag("Whether anything is stored of it."),
    firstSeenAt: moment(
      "When the oldest of what Apple told of it was signed; absent where Apple told nothing.",
    ).optional(),
    updatedAt: moment("When the newest was signed; absent likewise.").optional(),
    isHistoryWhole: flag(
      "Whether all its purchases are known; without that what was paid and redeemed is unknown.",
    ),
    attributes: shownAttributes,
    previousDecisions,
  },
  { id: "Subscriber", about: "A subscription as rules see it now, and why." },
);

/** Finds a subscriber. */
export const findSubscriber = defineRoute({
  operationId: "findSubscriber",
  method: "POST",
  path: `${CONTENT_PATH}/subscribers/find`,
  tag: TAG,
  summary: "What is known of a subscriber?",
  description: `Shows a subscription as rules see it now: each attribute with its value, or that it is absent or unknown, with what says so since when; what was answered before; and what the team said, with its expiry. Exactly one of the three ids is given. ${IN_BODY} A POST, so that they are in no URL; it changes nothing.`,
  access: "viewer",
  params: contentParams,
  body: z.strictObject(who).meta({
    id: "SubscriberQuestion",
    description: "Who: exactly one of the three.",
    examples: [EXAMPLE],
  }),
  success: {
    status: 200,
    about: "The subscriptions.",
    body: open(
      {
        subscriptions: list(
          "One for a transaction, known or not; those of an account, none where nothing names it.",
          foundSubscription,
          { max: 100 },
        ),
      },
      { id: "FoundSubscribers", about: "What is known." },
    ),
  },
});

/** The most entries of one request, and attributes of one entry. */
export const ATTRIBUTE_LIMITS = { entries: 1000, attributes: 64 } as const;

const entrySchema = z
  .strictObject({
    ...who,
    attributes: record(
      "Values by the attributes' names, as the flow declares them, without `attributes.`.",
      [text("A name.", { max: 64, example: "plan_usage" }), sentValue],
      { max: ATTRIBUTE_LIMITS.attributes },
    ),
    asOf: moment(
      "As of when this is true: what was said as of a later time stays. Default now.",
    ).optional(),
    expiresAt: moment("From when it is unknown again; default never.").optional(),
    ttlSeconds: whole("The same as seconds from now; only one of both.", {
      min: 1,
      max: 10 * 365 * 86_400,
      example: 2_592_000,
    }).optional(),
  })
  .meta({
    id: "AttributeEntry",
    description: "What is said of one subscriber; exactly one of the three ids.",
    examples: [{ ...EXAMPLE, attributes: { plan_usage: 12 }, ttlSeconds: 2_592_000 }],
  });

const index = whole("Which entry, from 0.", {
  min: 0,
  max: ATTRIBUTE_LIMITS.entries - 1,
  example: 0,
});

/** Sets the team's own attributes. */
export const putAttributes = defineRoute({
  operationId: "putAttributes",
  method: "POST",
  path: `${CONTENT_PATH}/subscribers/attributes`,
  tag: TAG,
  summary: "Say something of subscribers",
  description: `Sets the team's own attributes of up to ${ATTRIBUTE_LIMITS.entries} subscribers, which rules see as \`attributes.<name>\`. Names and types are those that the live flow or the newest version declares. What is not named stays; null takes back; of two statements the one as of a later time holds, whichever comes last. An entry with anything wrong is not stored and told in \`problems\`; the others are. ${IN_BODY} A transaction we have not heard of is taken for the subscription's first and told in \`assumed\`: its status is fetched, and where it belongs to another subscription what was said moves there.`,
  access: "editor",
  params: contentParams,
  body: z
    .strictObject({
      entries: list("What is said, of one subscriber each.", entrySchema, {
        min: 1,
        max: ATTRIBUTE_LIMITS.entries,
      }),
    })
    .meta({ id: "AttributeEntries", description: "What is said." }),
  // A thousand entries with an id and a few dozen short values each.
  maxBodyBytes: 4 * 1024 * 1024,
  success: {
    status: 200,
    about: "What was stored.",
    body: open(
      {
        stored: whole("How many entries were stored.", {
          min: 0,
          max: ATTRIBUTE_LIMITS.entries,
          example: 1,
        }),
        assumed: list(
          "The entries whose transaction we have not heard of, and took for the subscription's first.",
          index,
          { max: ATTRIBUTE_LIMITS.entries },
        ),
        problems: list(
          "Entries that were not stored.",
          open(
            {
              index,
              code: choice("What is wrong.", [
                "SUBSCRIBER_AMBIGUOUS",
                "ATTRIBUTE_UNKNOWN",
                "ATTRIBUTE_TYPE_WRONG",
                "AS_OF_IN_FUTURE",
                "EXPIRY_WRONG",
              ]),
              attribute: text("The attribute; absent where it is about the entry.", {
                max: 64,
                example: "plan_usage",
              }).optional(),
              message: text("What was expected, and what came.", {
                max: 1024,
                example: "plan_usage: expected a number, got a text",
              }),
            },
            { id: "AttributeProblem", about: "Why an entry was not stored." },
          ),
          { max: ATTRIBUTE_LIMITS.entries },
        ),
      },
      { id: "StoredAttributes", about: "What was stored." },
    ),
  },
});

/** Erases a subscriber. */
export const eraseSubscriber = defineRoute({
  operationId: "eraseSubscriber",
  method: "POST",
  path: "/v1/apps/{app}/subscribers/erase",
  tag: TAG,
  summary: "Forget a subscriber",
  description: `Deletes everything that is stored of a subscription, or of all subscriptions of an account: state, history, attributes, what is waiting to be fetched, and what decisions, outcomes and notifications hold of it. Figures that were counted stay, for they name nobody. Exactly one of the three ids is given. ${IN_BODY} Where the app has a Workers namespace, its copy there is deleted afterwards: within seconds while Cloudflare can be reached, and read by no Worker after 90. The audit log keeps the pseudonym of what was erased and who did it. When Apple tells of the subscription again, or it asks again, it is known again.`,
  access: "admin",
  params: { app: appId },
  body: z.strictObject({ ...who, environment: environment.optional() }).meta({
    id: "SubscriberErasure",
    description: "Who, exactly one of the three; and where, default both environments.",
    examples: [EXAMPLE],
  }),
  success: {
    status: 200,
    about: "What was deleted.",
    body: open(
      {
        subscriptions: list("The subscriptions, by their pseudonyms.", pseudonym, { max: 1000 }),
        deleted: list(
          "What was deleted; what there was nothing of is left out.",
          open(
            {
              environment,
              what: text("What, by the name of what is stored.", {
                max: 64,
                example: "transactions",
              }),
              rows: whole("How many rows.", {
                min: 0,
                max: Number.MAX_SAFE_INTEGER,
                example: 12,
              }),
            },
            { id: "ErasedRows", about: "Rows that were deleted." },
          ),
          { max: 100 },
        ),
      },
      { id: "Erasure", about: "What was forgotten." },
    ),
  },
});
