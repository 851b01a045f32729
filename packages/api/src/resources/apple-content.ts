import { MAX_IMAGES_PER_APP, MAX_MESSAGES_PER_APP } from "@holdfast/appstore/retention-messaging";
import { defineRoute } from "../contract/define-route.ts";
import { locale, productId } from "../fields/identifiers.ts";
import { moment, whole } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { choice, lines, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import {
  bulletPoint,
  bulletPoints,
  CONTENT_PATH,
  contentParams,
  imageIdentifier,
  imageSize,
  messageImage,
  messageTexts,
  messageIdentifier,
  reviewState,
} from "./content-fields.ts";

const TAG = "Content at Apple";

/** What every call made at Apple for the caller can end in; CONFLICT: there is no In-App Purchase key to ask with. */
const APPLE = ["CONFLICT", "APPLE_REFUSED", "APPLE_UNREACHABLE"] as const;

/** The largest PNG that is taken, in base64; how large Apple's limit is, is UNCONFIRMED. */
const MAX_IMAGE_BASE64 = 16 * 1024 * 1024;

const name = text("What flows call it; absent where none of ours knows it.", {
  max: 64,
  example: "stay-half-price",
});

const seenAt = moment("When Apple was last asked.");

const messageSchema = open(
  {
    messageIdentifier,
    messageState: reviewState,
    name: name.optional(),
    locale: locale.optional(),
    content: open(
      {
        ...messageTexts,
        image: open(messageImage, { about: "Its image." }).optional(),
        bulletPoints: bulletPoints(open(bulletPoint, { about: "One bullet point." })),
      },
      {
        about:
          "Its content as it was uploaded from here; absent otherwise, for Apple gives none back.",
      },
    ).optional(),
    seenAt,
  },
  { id: "AppleMessage", about: "A message that Apple has." },
);

const imageSchema = open(
  {
    imageIdentifier,
    imageState: reviewState,
    imageSize: imageSize.optional(),
    name: name.optional(),
    seenAt,
  },
  { id: "AppleImage", about: "An image that Apple has." },
);

const defaultShape = { productId, locale };

const defaultSchema = open(
  { ...defaultShape, messageIdentifier, seenAt },
  { id: "DefaultMessage", about: "What Apple shows by itself for a product in a locale." },
);

const fallbackSchema = open(
  {
    ...defaultShape,
    source: choice(
      "Where it comes from; unknown where Apple was not asked for the default message yet.",
      ["appStoreConnect", "default", "nothing", "unknown"],
    ),
    messageIdentifier: messageIdentifier.optional(),
    messageId: text("The id of App Store Connect's message; of source appStoreConnect alone.", {
      max: 255,
      example: "6749001234",
    }).optional(),
    name: lines("The reference name of App Store Connect's message.", {
      max: 4000,
      example: "Yoga 2026",
    }).optional(),
    offers: whole("Among how many retention offers Apple chooses; it shows one at most.", {
      min: 0,
      max: 1000,
      example: 1,
    }).optional(),
  },
  { id: "Fallback", about: "What Apple shows where no answer of ours comes." },
);

/** Lists messages. */
export const listMessages = defineRoute({
  operationId: "listMessages",
  method: "GET",
  path: `${CONTENT_PATH}/messages`,
  tag: TAG,
  summary: "List messages",
  description: `Lists the messages that Apple has of the app in this environment, by identifier; at most ${MAX_MESSAGES_PER_APP}. Apple tells identifiers and states only: texts are our own copies.`,
  access: "viewer",
  params: contentParams,
  query: { ...pageQuery, state: reviewState.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of messages.",
    body: page("AppleMessagePage", "A page of messages.", messageSchema),
  },
});

/** Uploads a message. */
export const uploadMessage = defineRoute({
  operationId: "uploadMessage",
  method: "POST",
  path: `${CONTENT_PATH}/messages`,
  tag: TAG,
  summary: "Upload a message",
  description:
    "Uploads a message under the identifier that its content has. Content is immutable at Apple, so a changed text is a new message; a message that is there already is answered as it stands.",
  access: "publisher",
  params: contentParams,
  body: strict(
    {
      name: name.optional(),
      locale: locale.optional(),
      ...messageTexts,
      image: strict(messageImage, { about: "Its image." }).optional(),
      bulletPoints: bulletPoints(strict(bulletPoint, { about: "One bullet point." })),
    },
    { id: "NewAppleMessage", about: "The message to upload." },
  ),
  isCreation: true,
  success: { status: 201, about: "The message.", body: messageSchema },
  errors: APPLE,
});

/** Deletes a message. */
export const deleteMessage = defineRoute({
  operationId: "deleteMessage",
  method: "DELETE",
  path: `${CONTENT_PATH}/messages/{message}`,
  tag: TAG,
  summary: "Delete a message",
  description:
    "Deletes a message at Apple. CONFLICT while what is live, or could be rolled back to, uses it.",
  access: "publisher",
  params: { ...contentParams, message: messageIdentifier },
  success: { status: 204, about: "Deleted." },
  errors: APPLE,
});

/** Lists images. */
export const listImages = defineRoute({
  operationId: "listImages",
  method: "GET",
  path: `${CONTENT_PATH}/images`,
  tag: TAG,
  summary: "List images",
  description: `Lists the images that Apple has of the app in this environment, by identifier; at most ${MAX_IMAGES_PER_APP}.`,
  access: "viewer",
  params: contentParams,
  query: { ...pageQuery, state: reviewState.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of images.",
    body: page("AppleImagePage", "A page of images.", imageSchema),
  },
});

/** Uploads an image. */
export const uploadImage = defineRoute({
  operationId: "uploadImage",
  method: "POST",
  path: `${CONTENT_PATH}/images`,
  tag: TAG,
  summary: "Upload an image",
  description:
    "Uploads a PNG without transparency under the identifier that its content has: 3840 pixels wide and 160 to 2160 high for FULL_SIZE, 1024 by 1024 for BULLET_POINT. An image that is there already is answered as it stands.",
  access: "publisher",
  params: contentParams,
  body: strict(
    {
      name: name.optional(),
      imageSize,
      png: patterned("The PNG file in base64.", {
        pattern: /^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/,
        expected: "a PNG file in base64, which begins with iVBORw0KGgo",
        max: MAX_IMAGE_BASE64,
        example: "iVBORw0KGgoAAAANSUhEUgAADwAAAACgCAIAAADnZ6RrAAAAAElFTkSuQmCC",
      }),
    },
    { id: "NewAppleImage", about: "The image to upload." },
  ),
  maxBodyBytes: MAX_IMAGE_BASE64 + 4096,
  isCreation: true,
  success: { status: 201, about: "The image.", body: imageSchema },
  errors: APPLE,
});

/** Deletes an image. */
export const deleteImage = defineRoute({
  operationId: "deleteImage",
  method: "DELETE",
  path: `${CONTENT_PATH}/images/{image}`,
  tag: TAG,
  summary: "Delete an image",
  description: "Deletes an image at Apple. CONFLICT while a message there refers to it.",
  access: "publisher",
  params: { ...contentParams, image: imageIdentifier },
  success: { status: 204, about: "Deleted." },
  errors: APPLE,
});

/** Lists default messages. */
export const listDefaults = defineRoute({
  operationId: "listDefaults",
  method: "GET",
  path: `${CONTENT_PATH}/defaults`,
  tag: TAG,
  summary: "List default messages",
  description:
    "Lists what Apple shows by itself, by product and locale. Apple has no list of them: these are the ones that were written from here or asked for.",
  access: "viewer",
  params: contentParams,
  query: { ...pageQuery, productId: productId.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of default messages.",
    body: page("DefaultMessagePage", "A page of default messages.", defaultSchema),
  },
});

/** Lists what is shown where no answer of ours comes. */
export const listFallbacks = defineRoute({
  operationId: "listFallbacks",
  method: "GET",
  path: `${CONTENT_PATH}/fallbacks`,
  tag: TAG,
  summary: "List fallbacks",
  description:
    "Lists what Apple would show where no answer of ours comes, or a bad one, for every product on sale and every locale it is described in: App Store Connect's own retention message before the default message. Experimental: how Apple picks among locales, and whether it shows App Store Connect's message where there is no default message, is not confirmed.",
  access: "viewer",
  params: contentParams,
  query: { ...pageQuery, productId: productId.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of fallbacks.",
    body: page("FallbackPage", "A page of fallbacks.", fallbackSchema),
  },
});

/** Sets a default message. */
export const configureDefault = defineRoute({
  operationId: "configureDefault",
  method: "PUT",
  path: `${CONTENT_PATH}/defaults/{productId}/{locale}`,
  tag: TAG,
  summary: "Set a default message",
  description:
    "Sets what Apple shows by itself for a product in a locale. The message and its image must be APPROVED.",
  access: "publisher",
  params: { ...contentParams, ...defaultShape },
  body: strict(
    { messageIdentifier },
    { id: "DefaultConfiguration", about: "The message to show." },
  ),
  success: { status: 200, about: "The default message.", body: defaultSchema },
  errors: APPLE,
});

/** Deletes a default message. */
export const deleteDefault = defineRoute({
  operationId: "deleteDefault",
  method: "DELETE",
  path: `${CONTENT_PATH}/defaults/{productId}/{locale}`,
  tag: TAG,
  summary: "Delete a default message",
  description:
    "Takes the default message of a product in a locale away. Where there is none, nothing changes.",
  access: "publisher",
  params: { ...contentParams, ...defaultShape },
  success: { status: 204, about: "There is none any more." },
  errors: APPLE,
});

/** Reads how content is used. */
export const readContentUsage = defineRoute({
  operationId: "readContentUsage",
  method: "GET",
  path: `${CONTENT_PATH}/content-usage`,
  tag: TAG,
  summary: "How full is it?",
  description:
    "Tells how many messages and images Apple has of the app in this environment, and how many it takes.",
  access: "viewer",
  params: contentParams,
  success: {
    status: 200,
    about: "How many there are.",
    body: open(
      {
        messages: whole("Messages at Apple.", { min: 0, max: 100_000, example: 120 }),
        maxMessages: whole("The most Apple takes.", {
          min: 0,
          max: 100_000,
          example: MAX_MESSAGES_PER_APP,
        }),
        images: whole("Images at Apple.", { min: 0, max: 100_000, example: 14 }),
        maxImages: whole("The most Apple takes.", {
          min: 0,
          max: 100_000,
          example: MAX_IMAGES_PER_APP,
        }),
        seenAt,
      },
      { id: "ContentUsage", about: "How much of Apple's room is used." },
    ),
  },
});
