import * as z from "zod";
import { appleUuid, bundleId, environment, locale, productId } from "../fields/identifiers.ts";
import { moment, whole } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";
import { choice, lines, text } from "../fields/text-fields.ts";
import { MAX_MESSAGE_LENGTH } from "../errors/api-error-schema.ts";
import { imageIdentifier, imageSize, messageIdentifier, reviewState } from "./content-fields.ts";

/** As many as 500 products in every locale would have, and all content that Apple takes. */
const MAX_ITEMS = 30_000;

/** The most texts of one flow with the same content. */
const MAX_NAMES = 10_000;

const url = text("A URL that Apple asks.", {
  max: 2048,
  example: "https://retention.example.com/apple/retention/yoga/production",
});

const readiness = choice(
  "Whether it can be done now: ready, also once what comes before it is done; waits for Apple's approval; or blocked by a problem.",
  ["ready", "waits", "blocked"],
);

const upload = choice("create to upload it; keep where Apple has it.", ["create", "keep"]);

const messageName = text("The message's name in the flow.", { max: 200, example: "stay" });

const textName = open(
  { message: messageName, locale },
  { about: "A text of a message: the message's name in the flow, and the locale." },
);

const path = list(
  "Where in the flow: names and indexes from the top.",
  z.union([
    z.string().max(255).meta({ description: "A member's name." }),
    z.int().min(0).meta({ description: "An array's index." }),
  ]),
  { max: 80 },
).meta({ examples: [["messages", "stay", "locales", "en-US"]] });

const imageItem = open(
  {
    kind: z.literal("image").meta({ description: "An image.", examples: ["image"] }),
    action: upload,
    identifier: imageIdentifier,
    size: imageSize,
    file: text("The file, as the flow writes it; absent for one uploaded elsewhere.", {
      max: 1024,
      example: "stay.png",
    }).optional(),
    state: reviewState,
    readiness,
  },
  { id: "PlannedImage", about: "An image that the flow needs." },
);

const messageItem = open(
  {
    kind: z.literal("message").meta({ description: "A message.", examples: ["message"] }),
    action: upload,
    identifier: messageIdentifier,
    names: list("Every place in the flow with this text.", textName, { max: MAX_NAMES }),
    images: list("The images it refers to.", imageIdentifier, { max: 20 }),
    state: reviewState,
    readiness,
  },
  { id: "PlannedMessage", about: "A message that the flow needs: one text." },
);

const defaultItem = open(
  {
    kind: z.literal("default").meta({ description: "A default message.", examples: ["default"] }),
    action: choice(
      "create where there is none, change where there is another, set where it is not known which there is, keep where it is the same.",
      ["create", "change", "set", "keep"],
    ),
    productId,
    locale,
    message: messageName,
    messageIdentifier,
    before: messageIdentifier
      .nullable()
      .optional()
      .meta({
        description: "What was there when last seen; null for none, absent when not known.",
        examples: ["f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11"],
      }),
    readiness,
  },
  { id: "PlannedDefault", about: "A default message that the flow wants." },
);

const realtimeUrlItem = open(
  {
    kind: z.literal("realtimeUrl").meta({ description: "The URL.", examples: ["realtimeUrl"] }),
    action: choice("create where there is none, change where there is another.", [
      "create",
      "change",
      "keep",
    ]),
    url,
    before: url.nullable().meta({
      description: "The URL that is there; null for none.",
      examples: ["https://old.example.com/retention"],
    }),
    readiness,
  },
  { id: "PlannedRealtimeUrl", about: "The URL that Apple is to ask." },
);

const protection = open(
  {
    reason: choice("Why it stays.", [
      "in use",
      "rollback window",
      "default message",
      "unknown past",
    ]),
    until: moment("Until when, as far as that is known.").optional(),
    by: text("What uses it.", { max: 300, example: "yoga_production_2026_11_21_3" }).optional(),
  },
  { about: "Why it must not be deleted yet; absent where it may be." },
);

const contentOrphan = open(
  {
    kind: choice("What it is.", ["message", "image"]),
    identifier: appleUuid("Its identifier at Apple."),
    state: reviewState,
    name: textName.optional(),
    protection: protection.optional(),
  },
  {
    id: "UnwantedContent",
    about: "A message or an image that Apple has and the flow does not want.",
  },
);

const defaultOrphan = open(
  {
    kind: z.literal("default").meta({ description: "A default message.", examples: ["default"] }),
    productId,
    locale,
    messageIdentifier,
  },
  {
    id: "UnwantedDefault",
    about: "A default message that is there and that the flow does not want.",
  },
);

const planProblem = open(
  {
    code: choice("What stands in the way.", [
      "MESSAGE_REJECTED",
      "IMAGE_REJECTED",
      "ADOPTED_MESSAGE_MISSING",
      "ADOPTED_IMAGE_MISSING",
      "TOO_MANY_MESSAGES",
      "TOO_MANY_IMAGES",
    ]),
    message: lines("What is wrong, and what would help.", {
      max: MAX_MESSAGE_LENGTH,
      example: "Apple rejected the text stay en-US; raise its revision",
    }),
    path: path.optional(),
    identifier: appleUuid("The message's or the image's identifier.").optional(),
    line: whole("The line in the document, from 1.", {
      min: 1,
      max: 10_000_000,
      example: 12,
    }).optional(),
    column: whole("The column in the line, from 1.", {
      min: 1,
      max: 10_000_000,
      example: 5,
    }).optional(),
    file: text("The document's file, where it had one.", {
      max: 1024,
      example: "messages/stay.yaml",
    }).optional(),
  },
  { about: "One thing that stands in the way." },
);

const count = (about: string) => whole(about, { min: 0, max: MAX_ITEMS * 2, example: 3 });

/** What there is to do at Apple for a version: the same document as the command line prints. */
export const planSchema = open(
  {
    format: z.literal("holdfast.plan/1").meta({
      description: "The shape's name.",
      examples: ["holdfast.plan/1"],
    }),
    bundleId,
    environment,
    items: list(
      "What the flow wants, in the order it is done: images, messages, default messages, the URL.",
      z.union([imageItem, messageItem, defaultItem, realtimeUrlItem]),
      { max: MAX_ITEMS },
    ),
    orphans: list(
      "What is at Apple and not wanted. Nothing of it is touched.",
      z.union([contentOrphan, defaultOrphan]),
      { max: MAX_ITEMS },
    ),
    problems: list("What stands in the way.", planProblem, { max: MAX_ITEMS }),
    summary: open(
      {
        create: count("Uploads, and defaults and a URL where there is none or it is not known."),
        change: count("Defaults and a URL where there is another."),
        keep: count("What is as wanted already."),
        waiting: count("How many of create and change wait for Apple's approval."),
        blocked: count("How many of create and change a problem blocks."),
        orphans: count("What is not wanted."),
        protected: count("How many of these must stay."),
        problems: count("Problems."),
      },
      { about: "How much of what." },
    ),
  },
  { id: "Plan", about: "What there is to do at Apple so that a version can go live." },
);
