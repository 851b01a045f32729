import {
  ALT_TEXT_MAX_CHARACTERS,
  BODY_MAX_CHARACTERS,
  BULLET_POINT_TEXT_MAX_CHARACTERS,
  checkLocale,
  checkText,
  HEADER_MAX_CHARACTERS,
  MAX_BULLET_POINTS,
  plainUseName,
} from "@holdfast/appstore/retention-messaging";
import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import type { FlowImage, FlowText } from "../document/message-schema.ts";
import { isPathBelow } from "../document/relative-path.ts";
import { messageUses } from "./message-uses.ts";
import type { PlacedMessage, Validation } from "./validation.ts";

/** Checks messages' texts: Apple's limits and locales, images where they may be. */
export function checkTexts(validation: Validation): void {
  for (const placed of validation.messages) {
    checkLocales(validation, placed);
    for (const [locale, text] of Object.entries(placed.message.locales)) {
      checkTextAndImages(validation, text, [...placed.path, "locales", locale]);
    }
  }
  checkDefaultLocales(validation);
  checkPlainness(validation);
  checkIdentifiers(validation);
}

function checkLocales(validation: Validation, { name, message, path }: PlacedMessage): void {
  const { defaultLocale, locales } = message;
  for (const locale of Object.keys(locales)) {
    reportLocale(validation, locale, { path: [...path, "locales", locale], at: "key" });
  }
  reportLocale(validation, defaultLocale, { path: [...path, "defaultLocale"], at: "value" });
  if (Object.hasOwn(locales, defaultLocale)) return;
  validation.report({
    code: "DEFAULT_LOCALE_MISSING",
    message: `the message ${name} has no text for its default locale ${defaultLocale}${didYouMean(defaultLocale, Object.keys(locales))}`,
    path: [...path, "defaultLocale"],
  });
}

function checkDefaultLocales(validation: Validation): void {
  const { document, environments } = validation;
  const lists = [
    { defaults: document.defaults, path: ["defaults"] as FlowPath },
    ...environments.map((environment) => ({
      defaults: document.environments?.[environment]?.defaults,
      path: ["environments", environment, "defaults"] as FlowPath,
    })),
  ];
  for (const { defaults = [], path } of lists) {
    for (const [index, { locales }] of defaults.entries()) {
      if (locales === "all") continue;
      for (const [at, locale] of locales.entries()) {
        const place = [...path, index, "locales", at];
        reportLocale(validation, locale, { path: place, at: "value" });
      }
    }
  }
}

function reportLocale(
  validation: Validation,
  locale: string,
  place: { readonly path: FlowPath; readonly at: "key" | "value" },
): void {
  for (const problem of checkLocale(locale)) validation.report({ ...problem, ...place });
}

function checkTextAndImages(validation: Validation, text: FlowText, path: FlowPath): void {
  const { header, body, image, bullets = [], headerPosition } = text;
  const check = (written: string | undefined, max: number, at: FlowPath) => {
    if (written === undefined) return;
    for (const problem of checkText(written, max, [...path, ...at])) validation.report(problem);
  };
  check(header, HEADER_MAX_CHARACTERS, ["header"]);
  check(body, BODY_MAX_CHARACTERS, ["body"]);
  check(image?.alt, ALT_TEXT_MAX_CHARACTERS, ["image", "alt"]);
  if (image !== undefined) checkImage(validation, image, [...path, "image"]);
  for (const [index, bullet] of bullets.entries()) {
    check(bullet.text, BULLET_POINT_TEXT_MAX_CHARACTERS, ["bullets", index, "text"]);
    check(bullet.image.alt, ALT_TEXT_MAX_CHARACTERS, ["bullets", index, "image", "alt"]);
    checkImage(validation, bullet.image, [...path, "bullets", index, "image"]);
  }
  if (bullets.length > MAX_BULLET_POINTS) {
    const message = `${bullets.length} bullets; take at most ${MAX_BULLET_POINTS}, for Apple refuses too many and does not say how many are`;
    validation.report({ code: "TOO_MANY_BULLETS", message, path: [...path, "bullets"] });
  }
  if (headerPosition === "ABOVE_IMAGE" && image === undefined) {
    const message = "headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY";
    const place = [...path, "headerPosition"];
    validation.report({ code: "HEADER_POSITION_NEEDS_IMAGE", message, path: place });
  }
}

function checkImage(validation: Validation, { file }: FlowImage, path: FlowPath): void {
  const { images } = validation.options;
  const place = [...path, "file"];
  if (file === undefined) return;
  if (!isPathBelow(file)) {
    const message = `expected a path below the document's folder, got "${file}"`;
    validation.report({ code: "IMAGE_PATH", message, path: place });
  } else if (images !== undefined && images(file) === undefined) {
    validation.report({
      code: "IMAGE_NOT_FOUND",
      message: `there is no image "${file}"`,
      path: place,
    });
  }
}

/** An image or bullets make Apple refuse an offer or a switch. */
function checkPlainness(validation: Validation): void {
  for (const { kind, message: name, by } of messageUses(validation)) {
    const use = plainUseName(kind);
    if (use === undefined) continue;
    for (const { message, path } of validation.messagesNamed(name)) {
      for (const [locale, { image, bullets }] of Object.entries(message.locales)) {
        const at = image === undefined ? "bullets" : "image";
        if (image === undefined && bullets === undefined) continue;
        const text = `${by} uses the message ${name} for ${use}, which takes no image and no bullets; use another message there`;
        validation.report({
          code: "IMAGE_NOT_ALLOWED",
          message: text,
          path: [...path, "locales", locale, at],
          at: "key",
        });
      }
    }
  }
}

/** An identifier stands for one content for ever; two contents under one are a mistake. */
function checkIdentifiers(validation: Validation): void {
  const contents = new Map<string, string>();
  for (const { message, path } of validation.messages) {
    for (const [locale, { id, header, body }] of Object.entries(message.locales)) {
      if (id === undefined || header === undefined) continue;
      const content = JSON.stringify([header, body]);
      const other = contents.get(id);
      contents.set(id, content);
      if (other === undefined || other === content) continue;
      validation.report({
        code: "DUPLICATE_IDENTIFIER",
        message: `another text has the id ${id}; content cannot change at Apple, so give this one its own`,
        path: [...path, "locales", locale, "id"],
      });
    }
  }
}
