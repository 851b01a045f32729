import { parseFlow } from "@holdfast/flow/document";
import { expect, test } from "vitest";
import { createContentReader } from "./read-content.ts";
import type { WrittenContent } from "./read-content.ts";

function contentOf(header: string): WrittenContent {
  return {
    source: `version: 1
app: com.example.yoga
messageFiles: [texts.yaml]
rules: [{ name: last, respond: { message: stay } }]
fallback: { message: stay }
`,
    files: {
      "texts.yaml": `stay: { defaultLocale: en-US, locales: { en-US: { header: "${header}", body: Please. } } }\n`,
    },
  };
}

/** A reader, and the number of texts it has parsed. */
function openReader(maxCharacters?: number) {
  const counted = { parsed: 0 };
  const reader = createContentReader({
    ...(maxCharacters === undefined ? {} : { maxCharacters }),
    parse(...call) {
      counted.parsed += 1;
      return parseFlow(...call);
    },
  });
  return { reader, counted };
}

test("createContentReader() reads the same content once, and knows another file for another content", () => {
  const { reader, counted } = openReader();
  const first = reader.read(contentOf("Stay"));
  const again = reader.read(contentOf("Stay"));
  const other = reader.read(contentOf("Do stay"));
  expect(counted.parsed).toBe(2);
  expect(again.document).toEqual(first.document);
  expect(other.document?.messages["stay"]?.locales["en-US"]).toMatchObject({ header: "Do stay" });
});

test("createContentReader() locates values in a remembered text as in one just read", () => {
  const { reader, counted } = openReader();
  const first = reader.read(contentOf("Stay"));
  const again = reader.read(contentOf("Stay"));
  const paths = [["rules", 0, "name"], ["messages", "stay", "locales", "en-US"], ["nowhere"]];
  for (const path of paths) {
    expect(again.positions.locate(path)).toEqual(first.positions.locate(path));
  }
  expect(first.positions.locate(["rules", 0, "name"])).toMatchObject({ line: 4 });
  // One reading for all places together.
  expect(counted.parsed).toBe(2);
});

test("createContentReader() forgets what was read longest ago, and never what was read last", () => {
  const [one, two, three] = ["One", "Two", "Three"].map(contentOf);
  if (one === undefined || two === undefined || three === undefined) throw new Error("three");
  const length = one.source.length + (one.files["texts.yaml"]?.length ?? 0);
  const { reader, counted } = openReader(2 * length + 10);
  for (const content of [one, two, one, three]) reader.read(content);
  expect(counted.parsed).toBe(3);
  reader.read(one);
  expect(counted.parsed).toBe(3);
  reader.read(two);
  expect(counted.parsed).toBe(4);

  const small = openReader(1);
  for (const content of [one, one, two, two, one]) small.reader.read(content);
  expect(small.counted.parsed).toBe(3);
});

test.each([
  ["cannot be read", { source: "version: [", files: {} }],
  ["holds half a surrogate pair", { source: "\ud800", files: {} }],
  ["lacks a file", { ...contentOf("Stay"), files: {} }],
])("createContentReader() tells again what is wrong with a text that %s", (_, content) => {
  const { reader, counted } = openReader();
  const first = reader.read(content);
  const again = reader.read(content);
  expect(first.ok).toBe(false);
  expect(again.issues).toEqual(first.issues);
  expect(counted.parsed).toBe(2);
});
