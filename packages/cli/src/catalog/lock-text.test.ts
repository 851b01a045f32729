import { parseCatalog } from "@holdfast/flow/catalog";
import { describe, expect, test } from "vitest";
import { compareCatalogs } from "./compare-catalogs.ts";
import { flowCatalogOf, lockTextOf } from "./lock-text.ts";

const offer = (offerIdentifier: string, numberOfPeriods = 1) => ({
  offerIdentifier,
  numberOfPeriods,
});

const product = (productId: string, offers: readonly ReturnType<typeof offer>[] = []) => ({
  productId,
  subscriptionGroup: "yoga",
  level: 1,
  period: "P1M",
  promotionalOffers: [...offers],
});

const catalogOf = (...products: readonly ReturnType<typeof product>[]) =>
  parseCatalog({ bundleId: "com.example.yoga", appAppleId: 1, products });

describe("lockTextOf()", () => {
  test("is the same however the catalog is ordered, and reads back as the catalog", () => {
    const one = catalogOf(product("b", [offer("y"), offer("x")]), product("a"));
    const other = catalogOf(product("a"), product("b", [offer("x"), offer("y")]));
    expect(lockTextOf(one)).toBe(lockTextOf(other));
    expect(parseCatalog(JSON.parse(lockTextOf(one)))).toEqual(other);
  });

  test("holds what flows can name, and nothing that changes with each sync", () => {
    const body = {
      bundleId: "com.example.yoga",
      appAppleId: 1,
      subscriptionGroups: [],
      syncedAt: 1_795_251_600_000,
      products: [
        {
          ...product("a"),
          localizations: [],
          introductoryOffers: [],
          prices: [{ territory: "USA", preserved: false, price: "9.99" }],
          promotionalOffers: [{ offerIdentifier: "x", prices: [] }],
        },
      ],
    };
    const text = lockTextOf(flowCatalogOf(body));
    expect(text).toContain('"offerIdentifier": "x"');
    expect(text).not.toMatch(/syncedAt|prices|9\.99|localizations/);
  });
});

describe("compareCatalogs()", () => {
  test("names products and offers that came, went and changed", () => {
    const before = catalogOf(product("gone"), product("kept", [offer("old"), offer("same")]));
    const after = catalogOf(
      { ...product("kept", [offer("same", 3), offer("new")]), level: 2 },
      product("came"),
    );
    expect(compareCatalogs(before, after)).toEqual({
      added: ["kept/new", "came"],
      removed: ["gone", "kept/old"],
      changed: ["kept", "kept/same"],
    });
  });

  test("finds nothing in the order of things, and everything new where there was nothing", () => {
    const [one, other] = [
      catalogOf(product("a"), product("b")),
      catalogOf(product("b"), product("a")),
    ];
    expect(compareCatalogs(one, other)).toEqual({ added: [], removed: [], changed: [] });
    expect(compareCatalogs(undefined, one).added).toEqual(["a", "b"]);
  });
});
