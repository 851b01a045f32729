import { describe, expect, test } from "vitest";
import { createEmulator } from "../../emulator/create-emulator.ts";
import { catchError } from "../../testing/catch-error.ts";
import { MESSAGE, TEST_APP } from "../../testing/test-app.ts";
import { defaultApps } from "../default-apps.ts";
import { parseWorldFile } from "./parse-world-file.ts";

/** The least an app says. */
const LEAST = {
  id: "mine",
  bundleId: "com.example.mine",
  appAppleId: 1,
  issuerId: "team",
  keyIds: ["KEY1"],
  groups: [{ id: "g", products: [{ productId: "p", level: 1, period: "P1M" }] }],
};

/** What a world file of one app is refused for. */
async function issuesOf(app: unknown): Promise<readonly string[]> {
  const error = await catchError(() => parseWorldFile({ apps: [app] }));
  expect(error).toMatchObject({ code: "OPTIONS_INVALID" });
  return error instanceof Error ? error.message.split("\n") : [];
}

describe("parseWorldFile()", () => {
  test("returns every definition there is, as it is", () => {
    const apps = [...defaultApps(), TEST_APP];
    expect(parseWorldFile({ apps })).toEqual(apps);
  });

  test("adds what an app need not say", () => {
    const subscriber = { originalTransactionId: "1", productId: "p" };
    expect(parseWorldFile({ apps: [LEAST] })).toEqual([
      { ...LEAST, name: "mine", offers: [], population: { count: 100, seed: 1 } },
    ]);
    expect(parseWorldFile({ apps: [{ ...LEAST, subscribers: [subscriber] }] })).toEqual([
      {
        ...LEAST,
        name: "mine",
        offers: [],
        subscribers: [
          {
            ...subscriber,
            locale: "en-US",
            storefront: "USA",
            ownership: "PURCHASED",
            laterTransactionIds: [],
          },
        ],
      },
    ]);
  });

  test("makes the same world of the same file, with somebody to ask about", async () => {
    const apps = parseWorldFile({ apps: [{ ...LEAST, population: { count: 3, seed: 7 } }] });
    const [first, second] = await Promise.all([createEmulator({ apps }), createEmulator({ apps })]);
    const place = { app: "mine", environment: "production" } as const;
    expect(first.subscribers(place)).toHaveLength(3);
    expect(first.subscribers(place)).toEqual(second.subscribers(place));
    expect(first.credentials("mine")).toMatchObject({ keyId: "KEY1", productId: "p" });
  });

  test("tells of everything that is wrong at once, with its place", async () => {
    const product = { productId: "p", level: 0, period: "monthly", price: 1 };
    const app = {
      ...LEAST,
      id: "My App",
      appAppleId: "1",
      keyIds: [],
      groups: [{ id: "g", products: [product] }],
      subscribers: [{ originalTransactionId: 2000000100000001, productId: "p" }],
      offers: [{ offerIdentifier: "o", productId: "p", mode: "FREE", period: "P3M" }],
      retentionMessagingAccess: "yes",
    };
    const { bundleId: _none, ...rest } = app;
    expect(await issuesOf(rest)).toEqual([
      'apps[0].id: expected lowercase letters, digits and hyphens, got "My App"',
      "apps[0].bundleId: expected a text, got nothing",
      'apps[0].appAppleId: expected a whole number from 1 to 9007199254740991, got "1"',
      "apps[0].keyIds: expected a list that is not empty, got an empty list",
      "apps[0].groups[0].products[0].price: is not known; there are productId, level, period, advancedCommerce, name, localizations, usdPrice, prices, familySharable, introductoryOffer",
      "apps[0].groups[0].products[0].level: expected a whole number from 1 to 1000, got 0",
      'apps[0].groups[0].products[0].period: expected a period like P1M, got "monthly"',
      'apps[0].offers[0].mode: expected FREE_TRIAL or PAY_AS_YOU_GO or PAY_UP_FRONT, got "FREE"',
      'apps[0].subscribers[0].originalTransactionId: expected digits in quotes, like "2000000100000001", got 2000000100000001',
      'apps[0].retentionMessagingAccess: expected true or false, got "yes"',
    ]);
  });

  const subscriber = { originalTransactionId: "1", productId: "p" };
  const text = { messageIdentifier: MESSAGE.plain, header: "h", body: "b" };
  test.each([
    ["a level between two", { groups: [productWith({ level: 1.5 })] }, "whole number"],
    ["an endless price", { groups: [productWith({ usdPrice: Infinity })] }, "got Infinity"],
    ["a price of no country", { groups: [productWith({ prices: { us: 1 } })] }, "three letters"],
    ["a name in no locale", { groups: [productWith({ localizations: { e: 1 } })] }, "en-US"],
    ["a population without end", { population: { count: 1e9, seed: 1 } }, "count"],
    ["a key that leads elsewhere", { keyIds: ["../key"] }, "keyIds[0]"],
    ["a key twice", { keyIds: ["A", "A"] }, "keyIds: expected each once, got A twice"],
    ["an offer of nothing", { offers: [offerOf("q")] }, "offers[0].productId: expected a product"],
    ["an offer twice", { offers: [offerOf("p"), offerOf("p")] }, "o of p twice"],
    ["a product twice", { groups: [productWith({}), { ...productWith({}), id: "h" }] }, "p twice"],
    ["a subscriber of nothing", { subscribers: [{ ...subscriber, productId: "q" }] }, "got q"],
    [
      "a transaction twice",
      { subscribers: [subscriber, { ...subscriber, laterTransactionIds: ["1"] }] },
      "(of transactions): expected each once",
    ],
    [
      "a header Apple refuses",
      { content: { messages: [{ ...text, header: "h".repeat(67) }] } },
      "content.messages[0]: Apple would refuse it as HEADER_TOO_LONG",
    ],
    ["a message twice", { content: { messages: [text, text] } }, "content.messages: expected each"],
    ["an image by name", { content: { images: ["logo"] } }, "a lowercase UUID"],
    [
      "a default of nothing",
      {
        content: {
          defaults: [{ productId: "q", locale: "ja", messageIdentifier: MESSAGE.plain }],
        },
      },
      "defaults[0].messageIdentifier: expected one of content.messages",
    ],
    [
      "App Store Connect's message in no language",
      {
        content: {
          appStoreConnectMessages: [
            { productId: "p", message: { referenceName: "r", localizations: {} } },
          ],
        },
      },
      "message.localizations: expected at least one",
    ],
  ])("refuses %s", async (_what, change, expected) => {
    expect((await issuesOf({ ...LEAST, ...change })).join("\n")).toContain(expected);
  });

  test.each([
    ["nothing", undefined, "the file: expected an object, got nothing"],
    ["a list", [LEAST], "the file: expected an object, got a list"],
    ["no apps", {}, "apps: expected a list that is not empty, got nothing"],
    ["apps that are none", { apps: [null] }, "apps[0]: expected an object, got null"],
    ["a prototype", JSON.parse('{"__proto__":{"apps":[]}}') as unknown, "__proto__: is not known"],
  ])("throws OPTIONS_INVALID for %s", async (_what, value, expected) => {
    expect(await catchError(() => parseWorldFile(value))).toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(expected) as unknown,
    });
  });

  test("tells of twenty issues, and how many more there are", async () => {
    const error = await catchError(() => parseWorldFile({ apps: Array.from({ length: 25 }) }));
    const lines = error instanceof Error ? error.message.split("\n") : [];
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 5 more");
  });
});

function productWith(change: object) {
  return { id: "g", products: [{ productId: "p", level: 1, period: "P1M", ...change }] };
}

function offerOf(productId: string) {
  return { offerIdentifier: "o", productId, mode: "FREE_TRIAL", period: "P1M" };
}
