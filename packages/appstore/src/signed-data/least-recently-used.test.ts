import { expect, test } from "vitest";
import { createLeastRecentlyUsed } from "./least-recently-used.ts";

test("createLeastRecentlyUsed() forgets what was used longest ago", () => {
  const map = createLeastRecentlyUsed<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
});

test("createLeastRecentlyUsed() counts setting again as use", () => {
  const map = createLeastRecentlyUsed<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  map.set("c", 4);
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([3, undefined, 4]);
});

test("createLeastRecentlyUsed() remembers the order when the newest is asked for again and again", () => {
  const map = createLeastRecentlyUsed<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect([map.get("b"), map.get("b"), map.get("a")]).toEqual([2, 2, 1]);
  map.set("c", 3);
  expect(map.get("b")).toBeUndefined();
});

test("createLeastRecentlyUsed() of nothing holds nothing", () => {
  const map = createLeastRecentlyUsed<string, number>(0);
  map.set("a", 1);
  expect([map.get("a"), map.size]).toEqual([undefined, 0]);
});
