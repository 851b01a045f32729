import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzRuns } from "../../signed-data/testing/fuzz-runs.ts";
import { parseMessageFile } from "./index.ts";

const MESSAGE = { header: "Stay", body: "Please." };
const TEXT = JSON.stringify(MESSAGE);

describe("parseMessageFile() reads", () => {
  test.each([
    ["an object", TEXT],
    ["white space around it", ` \n${TEXT}\n\n`],
    ["a byte order mark", `\uFEFF${TEXT}`],
  ])("%s", (_, text) => {
    expect(parseMessageFile(text)).toEqual({ ok: true, message: MESSAGE, problems: [] });
  });

  test("a message with nothing but warnings", () => {
    const text = JSON.stringify({ ...MESSAGE, footer: "x" });
    expect(parseMessageFile(text, { allowUnknown: true })).toMatchObject({
      ok: true,
      message: { footer: "x" },
      problems: [{ severity: "warning" }],
    });
  });
});

describe("parseMessageFile() refuses", () => {
  test.each([
    ["no text", "", "JSON_MALFORMED"],
    ["a second object", `${TEXT}${TEXT}`, "JSON_MALFORMED"],
    ["something after the object", `${TEXT} x`, "JSON_MALFORMED"],
    ["a comment", `${TEXT} // hi`, "JSON_MALFORMED"],
    ["a list of messages", `[${TEXT}]`, "WRONG_TYPE"],
    ["a number", "1", "WRONG_TYPE"],
    ["an unknown field", '{"header":"a","body":"b","c":1}', "UNKNOWN_FIELD"],
    ["more than 1 MiB", `${TEXT}${" ".repeat(1024 * 1024)}`, "FILE_TOO_LARGE"],
    ["more than 1 MiB of UTF-8", `"${"語".repeat(350_000)}"`, "FILE_TOO_LARGE"],
  ])("%s", (_, text, code) => {
    expect(parseMessageFile(text)).toMatchObject({ ok: false, problems: [{ code }] });
  });

  test("JSON that goes wrong at its place, without quoting it", () => {
    const { problems } = parseMessageFile('{\n  "header": "secret",\n}');
    expect(problems[0]?.message).toBe(
      "expected one JSON object and nothing else; it goes wrong at line 3 column 1",
    );
    expect(parseMessageFile("secret").problems[0]?.message).toBe(
      "expected one JSON object and nothing else",
    );
  });
});

test("parseMessageFile() takes what is within the limits and throws nothing for the rest", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        header: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
        body: fc.oneof(fc.string({ maxLength: 150 }), fc.jsonValue()),
        image: fc.jsonValue(),
        bulletPoints: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(value, (content) => {
      const parsed = parseMessageFile(JSON.stringify(content));
      expect(parsed.problems.some(({ severity }) => severity === "error")).toBe(!parsed.ok);
      const { header, body } = parsed.ok ? parsed.message : { header: "", body: "" };
      expect(header.length).toBeLessThanOrEqual(66);
      expect(body.length).toBeLessThanOrEqual(144);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
