import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_DOCUMENT_LENGTH } from "./document-code.ts";
import { readText } from "./read-text.ts";

const first = (text: string, format: "yaml" | "json" = "yaml") => {
  const [issue] = readText(text, { format }).issues;
  return issue === undefined ? undefined : `${issue.code} ${issue.line}:${issue.column}`;
};

describe("readText() refuses", () => {
  test.each([
    ["a key twice", "a: 1\nb: 2\na: 3\n", "DUPLICATE_KEY 3:1"],
    ["a key twice deep inside", "a:\n  - { x: 1, x: 2 }\n", "DUPLICATE_KEY 2:13"],
    ["__proto__", "a: { __proto__: { b: 1 } }", "FORBIDDEN_KEY 1:6"],
    ["a list as key", "? [a, b]\n: 1\n", "FORBIDDEN_KEY 1:3"],
    ["an empty key", "? \n: 1\n", "FORBIDDEN_KEY 1:3"],
    ["a tag", "a: !include x.yaml\n", "DOCUMENT_TAG 1:4"],
    ["a known tag", "a: !!binary aGk=\n", "DOCUMENT_TAG 1:4"],
    ["a timestamp tag", "a: !!timestamp 2026-01-01\n", "DOCUMENT_TAG 1:4"],
    ["infinity", "a: .inf\n", "DOCUMENT_VALUE 1:1"],
    ["not a number", "a: [.nan]\n", "DOCUMENT_VALUE 1:1"],
    ["half a surrogate pair", 'a: "\\uD800"\n', "DOCUMENT_VALUE 1:1"],
    ["several documents", "a: 1\n---\nb: 2\n", "DOCUMENT_MULTIPLE 2:1"],
    ["nothing", "", "DOCUMENT_EMPTY 1:1"],
    ["only a comment", "# nothing\n", "DOCUMENT_EMPTY 1:1"],
    ["a flow that does not end", "a: [1, 2\n", "DOCUMENT_SYNTAX 2:1"],
    ["wrong indentation", "a:\n   b: 1\n  c: 2\n", "DOCUMENT_SYNTAX 3:1"],
    ["an alias without anchor", "a: *b\n", "DOCUMENT_ALIASES 1:4"],
    ["an alias inside its anchor", "a: &a [*a]\n", "DOCUMENT_ALIASES 1:8"],
    ["too much", " ".repeat(MAX_DOCUMENT_LENGTH + 1), "DOCUMENT_TOO_LARGE 1:1"],
    ["lists in lists", "[".repeat(100_000), "DOCUMENT_TOO_DEEP 1:65"],
    ["maps in maps", `${"{a: ".repeat(200)}1${"}".repeat(200)}`, "DOCUMENT_TOO_DEEP 1:257"],
    [
      "blocks in blocks",
      Array.from({ length: 100 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "DOCUMENT_TOO_DEEP 65:65",
    ],
  ])("%s", (_what, text, expected) => {
    expect(first(text)).toBe(expected);
    expect(readText(text).value).toBeUndefined();
  });

  test("aliases that multiply", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 10; level += 1) {
      const list = Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ");
      lines.push(`a${level}: &a${level} [${list}]`);
    }
    expect(first(lines.join("\n"))).toBe("DOCUMENT_ALIASES 1:1");
  });

  test("aliases that nest deeper than the text", () => {
    const lines = ["a0: &a0 [x]"];
    for (let level = 1; level < 90; level += 1) {
      lines.push(`a${level}: &a${level} [*a${level - 1}]`);
    }
    expect(first(lines.join("\n"))).toMatch(/DOCUMENT_(?:TOO_DEEP|ALIASES)/);
  });

  test.each([
    ["text after the value", '{"a":1} x'],
    ["a trailing comma", '{"a":1,}'],
    ["YAML", "a: 1"],
    ["a comment", '{"a":1} // no'],
  ])("%s as JSON", (_what, text) => {
    expect(first(text, "json")).toMatch(/^DOCUMENT_SYNTAX 1:/);
  });

  test("a key twice, in JSON too", () => {
    expect(first('{\n"a":1,\n"a":2}', "json")).toBe("DUPLICATE_KEY 3:1");
    expect(first('{"__proto__":1}', "json")).toBe("FORBIDDEN_KEY 1:2");
  });
});

describe("readText() reads", () => {
  test("YAML 1.2: words stay words, dates texts, merge keys keys", () => {
    const text = "no: no\nyes: on\nday: 2026-12-01\n'1': 1\nconstructor: a\n'<<': b\ntime: 12:30\n";
    expect(readText(text).value).toEqual({
      no: "no",
      yes: "on",
      day: "2026-12-01",
      "1": 1,
      constructor: "a",
      "<<": "b",
      time: "12:30",
    });
  });

  test("anchors and aliases, a few", () => {
    expect(readText("a: &x { b: 1 }\nc: *x\n").value).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  test("JSON by file name, with places", () => {
    const { value, positions } = readText('{\n  "a": [1, {"b": 2}]\n}', { fileName: "f.json" });
    expect(value).toEqual({ a: [1, { b: 2 }] });
    expect(positions.locate(["a", 1, "b"])).toEqual({ line: 2, column: 18, file: "f.json" });
    expect(positions.locate(["a", 1, "b"], "key")).toMatchObject({ line: 2, column: 13 });
    expect(positions.locate(["a", 7, "b"])).toMatchObject({ line: 2, column: 8 });
  });

  test("any JSON as JSON does", () => {
    const document = fc
      .jsonValue({ maxDepth: 4 })
      .filter((value) => value !== null && !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(document, (value) => {
        const text = JSON.stringify(value);
        expect(readText(text, { format: "json" }).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test("any text without throwing", () => {
    const yamlish = fc.stringMatching(/^[a-c:\-[\]{}&*!|>%@`"'#, \n\t]{0,60}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), yamlish), (text) => {
        for (const format of ["yaml", "json"] as const) {
          const { value, issues, positions } = readText(text, { format });
          expect(value === undefined).toBe(issues.length > 0);
          expect(positions.locate(["a", 0])).toBeDefined();
        }
      }),
      { numRuns: 2000 },
    );
  });
});
