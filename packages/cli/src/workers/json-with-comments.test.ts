import { expect, test } from "vitest";
import { parseJsonWithComments } from "./json-with-comments.ts";

test.each([
  ["plain JSON", '{"a":[1,2]}', { a: [1, 2] }],
  ["comments", '// first\n{"a": 1, // one\n/* b\n is */ "b": 2}', { a: 1, b: 2 }],
  ["commas at ends", '{"a": [1, 2, ], "b": {"c": 3,\n}, // end\n}', { a: [1, 2], b: { c: 3 } }],
  [
    "strings as they are",
    String.raw`{"url": "https://x.test/*", "say": "\"// no\" ,]"}`,
    { url: "https://x.test/*", say: '"// no" ,]' },
  ],
])("parseJsonWithComments() reads %s", (_, text, expected) => {
  expect(parseJsonWithComments(text, "wrangler.jsonc")).toEqual(expected);
});

test.each(["", "{", '{"a": 1,, "b": 2}', "{a: 1}", "/* never ends"])(
  "parseJsonWithComments() refuses %j and names the file",
  (text) => {
    expect(() => parseJsonWithComments(text, "wrangler.jsonc")).toThrow(
      /^wrangler\.jsonc: expected JSON/,
    );
  },
);
