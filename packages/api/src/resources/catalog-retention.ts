import { locale, productId } from "../fields/identifiers.ts";
import { whole } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";
import { lines, openChoice, text } from "../fields/text-fields.ts";
import { MAX_PRODUCTS, offerTerms } from "./catalog-fields.ts";

/** What rests on names and addresses that Apple has not confirmed to us. */
const EXPERIMENTAL =
  "Experimental: members may change, or be absent where Apple calls them otherwise.";

const retentionText = (about: string, example: string) =>
  lines(about, { max: 4000, example }).optional();

const retentionCount = (about: string, example: number) =>
  whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example }).optional();

const retentionId = text("Its id in App Store Connect.", { max: 255, example: "6749001234" });

const retentionVersionSchema = open(
  {
    version: retentionCount("A higher number is newer.", 2),
    state: openChoice("Where it is in Apple's review.", [
      "APPROVED",
      "PREPARE_FOR_SUBMISSION",
      "WAITING_FOR_REVIEW",
      "IN_REVIEW",
      "REJECTED",
    ]).optional(),
    localizations: list(
      "What subscribers read, by locale.",
      open(
        {
          locale,
          header: retentionText("Its header.", "Stay with us"),
          body: retentionText("Its body.", "The next three months are free."),
        },
        { about: "What subscribers read of it in one locale." },
      ),
      { max: 200 },
    ),
  },
  { id: "ConnectRetentionVersion", about: "One version of a retention message." },
);

const retentionOfferSchema = open(
  {
    id: retentionId,
    offerIdentifier: text("What transactions with offerType 5 name.", {
      max: 255,
      example: "cancel_free_3m",
    }).optional(),
    name: retentionText("Its reference name.", "Three months free"),
    offerMode: offerTerms.offerMode,
    duration: offerTerms.duration,
    numberOfPeriods: retentionCount("How many periods it has.", 3),
    minimumPaidMonths: retentionCount("For how many months a subscriber must have paid.", 6),
    monthsBetweenOffers: retentionCount("How many months lie between two offers to one.", 12),
  },
  { id: "ConnectRetentionOffer", about: "A retention offer, which Apple shows and signs itself." },
);

/** App Store Connect's own retention messages and offers of an app. */
export const retentionSchema = open(
  {
    messages: list(
      "The app's retention messages in App Store Connect.",
      open(
        {
          id: retentionId,
          name: retentionText("Its reference name.", "Yoga 2026"),
          versions: list(
            "The newest and the newest approved version, the newest last.",
            retentionVersionSchema,
            { max: 2 },
          ),
        },
        { id: "ConnectRetentionMessage", about: "A retention message of App Store Connect." },
      ),
      { max: MAX_PRODUCTS },
    ),
    products: list(
      "Products that have a message or offers there.",
      open(
        {
          productId,
          messageId: text("The id of its message; absent where it has none.", {
            max: 255,
            example: "6749001234",
          }).optional(),
          offers: list("Its retention offers.", retentionOfferSchema, { max: 1000 }),
        },
        { id: "ProductRetention", about: "Which message and offers a product has there." },
      ),
      { max: MAX_PRODUCTS },
    ),
  },
  {
    id: "ConnectRetention",
    about: `App Store Connect's own retention messages and offers, which Apple shows where no answer of ours comes, before the default message. Absent where they are not available to the key. ${EXPERIMENTAL}`,
  },
);
