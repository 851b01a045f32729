import { describe, expect, test } from "vitest";
import { text, validate } from "../testing/marked-flow.ts";

const long = (count: number) => "x".repeat(count);

describe("validateFlow() finds wrong texts", () => {
  test.each([
    [
      text(`{ header: »${long(67)}, body: b }`),
      "» error TEXT_TOO_LONG 67 characters; Apple takes at most 66",
    ],
    [
      text(`{ header: a, body: »${long(145)} }`),
      "» error TEXT_TOO_LONG 145 characters; Apple takes at most 144",
    ],
    [
      text(`{ header: a, body: b, image: { file: a.png, alt: »${long(151)} } }`),
      "» error TEXT_TOO_LONG 151 characters; Apple takes at most 150",
    ],
    [
      text(
        `{ header: a, body: b, bullets: [{ text: »${long(67)}, image: { file: a.png, alt: a } }] }`,
      ),
      "» error TEXT_TOO_LONG 67 characters; Apple takes at most 66",
    ],
    [
      text(`{ header: »${"𝒳".repeat(40)}, body: b }`),
      "» error TEXT_TOO_LONG 40 (80 in UTF-16) characters; Apple takes at most 66",
    ],
    [
      text("{ header: »Yes 🎉, body: b }"),
      "» warning TEXT_MAY_BE_REFUSED Apple refuses emoji and some other characters; U+1F389 may be one of them",
    ],
    [
      text('{ header: »"a\\nb", body: b }'),
      "» warning TEXT_MAY_BE_REFUSED Apple refuses emoji and some other characters; U+000A may be one of them",
    ],
    [
      text(
        `{ header: a, body: b, bullets: »[${Array(6).fill("{ text: a, image: { file: a.png, alt: a } }").join(", ")}] }`,
      ),
      "» error TOO_MANY_BULLETS 6 bullets; take at most 5, for Apple refuses too many and does not say how many are",
    ],
    [
      text("{ header: a, body: b, headerPosition: »ABOVE_IMAGE }"),
      "» error HEADER_POSITION_NEEDS_IMAGE headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY",
    ],
    [
      text("{ header: a, body: b }").replace("defaultLocale: en-US", "defaultLocale: »en-GB"),
      '» error DEFAULT_LOCALE_MISSING the message keep has no text for its default locale en-GB; there is "en-US"',
    ],
    [
      text("{ header: a, body: b, image: { file: »../a.png, alt: a } }"),
      '» error IMAGE_PATH expected a path below the document\'s folder, got "../a.png"',
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test("texts of just the allowed length are right, in any script", () => {
    expect(validate(text(`{ header: ${"ü".repeat(66)}, body: ${"語".repeat(144)} }`))).toEqual([]);
  });

  test("an image file that is not there", () => {
    const flow = text("{ header: a, body: b, image: { file: »a.png, alt: a } }");
    expect(validate(flow, { images: () => undefined })).toEqual([
      '» error IMAGE_NOT_FOUND there is no image "a.png"',
    ]);
    expect(validate(flow, { images: () => "00" })).toEqual([]);
  });

  test("texts of an overlay at their own place", () => {
    const flow = `${text("{ header: a, body: b }")}environments:\n  sandbox: { messages: { keep: { defaultLocale: en-US, locales: { en-US: { header: »${long(70)}, body: b } } } } }\n`;
    expect(validate(flow)).toEqual(["» error TEXT_TOO_LONG 70 characters; Apple takes at most 66"]);
    expect(validate(flow, { environment: "production" })).toEqual([]);
  });
});
