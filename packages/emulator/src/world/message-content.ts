import { AppleApiError } from "../errors/index.ts";
import { isLowercaseUuid, LIMITS } from "./limits.ts";
import type { BulletPoint, MessageContent, MessageImage } from "./world.ts";

/**
 * Emoji are refused; which other characters are is UNCONFIRMED, so everything else passes. Digits and
 * signs like © count as emoji only with the selector that makes them one.
 */
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F}|\p{Regional_Indicator}/v;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the content of an UploadMessageRequestBody; members it does not know are dropped. Throws
 * the error Apple documents for each limit. How many bullet points are too many is UNCONFIRMED, so
 * any number passes unless `maxBulletPoints` says otherwise.
 */
export function parseMessageContent(body: unknown, maxBulletPoints = Infinity): MessageContent {
  const fields = objectOf(body, "the message");
  const header = limitedText(fields, "header", "HEADER_TOO_LONG", LIMITS.headerCharacters);
  const text = limitedText(fields, "body", "BODY_TOO_LONG", LIMITS.bodyCharacters);
  const image = fields["image"] === undefined ? undefined : parseImage(fields["image"], "image");
  const bulletPoints = parseBulletPoints(fields["bulletPoints"], maxBulletPoints);
  const headerPosition = parseHeaderPosition(fields["headerPosition"]);
  if (headerPosition === "ABOVE_IMAGE" && image === undefined) {
    throw new AppleApiError("BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE");
  }
  return {
    header,
    body: text,
    ...(image === undefined ? {} : { image }),
    ...(headerPosition === undefined ? {} : { headerPosition }),
    ...(bulletPoints === undefined ? {} : { bulletPoints }),
  };
}

function parseImage(value: unknown, name: string): MessageImage {
  const fields = objectOf(value, name);
  const imageIdentifier = textOf(fields, "imageIdentifier");
  if (!isLowercaseUuid(imageIdentifier)) {
    throw badRequest(`Expected imageIdentifier of ${name} to be a lowercase UUID.`);
  }
  const altText = limitedText(fields, "altText", "ALT_TEXT_TOO_LONG", LIMITS.altTextCharacters);
  return { imageIdentifier, altText };
}

function parseBulletPoints(value: unknown, max: number): readonly BulletPoint[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badRequest("Expected bulletPoints to be an array.");
  if (value.length > max) {
    throw new AppleApiError("BAD_REQUEST_TOO_MANY_BULLET_POINTS", `Expected at most ${max}.`);
  }
  return value.map((bulletPoint: unknown, index) => ({
    ...parseImage(bulletPoint, `bulletPoints[${index}]`),
    text: limitedText(
      objectOf(bulletPoint, `bulletPoints[${index}]`),
      "text",
      "BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG",
      LIMITS.bulletPointTextCharacters,
    ),
  }));
}

function parseHeaderPosition(value: unknown): MessageContent["headerPosition"] {
  if (value === undefined || value === "ABOVE_BODY" || value === "ABOVE_IMAGE") return value;
  throw badRequest("Expected headerPosition to be ABOVE_BODY or ABOVE_IMAGE.");
}

/** How Apple counts characters is UNCONFIRMED; code points are the most forgiving count. */
function limitedText(
  fields: Fields,
  name: string,
  tooLong:
    | "HEADER_TOO_LONG"
    | "BODY_TOO_LONG"
    | "ALT_TEXT_TOO_LONG"
    | "BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG",
  max: number,
): string {
  const text = textOf(fields, name);
  const count = Array.from(text).length;
  if (count > max) throw new AppleApiError(tooLong, `Expected at most ${max}, got ${count}.`);
  if (EMOJI.test(text)) {
    throw new AppleApiError("BAD_REQUEST_INVALID_TEXT_FIELD", `Expected ${name} without emoji.`);
  }
  return text;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw badRequest(`Expected ${name} to be a string.`);
  return value;
}

function objectOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(`Expected ${name} to be an object.`);
  }
  // A non-null object can be read by name; what is read is unknown again.
  return value as Fields;
}

function badRequest(detail: string): AppleApiError {
  return new AppleApiError("GENERAL_BAD_REQUEST", detail);
}
