import type * as z from "zod";
import {
  ALT_TEXT_MAX_CHARACTERS,
  BODY_MAX_CHARACTERS,
  BULLET_POINT_TEXT_MAX_CHARACTERS,
  HEADER_MAX_CHARACTERS,
  MAX_BULLET_POINTS,
} from "@holdfast/appstore/retention-messaging";
import { appId, appleUuid, environment } from "../fields/identifiers.ts";
import { list } from "../fields/object-fields.ts";
import { openChoice, text } from "../fields/text-fields.ts";

/** Where Apple's content is: of one app in one environment. */
export const contentParams = { app: appId, environment };

/** The path of {@link contentParams}. */
export const CONTENT_PATH = "/v1/apps/{app}/environments/{environment}";

/** The identifier of a message at Apple. */
export const messageIdentifier = appleUuid(
  "The message's identifier at Apple, made of its content.",
);

/** The identifier of an image at Apple. */
export const imageIdentifier = appleUuid("The image's identifier at Apple, made of its content.");

/** Where something is in Apple's review. */
export const reviewState = openChoice(
  "Where it is in Apple's review; only what is APPROVED may be shown.",
  ["PENDING", "APPROVED", "REJECTED"],
);

/** Which kind of image it is. */
export const imageSize = openChoice("Which kind of image it is.", ["FULL_SIZE", "BULLET_POINT"]);

const altText = text("What the image shows, for those who cannot see it.", {
  max: ALT_TEXT_MAX_CHARACTERS,
  example: "A rolled yoga mat",
});

/** A message's texts, with Apple's names. */
export const messageTexts = {
  header: text("The header.", { max: HEADER_MAX_CHARACTERS, example: "Stay with us" }),
  body: text("The body.", {
    max: BODY_MAX_CHARACTERS,
    example: "Two months for the price of one.",
  }),
  headerPosition: openChoice("Where the header is; ABOVE_IMAGE needs an image.", [
    "ABOVE_BODY",
    "ABOVE_IMAGE",
  ]).optional(),
};

/** A message's image. */
export const messageImage = { imageIdentifier, altText };

/** A bullet point of a message. */
export const bulletPoint = {
  text: text("The bullet point.", {
    max: BULLET_POINT_TEXT_MAX_CHARACTERS,
    example: "New classes every week",
  }),
  imageIdentifier,
  altText,
};

/** A message's bullet points, each as `item` describes it. */
export function bulletPoints<Item extends z.ZodType>(item: Item) {
  return list("Its bullet points.", item, { max: MAX_BULLET_POINTS }).optional();
}
