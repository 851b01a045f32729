import type { UploadMessageRequestBody } from "@holdfast/appstore/retention-messaging/client";
import type { FlowIssue, FlowText } from "@holdfast/flow/document";

/** How many bullet points a file can have: so many are known to pass at Apple. */
const BULLET_NUMBERS = [1, 2, 3, 4, 5] as const;

type BulletNumber = (typeof BULLET_NUMBERS)[number];

/** A part of a bullet point. */
type BulletField = `bullet${BulletNumber}${"Text" | "ImageId" | "Alt"}`;

/** A field of a row; each is a text, and empty where there is none. */
export type RowField =
  | "name"
  | "locale"
  | "header"
  | "body"
  | "headerPosition"
  | "imageId"
  | "alt"
  | "messageId"
  | "revision"
  | BulletField;

/**
 * One text of one message, as it stands in a file. Nothing in it is checked yet.
 *
 * Images are such that are at Apple. Without a `messageId` the identifier is derived from the content;
 * another `revision` gives the same content another one.
 */
export interface MessageRow extends Readonly<Record<RowField, string>> {
  /** Where it starts in the file, from 1. */
  readonly line: number;
}

/** What a file of messages was read as. */
export interface ReadMessages {
  readonly rows: readonly MessageRow[];
  /** What is wrong with the file, or was left out of it. */
  readonly issues: readonly ImportIssue[];
  /** The locale texts were translated from, where the file says. */
  readonly sourceLocale?: string | undefined;
  /** What else keys begin with that look like those of messages: perhaps the prefix that is missing. */
  readonly otherPrefix?: string | undefined;
}

/** One thing that is wrong with a file that is imported. */
export type ImportIssue = FlowIssue & { readonly file: string; readonly line: number };

/** What the fields are called in files and in messages to people, in the order they are written. */
export const FIELD_NAMES: Readonly<Record<RowField, string>> = {
  name: "name",
  locale: "locale",
  header: "header",
  body: "body",
  headerPosition: "header_position",
  imageId: "image_id",
  alt: "alt",
  messageId: "message_id",
  revision: "revision",
  bullet1Text: "bullet_1_text",
  bullet1ImageId: "bullet_1_image_id",
  bullet1Alt: "bullet_1_alt",
  bullet2Text: "bullet_2_text",
  bullet2ImageId: "bullet_2_image_id",
  bullet2Alt: "bullet_2_alt",
  bullet3Text: "bullet_3_text",
  bullet3ImageId: "bullet_3_image_id",
  bullet3Alt: "bullet_3_alt",
  bullet4Text: "bullet_4_text",
  bullet4ImageId: "bullet_4_image_id",
  bullet4Alt: "bullet_4_alt",
  bullet5Text: "bullet_5_text",
  bullet5ImageId: "bullet_5_image_id",
  bullet5Alt: "bullet_5_alt",
};

/** Returns a row of these fields, the others empty. */
export function createRow(
  line: number,
  fields: Readonly<Partial<Record<RowField, string>>>,
): MessageRow {
  const empty = Object.fromEntries(Object.keys(FIELD_NAMES).map((field) => [field, ""]));
  // Made of every field.
  return { ...(empty as Record<RowField, string>), ...fields, line };
}

/** A bullet point of a row, with the number it has there. */
export interface RowBullet {
  readonly number: BulletNumber;
  readonly text: string;
  readonly imageId: string;
  readonly alt: string;
}

/** Returns the bullet points of a row, in their order; numbers may be left out. */
export function bulletsOf(row: MessageRow): readonly RowBullet[] {
  return BULLET_NUMBERS.map((number) => ({
    number,
    text: row[`bullet${number}Text`],
    imageId: row[`bullet${number}ImageId`],
    alt: row[`bullet${number}Alt`],
  })).filter(({ text, imageId, alt }) => text + imageId + alt !== "");
}

/** Returns a sound row as the flow would have it; what is empty is left out. */
export function flowTextOf(row: MessageRow): FlowText {
  const { header, body, headerPosition, imageId, alt, messageId, revision } = row;
  const bullets = bulletsOf(row);
  return {
    ...(messageId === "" ? {} : { id: messageId }),
    header,
    body,
    ...(headerPosition === "ABOVE_IMAGE" ? { headerPosition } : {}),
    ...(imageId === "" ? {} : { image: { id: imageId, alt } }),
    ...(bullets.length === 0
      ? {}
      : {
          bullets: bullets.map((bullet) => ({
            text: bullet.text,
            image: { id: bullet.imageId, alt: bullet.alt },
          })),
        }),
    ...(revision === "" ? {} : { revision: Number(revision) }),
  };
}

/** Returns a row as it is sent to Apple. Unchecked: a header position can be anything. */
export function uploadBodyOf(row: MessageRow): UploadMessageRequestBody {
  const { header, body, headerPosition, imageId, alt } = row;
  const bullets = bulletsOf(row);
  return {
    header,
    body,
    ...(imageId === "" && alt === "" ? {} : { image: { imageIdentifier: imageId, altText: alt } }),
    // Whatever the file says: Apple may know more positions than the types.
    ...(headerPosition === "" ? {} : { headerPosition }),
    ...(bullets.length === 0
      ? {}
      : {
          bulletPoints: bullets.map((bullet) => ({
            text: bullet.text,
            imageIdentifier: bullet.imageId,
            altText: bullet.alt,
          })),
        }),
  };
}
