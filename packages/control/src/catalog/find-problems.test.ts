import type { ConnectCatalog } from "@holdfast/appstore/connect-api";
import { expect, test } from "vitest";
import type { App } from "../apps/index.ts";
import { findProblems } from "./find-problems.ts";

const APP: App = {
  id: "yoga",
  name: "Yoga",
  bundleId: "com.example.yoga",
  appAppleId: 1,
  environments: {},
  version: 1,
  createdAt: 0,
  updatedAt: 0,
};

function catalog(more: Partial<ConnectCatalog> = {}): ConnectCatalog {
  return {
    bundleId: APP.bundleId,
    appAppleId: 1,
    name: undefined,
    primaryLocale: undefined,
    subscriptionGroups: [],
    products: [],
    incomplete: [],
    retention: undefined,
    ...more,
  };
}

const NOTHING = { app: APP, before: undefined, references: [], now: 0 };

test("findProblems() names what a subscription lacks, one problem for each", () => {
  const incomplete = [
    { productId: "weekly", subscriptionGroup: "1", missing: ["level", "period"] as const },
    { productId: undefined, subscriptionGroup: "2", missing: ["productId"] as const },
  ];
  const found = findProblems(catalog({ incomplete }), NOTHING);
  expect(found).toMatchObject([
    { code: "PRODUCT_INCOMPLETE", productId: "weekly" },
    { code: "PRODUCT_INCOMPLETE", productId: undefined },
  ]);
  expect(found[0]?.message).toContain("no level and no period");
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});

test("findProblems() says that the app's id is another one at Apple", () => {
  expect(findProblems(catalog({ appAppleId: 2 }), NOTHING)).toMatchObject([
    { code: "APP_ID_DIFFERS" },
  ]);
  expect(findProblems(catalog(), NOTHING)).toEqual([]);
});

test("findProblems() gives a problem the same id each time, and names a thing twice named once", () => {
  const references = [{ productId: "gone" }, { productId: "gone" }];
  const [first, ...others] = findProblems(catalog(), { ...NOTHING, references });
  expect(first?.code).toBe("PRODUCT_GONE");
  expect(others).toEqual([]);
  expect(findProblems(catalog(), { ...NOTHING, references })).toEqual([first]);
});
