import { describe, expect, test } from "vitest";
import { checkMessage } from "./index.ts";
import type { CheckMessageOptions } from "./check-message.ts";

const ID = "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9";
const IMAGE = { imageIdentifier: ID, altText: "A picture" };
const BULLET = { text: "One", imageIdentifier: ID, altText: "A dot" };
const MESSAGE = {
  header: "Stay",
  body: "Please.",
  image: IMAGE,
  headerPosition: "ABOVE_IMAGE",
  bulletPoints: [BULLET],
};

/** The problems, one a line. */
function check(value: unknown, options?: CheckMessageOptions): readonly string[] {
  return checkMessage(value, options).map(
    ({ code, severity, path, message }) => `${severity} ${code} ${path.join(".")}: ${message}`,
  );
}

function copies<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

describe("checkMessage() lets through", () => {
  test.each([
    ["a whole message", MESSAGE],
    ["the least there can be", { header: "a", body: "b" }],
    ["texts of just the allowed length", { header: "ü".repeat(66), body: "語".repeat(144) }],
    [
      "the longest image and bullet texts",
      {
        ...MESSAGE,
        image: { ...IMAGE, altText: "a".repeat(150) },
        bulletPoints: copies(5, { ...BULLET, text: "b".repeat(66), altText: "c".repeat(150) }),
      },
    ],
    ["no bullet points", { ...MESSAGE, bulletPoints: [] }],
    ["the usual header position", { header: "a", body: "b", headerPosition: "ABOVE_BODY" }],
  ])("%s", (_, message) => {
    expect(check(message)).toEqual([]);
  });
});

describe("checkMessage() tells", () => {
  test.each<readonly [unknown, string]>([
    [null, "error WRONG_TYPE : expected an object, got null; leave the field out instead"],
    [[MESSAGE], "error WRONG_TYPE : expected an object, got a list"],
    ["{}", "error WRONG_TYPE : expected an object, got a text"],
    [{ body: "b" }, "error FIELD_MISSING header: header is missing"],
    [{ header: "a" }, "error FIELD_MISSING body: body is missing"],
    [{ header: 1, body: "b" }, "error WRONG_TYPE header: expected a text, got a number"],
    [{ header: "", body: "b" }, "error TEXT_EMPTY header: expected a text, got none"],
    [{ header: "a", body: " \n" }, "error TEXT_EMPTY body: expected a text, got none"],
    [
      { header: "a".repeat(67), body: "b" },
      "error TEXT_TOO_LONG header: 67 characters; Apple takes at most 66",
    ],
    [
      { header: "a", body: "b".repeat(145) },
      "error TEXT_TOO_LONG body: 145 characters; Apple takes at most 144",
    ],
    [
      { header: "𝒳".repeat(40), body: "b" },
      "error TEXT_TOO_LONG header: 40 (80 in UTF-16) characters; Apple takes at most 66",
    ],
    [
      { header: "Yes 🎉", body: "b" },
      "warning TEXT_MAY_BE_REFUSED header: Apple refuses emoji and some other characters; U+1F389 may be one of them",
    ],
    [
      { header: "a\tb", body: "b" },
      "warning TEXT_MAY_BE_REFUSED header: Apple refuses emoji and some other characters; U+0009 may be one of them",
    ],
    [
      { header: "half \uD83C", body: "b" },
      "warning TEXT_MAY_BE_REFUSED header: Apple refuses emoji and some other characters; U+D83C may be one of them",
    ],
    [
      { ...MESSAGE, image: { imageIdentifier: ID } },
      "error FIELD_MISSING image.altText: altText is missing",
    ],
    [
      { ...MESSAGE, image: { altText: "a" } },
      "error FIELD_MISSING image.imageIdentifier: imageIdentifier is missing",
    ],
    [
      { ...MESSAGE, image: { ...IMAGE, altText: "a".repeat(151) } },
      "error TEXT_TOO_LONG image.altText: 151 characters; Apple takes at most 150",
    ],
    [
      { ...MESSAGE, image: null },
      "error WRONG_TYPE image: expected an object, got null; leave the field out instead",
    ],
    [
      { ...MESSAGE, bulletPoints: BULLET },
      "error WRONG_TYPE bulletPoints: expected a list, got an object",
    ],
    [
      { ...MESSAGE, bulletPoints: [BULLET, "x"] },
      "error WRONG_TYPE bulletPoints.1: expected an object, got a text",
    ],
    [
      { ...MESSAGE, bulletPoints: copies(6, BULLET) },
      "error TOO_MANY_BULLET_POINTS bulletPoints: 6 bullet points; take at most 5, for Apple refuses too many and does not say how many are",
    ],
    [
      { ...MESSAGE, bulletPoints: [{ ...BULLET, text: "a".repeat(67) }] },
      "error TEXT_TOO_LONG bulletPoints.0.text: 67 characters; Apple takes at most 66",
    ],
    [
      { ...MESSAGE, bulletPoints: [{ text: "a", imageIdentifier: ID }] },
      "error FIELD_MISSING bulletPoints.0.altText: altText is missing",
    ],
    [
      { header: "a", body: "b", headerPosition: "ABOVE_IMAGE" },
      "error HEADER_POSITION_NEEDS_IMAGE headerPosition: headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY",
    ],
    [
      { header: "a", body: "b", headerPosition: "BELOW" },
      "error HEADER_POSITION_INVALID headerPosition: expected headerPosition to be ABOVE_BODY or ABOVE_IMAGE",
    ],
    [
      { header: "a", body: "b", headerPosition: 1 },
      "error HEADER_POSITION_INVALID headerPosition: expected headerPosition to be ABOVE_BODY or ABOVE_IMAGE",
    ],
  ])("%j: %s", (message, expected) => {
    expect(check(message)).toEqual([expected]);
  });

  test("everything at once", () => {
    expect(check({ header: 1, bulletPoints: [{}] })).toHaveLength(5);
  });
});

describe("checkMessage() tells unknown fields and what was meant", () => {
  test.each([
    [{ haeder: "x" }, 'unknown field "haeder"; did you mean "header"?'],
    [{ heder: "x" }, 'unknown field "heder"; did you mean "header"?'],
    [{ headers: "x" }, 'unknown field "headers"; did you mean "header"?'],
    [{ bory: "x" }, 'unknown field "bory"; did you mean "body"?'],
    [{ header_position: "x" }, 'unknown field "header_position"; did you mean "headerPosition"?'],
    [{ bullets: [] }, 'unknown field "bullets"; did you mean "bulletPoints"?'],
    [{ image: { ...IMAGE, alt: "x" } }, 'unknown field "alt"; did you mean "altText"?'],
    [
      { image: { ...IMAGE, imageSize: "x" } },
      'unknown field "imageSize"; there is imageIdentifier, altText',
    ],
    [{ bulletPoints: [{ ...BULLET, Text: "x" }] }, 'unknown field "Text"; did you mean "text"?'],
    [
      { title: "x" },
      'unknown field "title"; there is header, body, image, headerPosition, bulletPoints',
    ],
    [{ "": 1 }, 'unknown field ""; there is header, body, image, headerPosition, bulletPoints'],
  ])("%j", (fields: object, expected) => {
    expect(checkMessage({ header: "a", body: "b", ...fields })).toMatchObject([
      { code: "UNKNOWN_FIELD", severity: "error", message: expected },
    ]);
  });

  test("escaped and cut", () => {
    const [problem] = checkMessage({ header: "a", body: "b", [`\u001B[31m${"x".repeat(999)}`]: 1 });
    expect(problem?.message).toMatch(/^unknown field "\\u001b\[31mx{55}"; there is header/);
  });

  test("of any name that JSON can have", () => {
    const message: unknown = JSON.parse('{"header":"a","body":"b","__proto__":{"image":1}}');
    expect(checkMessage(message)).toMatchObject([{ code: "UNKNOWN_FIELD", path: ["__proto__"] }]);
  });

  test("as warnings where they are allowed, an unknown header position, too", () => {
    const newer = { header: "a", body: "b", footer: "c", headerPosition: "BELOW" };
    expect(checkMessage(newer, { allowUnknown: true })).toMatchObject([
      { code: "UNKNOWN_FIELD", path: ["footer"], severity: "warning" },
      { code: "HEADER_POSITION_INVALID", severity: "warning" },
    ]);
    expect(checkMessage({ ...newer, headerPosition: 1 }, { allowUnknown: true })).toMatchObject([
      { severity: "warning" },
      { severity: "error" },
    ]);
  });
});

describe("checkMessage() knows what a use takes", () => {
  test.each(["default", "message"] as const)("%s: an image and bullet points", (use) => {
    expect(check(MESSAGE, { use })).toEqual([]);
  });

  test.each([
    ["alternateProduct", "an alternate product"],
    ["promotionalOffer", "a promotional offer"],
    ["advancedCommerceInfo", "an Advanced Commerce change"],
  ] as const)("%s: neither", (use, name) => {
    const reason = `a message for ${name} takes no image and no bullet points; leave`;
    expect(check(MESSAGE, { use })).toEqual([
      `error IMAGE_NOT_ALLOWED image: ${reason} image out`,
      `error IMAGE_NOT_ALLOWED bulletPoints: ${reason} bulletPoints out`,
    ]);
    expect(check({ header: "a", body: "b" }, { use })).toEqual([]);
  });
});
