import {
  ALT_TEXT_MAX_CHARACTERS,
  BODY_MAX_CHARACTERS,
  BULLET_POINT_TEXT_MAX_CHARACTERS,
  HEADER_MAX_CHARACTERS,
  isAppStoreLocale,
  suggestAppStoreLocale,
} from "@holdfast/appstore/retention-messaging";
import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import type { FlowImage, FlowText } from "../document/message-schema.ts";
import { isPathBelow } from "../document/relative-path.ts";
import { messageUses } from "./message-uses.ts";
import type { PlacedMessage, Validation } from "./validation.ts";

/** Apple refuses emoji and "some Unicode" without saying which. */
const MAY_BE_REFUSED = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Cc}|\p{Co}|\p{Cn}/u;

/** Checks messages' texts: Apple's limits and locales, images where they may be. */
export function checkTexts(validation: Validation): void {
  for (const placed of validation.messages) {
    checkLocales(validation, placed);
    for (const [locale, text] of Object.entries(placed.message.locales)) {
      checkText(validation, text, [...placed.path, "locales", locale]);
    }
  }
  checkDefaultLocales(validation);
  checkPlainness(validation);
  checkIdentifiers(validation);
}

function checkLocales(validation: Validation, { name, message, path }: PlacedMessage): void {
  const { defaultLocale, locales } = message;
  for (const locale of Object.keys(locales)) {
    checkLocale(validation, locale, { path: [...path, "locales", locale], at: "key" });
  }
  checkLocale(validation, defaultLocale, { path: [...path, "defaultLocale"], at: "value" });
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
        checkLocale(validation, locale, { path: place, at: "value" });
      }
    }
  }
}

function checkLocale(
  validation: Validation,
  locale: string,
  place: { readonly path: FlowPath; readonly at: "key" | "value" },
): void {
  if (isAppStoreLocale(locale)) return;
  const meant = suggestAppStoreLocale(locale);
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  const message = `"${locale}" is no App Store locale${hint}`;
  validation.report({ code: "UNKNOWN_LOCALE", message, ...place });
}

function checkText(validation: Validation, text: FlowText, path: FlowPath): void {
  const { header, body, image, bullets = [], headerPosition } = text;
  const check = (written: string | undefined, max: number, at: FlowPath) => {
    if (written !== undefined) checkLength(validation, written, { max, path: [...path, ...at] });
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
  if (headerPosition === "ABOVE_IMAGE" && image === undefined) {
    const message = "headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY";
    const place = [...path, "headerPosition"];
    validation.report({ code: "HEADER_POSITION_NEEDS_IMAGE", message, path: place });
  }
}

/** UTF-16 units are never fewer than code points, so the longer count is checked and both are told. */
function checkLength(
  validation: Validation,
  text: string,
  { max, path }: { readonly max: number; readonly path: FlowPath },
): void {
  const codePoints = Array.from(text).length;
  if (text.length > max) {
    const both = codePoints === text.length ? "" : ` (${text.length} in UTF-16)`;
    const message = `${codePoints}${both} characters; Apple takes at most ${max}`;
    validation.report({ code: "TEXT_TOO_LONG", message, path });
  }
  const refused = MAY_BE_REFUSED.exec(text)?.[0];
  if (refused === undefined) return;
  const code = refused.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? "";
  const message = `Apple refuses emoji and some other characters; U+${code} may be one of them`;
  validation.report({ code: "TEXT_MAY_BE_REFUSED", message, path, severity: "warning" });
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

const PLAIN_ONLY: Readonly<Record<string, string>> = {
  alternateProduct: "an alternate product",
  promotionalOffer: "a promotional offer",
  advancedCommerceInfo: "an Advanced Commerce change",
};

/** An image or bullets make Apple refuse an offer or a switch. */
function checkPlainness(validation: Validation): void {
  for (const { kind, message: name, by } of messageUses(validation)) {
    const use = PLAIN_ONLY[kind];
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
