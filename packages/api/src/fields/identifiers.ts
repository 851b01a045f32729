import { choice, patterned, text } from "./text-fields.ts";
import { whole } from "./number-fields.ts";

/** Letters, digits, `_` and `-`: what stands in URLs and file names without escapes. */
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** An identifier the server makes. */
export function id(about: string, example: string) {
  return patterned(about, {
    pattern: PLAIN_ID,
    expected: "letters, digits, _ and -, at most 64 in all",
    max: 64,
    example,
  });
}

/** The id of an app, chosen when it is created; it is part of the URL Apple asks. */
export const appId = id("Our id of the app, as in the URL that Apple asks.", "yoga");

/** One of Apple's two environments. */
export const environment = choice("Apple's environment.", ["sandbox", "production"]);

/** An app's bundle id. */
export const bundleId = patterned("The app's bundle id.", {
  pattern: /^[A-Za-z0-9.-]+$/,
  expected: "letters, digits, dots and hyphens, like com.example.yoga",
  max: 155,
  example: "com.example.yoga",
});

/** An app's id in the App Store. */
export const appAppleId = whole("The app's id in the App Store.", {
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  example: 6_745_974_592,
});

/** A product's id. */
export const productId = text("A product's id, as App Store Connect has it.", {
  max: 255,
  example: "com.example.yoga.premium.monthly",
});

/** A locale as the App Store spells it. */
export const locale = patterned("A locale as the App Store spells it.", {
  pattern: /^[A-Za-z0-9-]+$/,
  expected: "a locale like en-US",
  max: 35,
  example: "en-US",
});

/** The identifier of a message or an image at Apple. */
export function appleUuid(about: string) {
  return patterned(about, {
    pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    expected: "a UUID in lowercase",
    max: 36,
    example: "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11",
  });
}

/** A SHA-256 in lowercase hex. */
export function sha256Hex(about: string) {
  return patterned(about, {
    pattern: /^[0-9a-f]{64}$/,
    expected: "64 hexadecimal digits in lowercase",
    max: 64,
    example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  });
}

/** A person's e-mail address: one `@` with something on both sides; more only a mail can tell. */
export const email = patterned("The e-mail address the person signs in with.", {
  pattern: /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u,
  expected: "an e-mail address",
  min: 3,
  max: 254,
  example: "kim@example.com",
});

/** A URL with https. */
export function httpsUrl(about: string, { max, example }: { max: number; example: string }) {
  return patterned(about, {
    pattern: /^https:\/\/[^\s"<>\\^`{|}\p{Cc}\p{Cs}]+$/u,
    expected: "a URL that begins with https://",
    max,
    example,
  });
}
