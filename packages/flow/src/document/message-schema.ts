import * as z from "zod";
import { description, exactlyOneOf, name, strict, text } from "./schema-parts.ts";

const locale = (about: string) => text(about, 35);
const uuid = (about: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: "expected a lowercase UUID" })
    .describe(about);

/** The greatest revision: revisions are counted by hand. */
const MAX_REVISION = 1_000_000;
const revision = z
  .number()
  .int()
  .min(1)
  .max(MAX_REVISION)
  .optional()
  .describe(
    "Raise it for a new identifier with the same content, after a rejection. 1 by default.",
  );

const imageSchema = z
  .strictObject({
    file: text("A PNG beside the document.", 1024).optional(),
    id: uuid("The identifier of an image uploaded elsewhere.").optional(),
    alt: text("What the image shows, for those who cannot see it.", 1000),
    revision,
  })
  .refine((image) => (image.file === undefined) !== (image.id === undefined), {
    error: "expected either file or id",
  })
  .meta({
    id: "image",
    description: "An image and its description.",
    ...exactlyOneOf(["file", "id"]),
  });

const bulletSchema = strict(
  { text: text("The bullet's text.", 1000), image: imageSchema },
  "A bullet point with its picture.",
);

const localeTextSchema = strict(
  {
    id: uuid("The identifier at Apple, in place of the one derived from the content.").optional(),
    header: text("The headline.", 1000).optional(),
    body: text("The text below it.", 1000).optional(),
    headerPosition: z
      .enum(["ABOVE_BODY", "ABOVE_IMAGE"])
      .optional()
      .describe("Where the headline is; ABOVE_IMAGE needs an image. ABOVE_BODY by default."),
    image: imageSchema.optional(),
    bullets: z.array(bulletSchema).min(1).optional().describe("Bullet points."),
    revision,
  },
  "One locale's text; or only the id of a text uploaded elsewhere.",
).refine(
  (written) =>
    (written.header !== undefined && written.body !== undefined) ||
    (written.id !== undefined && written.header === undefined && written.body === undefined),
  { error: "expected header and body, or only the id of a text uploaded elsewhere" },
);

const messageSchema = strict(
  {
    description,
    defaultLocale: locale("The locale whose text is used when nothing nearer is there."),
    locales: z
      .record(locale("An App Store locale."), localeTextSchema)
      .describe("Texts by App Store locale, like en-US."),
  },
  "A message: a text per locale.",
).meta({ id: "message" });

export const messagesSchema = z.record(name("The message's name."), messageSchema);

/** What a further file of messages holds. */
export const messageFileSchema = messagesSchema.describe("Messages by name.");

/** A message: a text per locale. */
export type FlowMessage = z.output<typeof messageSchema>;
/** One locale's text. */
export type FlowText = z.output<typeof localeTextSchema>;
/** An image of a message or a bullet. */
export type FlowImage = z.output<typeof imageSchema>;
