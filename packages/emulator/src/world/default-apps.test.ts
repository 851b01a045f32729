import { describe, expect, test } from "vitest";
import { defaultApps } from "./default-apps.ts";
import { makeSubscribers } from "./make-subscribers.ts";
import { findEnvironment, openWorld } from "./index.ts";

describe("defaultApps()", () => {
  test("has the two apps that examples are about", () => {
    const apps = defaultApps().map(({ id, bundleId, appAppleId }) => [id, bundleId, appAppleId]);
    expect(apps).toEqual([
      ["yoga", "com.example.yoga", 6745974592],
      ["seed", "com.example.app", 6745974591],
    ]);
  });

  test("begins a world in which the examples' identifiers exist", () => {
    const world = openWorld(defaultApps());
    for (const environment of ["sandbox", "production"] as const) {
      const seed = findEnvironment(world, { app: "seed", environment });
      expect(seed.subscribers.get("123456789")?.productId).toBe("Yoga_summer_2026");
      expect(seed.messages.get("80135e2b-ae15-4ec4-8c5c-9ecc8045c0dc")?.state).toBe("APPROVED");
      const yoga = findEnvironment(world, { app: "yoga", environment });
      expect(yoga.messages.size).toBe(1);
      expect(yoga.defaults.size).toBe(0);
    }
  });

  test.each(defaultApps().map((app) => [app.id, app] as const))(
    "names only products of its own in %s",
    (_id, app) => {
      const products = new Set(
        app.groups.flatMap((group) => group.products.map((one) => one.productId)),
      );
      const named = [...app.offers, ...(app.subscribers ?? [])].map(({ productId }) => productId);
      expect(named.filter((productId) => !products.has(productId))).toEqual([]);
    },
  );
});

describe("makeSubscribers()", () => {
  const [yoga] = defaultApps();
  if (yoga === undefined) throw new TypeError("expected an app");

  test("makes the same subscribers each time, others in each environment and from another seed", () => {
    const made = makeSubscribers(yoga, "sandbox");
    expect(makeSubscribers(yoga, "sandbox")).toEqual(made);
    expect(makeSubscribers(yoga, "production")).not.toEqual(made);
    const reseeded = { ...yoga, population: { count: 120, seed: 2 } };
    expect(makeSubscribers(reseeded, "sandbox")).not.toEqual(made);
  });

  test.each(["sandbox", "production"] as const)(
    "makes a varied population in %s",
    (environment) => {
      const made = makeSubscribers(yoga, environment);
      const ids = made.flatMap((one) => [one.originalTransactionId, ...one.laterTransactionIds]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => /^\d{16}$/v.test(id))).toBe(true);
      const locales = new Set(made.map(({ locale }) => locale));
      for (const locale of ["en-US", "de-DE", "fr-FR", "zh-Hant-HK", "pt-BR", "ja"]) {
        expect(locales).toContain(locale);
      }
      expect(new Set(made.map(({ storefront }) => storefront)).size).toBeGreaterThan(6);
      expect(new Set(made.map(({ productId }) => productId)).size).toBe(3);
      expect(new Set(made.map(({ ownership }) => ownership)).size).toBe(2);
    },
  );
});
