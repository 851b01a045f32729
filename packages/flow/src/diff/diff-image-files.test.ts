import { expect, test } from "vitest";
import { diffImageFiles } from "./diff-image-files.ts";

test("diffImageFiles() tells of files whose bytes changed, and leaves paths that came and went to the document", () => {
  const before = { "./b.png": "b1", "a.png": "a1", "gone.png": "c", "same.png": "d" };
  const after = { "a.png": "a2", "./b.png": "b2", "new.png": "e", "same.png": "d" };
  expect(diffImageFiles(before, after)).toEqual([
    {
      kind: "changed",
      path: 'images["./b.png"]',
      summary: "image file ./b.png: another picture",
      before: '"b1"',
      after: '"b2"',
    },
    {
      kind: "changed",
      path: 'images["a.png"]',
      summary: "image file a.png: another picture",
      before: '"a1"',
      after: '"a2"',
    },
  ]);
});

test("diffImageFiles() takes no member that every object inherits for a file", () => {
  expect(diffImageFiles({ constructor: "a" }, {})).toEqual([]);
});
