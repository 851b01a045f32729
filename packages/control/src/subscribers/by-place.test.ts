import { expect, test } from "vitest";
import { byPlace } from "./by-place.ts";

test("byPlace() keeps the order of items, and has places in one order whatever comes first", () => {
  const items = [
    { app: "b", environment: "sandbox", id: 1 },
    { app: "a", environment: "sandbox", id: 2 },
    { app: "b", environment: "sandbox", id: 3 },
    { app: "b", environment: "production", id: 4 },
  ] as const;
  const grouped = byPlace(items, (item) => item).map(([place, of]) => [
    place,
    of.map(({ id }) => id),
  ]);
  expect(grouped).toEqual([
    [{ app: "a", environment: "sandbox" }, [2]],
    [{ app: "b", environment: "production" }, [4]],
    [{ app: "b", environment: "sandbox" }, [1, 3]],
  ]);
  expect(byPlace([], () => ({ app: "a", environment: "sandbox" }))).toEqual([]);
});
