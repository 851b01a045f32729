import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { parseConnectPeriod, readCatalog } from "./index.ts";
import { createFakeClient } from "./testing/fake-client.ts";

const USA = { id: "USA", currency: "USD" };
const MONTHLY = {
  id: "11",
  productId: "yoga.monthly",
  name: "Monthly",
  groupLevel: 2,
  subscriptionPeriod: "ONE_MONTH",
  state: "APPROVED",
  familySharable: false,
};
const ONE_GROUP = {
  listSubscriptionGroups: () => Promise.resolve([{ id: "7", referenceName: "yoga" }]),
};

test("readCatalog() puts together what the lists have", async () => {
  const client = createFakeClient({
    ...ONE_GROUP,
    listSubscriptionGroupLocalizations: () =>
      Promise.resolve([{ id: "1", locale: "en-US", name: "Yoga", customAppName: "Yoga!" }]),
    listSubscriptions: () => Promise.resolve([MONTHLY]),
    listSubscriptionLocalizations: () =>
      Promise.resolve([{ id: "1", locale: "en-US", name: "Monthly", description: "Every month" }]),
    listSubscriptionPrices: () =>
      Promise.resolve([
        {
          id: "p1",
          startDate: null,
          preserved: true,
          planType: "UPFRONT",
          territory: USA,
          pricePoint: { id: "x", customerPrice: "9.99" },
        },
        { id: "p2", startDate: "2027-01-01", territory: { id: "DEU" } },
        { id: "p3" },
      ]),
    listPromotionalOffers: () =>
      Promise.resolve([
        {
          id: "o1",
          name: "Stay",
          offerCode: "stay50",
          offerMode: "PAY_AS_YOU_GO",
          duration: "ONE_MONTH",
          numberOfPeriods: 3,
        },
        { id: "o2", offerCode: null },
      ]),
    listPromotionalOfferPrices: (offerId) =>
      Promise.resolve([
        { id: offerId, territory: USA, pricePoint: { id: "y", customerPrice: "4.99" } },
      ]),
    listIntroductoryOffers: () =>
      Promise.resolve([
        {
          id: "i1",
          offerMode: "FREE_TRIAL",
          duration: "TWO_WEEKS",
          numberOfPeriods: 1,
          endDate: null,
        },
      ]),
  });
  expect(await readCatalog(client, "com.example.yoga")).toEqual({
    bundleId: "com.example.yoga",
    appAppleId: 1_234_567_890,
    name: "Yoga",
    primaryLocale: "en-US",
    subscriptionGroups: [
      { id: "7", name: "yoga", localizations: [{ locale: "en-US", name: "Yoga" }] },
    ],
    products: [
      {
        productId: "yoga.monthly",
        name: "Monthly",
        subscriptionGroup: "7",
        level: 2,
        period: "P1M",
        state: "APPROVED",
        familySharable: false,
        localizations: [{ locale: "en-US", name: "Monthly", description: "Every month" }],
        prices: [
          {
            territory: "USA",
            currency: "USD",
            price: "9.99",
            preserved: true,
            planType: "UPFRONT",
          },
          { territory: "DEU", startDate: "2027-01-01", preserved: false },
        ],
        promotionalOffers: [
          {
            offerIdentifier: "stay50",
            name: "Stay",
            offerMode: "PAY_AS_YOU_GO",
            duration: "P1M",
            numberOfPeriods: 3,
            prices: [{ territory: "USA", currency: "USD", price: "4.99", preserved: false }],
          },
        ],
        introductoryOffers: [{ offerMode: "FREE_TRIAL", duration: "P2W", numberOfPeriods: 1 }],
      },
    ],
    incomplete: [],
    retention: { messages: [], products: [] },
  });
});

test("readCatalog() sets aside what is not set up, and asks nothing more about it", async () => {
  const draft = {
    ...MONTHLY,
    productId: "draft",
    groupLevel: null,
    subscriptionPeriod: "ONE_DECADE",
  };
  const asked: string[] = [];
  const progress: string[] = [];
  const client = createFakeClient({
    ...ONE_GROUP,
    listSubscriptions: () => Promise.resolve([draft, { id: "12" }, MONTHLY]),
    listSubscriptionPrices: (id) => {
      asked.push(id);
      return Promise.resolve([]);
    },
  });
  const catalog = await readCatalog(client, "com.example.yoga", {
    onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
  });
  expect(catalog.products.map(({ productId }) => productId)).toEqual(["yoga.monthly"]);
  expect(catalog.incomplete).toEqual([
    { productId: "draft", subscriptionGroup: "7", missing: ["level", "period"] },
    { subscriptionGroup: "7", missing: ["productId", "level", "period"] },
  ]);
  expect(asked).toEqual(["11"]);
  expect(progress).toEqual(["1/3", "2/3", "3/3"]);
});

test("readCatalog() tells that the key sees no such app", async () => {
  const client = createFakeClient({ findApp: () => Promise.resolve(undefined) });
  const error = await rejectionOf(readCatalog(client, "com.example.other"));
  expect(error.code).toBe("APP_NOT_FOUND");
  expect(error.message).toContain("com.example.other");
});

test("readCatalog() refuses an app whose id is no Apple id", async () => {
  const client = createFakeClient({ findApp: () => Promise.resolve({ id: "x1" }) });
  const error = await rejectionOf(readCatalog(client, "com.example.yoga"));
  expect(error.code).toBe("APPLE_ANSWER_MALFORMED");
});

test("readCatalog() hands its signal to every call", async () => {
  const { signal } = new AbortController();
  const seen: unknown[] = [];
  const client = new Proxy(createFakeClient(), {
    get: (target, name, receiver) => {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return (id: string, options: unknown): unknown => {
        seen.push(options);
        if (name === "listSubscriptionGroups") return ONE_GROUP.listSubscriptionGroups();
        if (name === "listSubscriptions") return Promise.resolve([MONTHLY]);
        if (name === "listPromotionalOffers") return Promise.resolve([{ id: "1", offerCode: "a" }]);
        if (String(name).startsWith("listRetentionMessage")) return Promise.resolve([{ id: "1" }]);
        return Reflect.apply(method, target, [id, options]);
      };
    },
  });
  await readCatalog(client, "com.example.yoga", { signal });
  expect(seen).toEqual(Array.from({ length: 14 }, () => ({ signal })));
});

describe("parseConnectPeriod()", () => {
  test.each([
    ["THREE_DAYS", "P3D"],
    ["ONE_WEEK", "P1W"],
    ["TWO_WEEKS", "P2W"],
    ["ONE_MONTH", "P1M"],
    ["TWO_MONTHS", "P2M"],
    ["THREE_MONTHS", "P3M"],
    ["SIX_MONTHS", "P6M"],
    ["ONE_YEAR", "P1Y"],
    ["ONE_DECADE", undefined],
    ["", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("%s", (word, expected) => {
    expect(parseConnectPeriod(word)).toBe(expected);
  });
});
