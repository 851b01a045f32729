import * as z from "zod";
import { exactlyOneOf, name, strict, text } from "./schema-parts.ts";

const productId = (about: string) => text(about);

/** The name of a message. */
export const messageName = name("The name of a message.");

/** A plain message, by name. */
export const plainMessage = (about: string) => strict({ message: messageName }, about);

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

/** What to answer: exactly one kind. */
export const responseSchema = strict(
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

/** What a rule or an arm answers. */
export type FlowResponse = z.output<typeof responseSchema>;
