import { expect, test } from "vitest";
import { parseDocument, YAMLMap } from "yaml";
import { locateIn } from "./locate.ts";

const place = (offset: number) => ({ line: offset, column: 1 });

test("locateIn() looks through a map once, however many of its names are looked for", () => {
  const names = Array.from({ length: 100 }, (_, index) => `k${index}`);
  const tree = parseDocument(names.map((name) => `${name}: 1`).join("\n"));
  const map = tree.contents;
  if (!(map instanceof YAMLMap)) throw new Error("expected a map");
  const { items } = map;
  let looks = 0;
  Object.defineProperty(map, "items", {
    get: () => {
      looks += 1;
      return items;
    },
  });
  const places = names.map((name) => locateIn(tree, [name], { at: "key", place }).line);
  expect(places).toEqual(items.map(({ key }) => key.range[0]));
  expect(looks).toBe(1);
});

test("locateIn() finds the first of two pairs with one name", () => {
  const tree = parseDocument("a: 1\na: 2", { uniqueKeys: false });
  expect(locateIn(tree, ["a"], { at: "key", place })).toEqual({ line: 0, column: 1 });
});
