import { describe, expect, onTestFinished, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import type { EmulatorOptions } from "../emulator/emulator-options.ts";
import type { Emulator } from "../emulator/emulator.ts";
import { callConnect, type ConnectTokenChanges } from "../testing/call-connect.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { anyText, textLike } from "../testing/matching.ts";
import { decodePayload } from "../testing/notification-receiver.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import { groupIdentifierOf } from "../world/group-identifier.ts";
import { TERRITORIES } from "../world/territories.ts";

const OTHER_APP = {
  ...TEST_APP,
  id: "other",
  bundleId: "com.example.second",
  appAppleId: 1234567891,
};
const STRANGERS_APP = {
  ...TEST_APP,
  id: "stranger",
  bundleId: "com.example.stranger",
  appAppleId: 1234567892,
  issuerId: "99999999-2222-4333-8444-555555555555",
};
const RICH_APP = {
  ...OTHER_APP,
  id: "rich",
  groups: [
    {
      id: "plans",
      name: "Plans",
      localizations: { "en-US": "Plans", "de-DE": "Pläne" },
      products: [
        {
          productId: "rich.monthly",
          level: 1,
          period: "P1M",
          usdPrice: 10,
          prices: { JPN: 980_000 },
          name: "Monthly",
          familySharable: true,
          localizations: {
            "en-US": { name: "Monthly", description: "Every month." },
            "fr-FR": { name: "Mensuel" },
          },
          introductoryOffer: { mode: "FREE_TRIAL", period: "P1W" },
        },
      ],
    },
  ],
  offers: [
    {
      offerIdentifier: "HALF",
      productId: "rich.monthly",
      mode: "PAY_AS_YOU_GO",
      period: "P3M",
      name: "Half for three",
    },
    { offerIdentifier: "FREE", productId: "rich.monthly", mode: "FREE_TRIAL", period: "P3M" },
  ],
  subscribers: [
    {
      originalTransactionId: "2000000000000777",
      productId: "rich.monthly",
      locale: "en-US",
      storefront: "USA",
      ownership: "PURCHASED",
      laterTransactionIds: [],
    },
  ],
  content: {},
} as const;

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const apps = [TEST_APP, RICH_APP, STRANGERS_APP];
  const emulator = await createEmulator({ apps, ...options });
  onTestFinished(async () => emulator.close());
  return emulator;
}

/** A JSON:API resource, as far as tests look. */
interface Resource {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, { readonly data: unknown }>>;
}

interface List {
  readonly data: readonly Resource[];
  readonly included?: readonly Resource[];
  readonly links: { readonly next?: string };
  readonly meta: unknown;
}

/** Asks for a list as a team's key may; what is no list fails the test that looks into it. */
async function listAt(emulator: Emulator, address: string): Promise<List> {
  const { status, body } = await callConnect(emulator, { app: "rich" }, address);
  expect({ status, body }).toMatchObject({ status: 200, body: { data: expect.any(Array) as [] } });
  return body as List;
}

/** The address of the only subscription of the rich app. */
async function subscriptionAddress(emulator: Emulator): Promise<string> {
  const group = groupIdentifierOf(RICH_APP, "plans");
  const { data } = await listAt(emulator, `/v1/subscriptionGroups/${group}/subscriptions`);
  return `/v1/subscriptions/${data[0]?.id}`;
}

describe("GET /connect/v1/apps", () => {
  test("lists the team's apps and nobody else's", async () => {
    const emulator = await start();
    const { data, meta } = await listAt(emulator, "/v1/apps");
    expect(data.map(({ attributes }) => attributes["bundleId"])).toEqual([
      TEST_APP.bundleId,
      RICH_APP.bundleId,
    ]);
    expect(meta).toEqual({ paging: { total: 2, limit: 50 } });
  });

  test("filters by bundle id", async () => {
    const emulator = await start();
    const url = "https://notifications.example.com/";
    emulator.configureNotificationUrl({ app: "rich", environment: "sandbox" }, url);
    const { data } = await listAt(emulator, `/v1/apps?filter[bundleId]=${RICH_APP.bundleId}`);
    expect(data).toMatchObject([
      {
        type: "apps",
        id: "1234567891",
        attributes: {
          name: "Test",
          bundleId: RICH_APP.bundleId,
          sku: RICH_APP.bundleId,
          primaryLocale: "en-US",
          subscriptionStatusUrl: null,
          subscriptionStatusUrlForSandbox: url,
          subscriptionStatusUrlVersionForSandbox: "V2",
        },
      },
    ]);
  });

  test("leads from page to page, and each app is on one", async () => {
    const emulator = await start();
    const first = await listAt(emulator, "/v1/apps?limit=1");
    const second = await listAt(emulator, first.links.next ?? "");
    expect(second.links.next).toBeUndefined();
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual(["1234567890", "1234567891"]);
    expect(second.meta).toEqual({ paging: { total: 2, limit: 1 } });
  });
});

describe("GET /connect/v1/… of one app", () => {
  test("answers the app itself", async () => {
    const { body } = await callConnect(await start(), { app: "rich" }, "/v1/apps/1234567891");
    expect(body).toMatchObject({ data: { type: "apps", attributes: { name: "Test" } } });
  });

  test("lists groups with their subscriptions", async () => {
    const address = "/v1/apps/1234567891/subscriptionGroups?include=subscriptions";
    const { data, included } = await listAt(await start(), address);
    const [subscription] = included ?? [];
    expect(data).toMatchObject([
      {
        type: "subscriptionGroups",
        id: groupIdentifierOf(RICH_APP, "plans"),
        attributes: { referenceName: "Plans" },
        relationships: {
          subscriptions: {
            data: [{ type: "subscriptions", id: subscription?.id }],
            meta: { paging: { total: 1, limit: 10 } },
          },
        },
      },
    ]);
    expect(subscription).toMatchObject({
      type: "subscriptions",
      attributes: {
        name: "Monthly",
        productId: "rich.monthly",
        familySharable: true,
        state: "APPROVED",
        subscriptionPeriod: "ONE_MONTH",
        groupLevel: 1,
      },
    });
  });

  test("includes as many as limit[…] says", async () => {
    const emulator = await start();
    const address = "/v1/apps/1234567890/subscriptionGroups?include=subscriptions";
    const { included } = await listAt(emulator, `${address}&limit[subscriptions]=1`);
    expect(included).toHaveLength(3);
    expect((await listAt(emulator, address)).included).toHaveLength(4);
  });

  test("names the group as transactions do", async () => {
    const emulator = await start({
      notificationUrls: { test: { sandbox: "https://notifications.example.com/" } },
      fetch: async () => Promise.resolve(new Response()),
    });
    const place = { app: "test", environment: "sandbox" } as const;
    const subscriber = { ...place, originalTransactionId: SUBSCRIBER.monthly };
    await emulator.changeSubscription(subscriber, { type: "cancel" });
    const [notification] = emulator.notifications(place);
    const { data: told } = decodePayload(notification?.signedPayload ?? "") as {
      data: { signedTransactionInfo: string };
    };
    const { data } = await listAt(emulator, "/v1/apps/1234567890/subscriptionGroups");
    const basic = data.find(({ attributes }) => attributes["referenceName"] === "basic");
    expect(decodePayload(told.signedTransactionInfo)).toMatchObject({
      subscriptionGroupIdentifier: basic?.id,
    });
  });

  test("lists localizations of groups and subscriptions", async () => {
    const emulator = await start();
    const group = groupIdentifierOf(RICH_APP, "plans");
    const groups = await listAt(
      emulator,
      `/v1/subscriptionGroups/${group}/subscriptionGroupLocalizations`,
    );
    expect(groups.data.map(({ attributes }) => attributes)).toMatchObject([
      { name: "Plans", locale: "en-US", state: "APPROVED" },
      { name: "Pläne", locale: "de-DE", state: "APPROVED" },
    ]);
    const address = `${await subscriptionAddress(emulator)}/subscriptionLocalizations`;
    const subscriptions = await listAt(emulator, address);
    expect(subscriptions.data.map(({ attributes }) => attributes)).toEqual([
      { name: "Monthly", locale: "en-US", description: "Every month.", state: "APPROVED" },
      { name: "Mensuel", locale: "fr-FR", description: null, state: "APPROVED" },
    ]);
  });

  test("lists promotional offers, and what they cost where", async () => {
    const emulator = await start();
    const address = `${await subscriptionAddress(emulator)}/promotionalOffers`;
    const { data: offers } = await listAt(emulator, address);
    expect(offers.map(({ attributes }) => attributes)).toEqual([
      {
        name: "Half for three",
        offerCode: "HALF",
        offerMode: "PAY_AS_YOU_GO",
        duration: "ONE_MONTH",
        numberOfPeriods: 3,
      },
      {
        name: "FREE",
        offerCode: "FREE",
        offerMode: "FREE_TRIAL",
        duration: "THREE_MONTHS",
        numberOfPeriods: 1,
      },
    ]);
    const prices = `/v1/subscriptionPromotionalOffers/${offers[0]?.id}/prices`;
    const { data, included } = await listAt(
      emulator,
      `${prices}?include=territory,subscriptionPricePoint&filter[territory]=JPN,USA`,
    );
    expect(data.map(({ relationships }) => relationships["territory"])).toEqual(
      expect.arrayContaining([
        { data: { type: "territories", id: "USA" } },
        { data: { type: "territories", id: "JPN" } },
      ]),
    );
    const points = included?.filter(({ type }) => type === "subscriptionPricePoints");
    expect(points?.map(({ attributes }) => attributes)).toEqual([
      { customerPrice: "5.00", proceeds: "3.50", proceedsYear2: "4.25" },
      { customerPrice: "490.00", proceeds: "343.00", proceedsYear2: "416.50" },
    ]);
    expect((await listAt(emulator, `${prices}?limit=200`)).data).toHaveLength(TERRITORIES.length);
  });

  test("lists introductory offers and prices by territory", async () => {
    const emulator = await start();
    const address = await subscriptionAddress(emulator);
    const offers = await listAt(emulator, `${address}/introductoryOffers?filter[territory]=FRA`);
    expect(offers.data.map(({ attributes }) => attributes)).toEqual([
      {
        startDate: null,
        endDate: null,
        offerMode: "FREE_TRIAL",
        duration: "ONE_WEEK",
        numberOfPeriods: 1,
      },
    ]);
    const prices = await listAt(
      emulator,
      `${address}/prices?include=subscriptionPricePoint&filter[territory]=JPN`,
    );
    expect(prices.data).toMatchObject([{ attributes: { startDate: null, preserved: false } }]);
    expect(prices.included).toMatchObject([{ attributes: { customerPrice: "980.00" } }]);
  });

  test("lists territories with their currencies", async () => {
    const { data } = await listAt(await start(), "/v1/territories?limit=200");
    expect(data).toContainEqual(
      expect.objectContaining({ type: "territories", id: "JPN", attributes: { currency: "JPY" } }),
    );
  });

  test("answers only the fields asked for", async () => {
    const { data } = await listAt(await start(), "/v1/apps?fields[apps]=bundleId");
    expect(data[0]).toEqual({
      type: "apps",
      id: "1234567890",
      attributes: { bundleId: TEST_APP.bundleId },
      links: { self: anyText },
    });
  });
});

describe("refusals of /connect", () => {
  test.each([
    [404, "NOT_FOUND", "/v1/apps/1"],
    // An app of another team is not there either.
    [404, "NOT_FOUND", `/v1/apps/${STRANGERS_APP.appAppleId}`],
    [404, "NOT_FOUND", "/v1/subscriptions/1/prices"],
    [404, "PATH_ERROR", "/v1/nothing"],
    [404, "PATH_ERROR", "/v2/apps"],
    [404, "PATH_ERROR", "/v1/apps/1234567890/nothing"],
    [404, "PATH_ERROR", "/v1/apps/1234567890/subscriptionGroups/x"],
    [404, "PATH_ERROR", "/v1/apps/%E0%A4%A"],
    [400, "PARAMETER_ERROR.INVALID", "/v1/apps?limit=201"],
    [400, "PARAMETER_ERROR.INVALID", "/v1/apps?limit=0"],
    [400, "PARAMETER_ERROR.INVALID", "/v1/apps?cursor=x"],
    [400, "PARAMETER_ERROR.INVALID", "/v1/apps?include=nothing"],
    [400, "PARAMETER_ERROR.ILLEGAL", "/v1/apps?filter[nothing]=1"],
    [400, "PARAMETER_ERROR.ILLEGAL", "/v1/apps?nothing=1"],
  ])("answer %i %s for %s", async (status, code, address) => {
    const answer = await callConnect(await start(), { app: "rich" }, address);
    expect(answer).toMatchObject({
      status,
      body: {
        errors: [{ id: anyText, status: String(status), code, title: anyText, detail: anyText }],
      },
    });
    expect(answer.headers.get("x-rate-limit")).toMatch(/^user-hour-lim:3500;user-hour-rem:\d+;$/v);
  });

  test("name the parameter", async () => {
    const { body } = await callConnect(await start(), { app: "rich" }, "/v1/apps?limit=x");
    expect(body).toMatchObject({ errors: [{ source: { parameter: "limit" } }] });
  });

  test("answer 405 for anything but GET", async () => {
    const asked = { app: "rich", method: "POST" };
    expect(await callConnect(await start(), asked, "/v1/apps")).toMatchObject({ status: 405 });
  });

  test("answer 401 for the key of another kind", async () => {
    const emulator = await start();
    const { keyId, privateKey } = emulator.credentials("rich");
    const changes = { header: { kid: keyId }, privateKey };
    const { status } = await callConnect(emulator, { app: "rich" }, "/v1/apps", changes);
    expect(status).toBe(401);
    expect(emulator.refusedTokens.list()).toMatchObject([
      { api: "connect", reason: "KEY_UNKNOWN" },
    ]);
  });

  test.each<[string, ConnectTokenChanges]>([
    ["lives too long", { claims: { exp: Math.floor(Date.now() / 1000) + 3600 } }],
    ["is over", { claims: { iat: 1, exp: 2 } }],
    ["is of nobody's team", { claims: { iss: "11111111-0000-4333-8444-555555555555" } }],
    ["is of another team", { claims: { iss: STRANGERS_APP.issuerId } }],
    ["is for somebody else", { claims: { aud: "other" } }],
  ])("answer 401 for a token that %s", async (_name, changes) => {
    const answer = await callConnect(await start(), { app: "rich" }, "/v1/apps", changes);
    expect(answer).toMatchObject({
      status: 401,
      body: { errors: [{ status: "401", code: "NOT_AUTHORIZED" }] },
    });
  });

  test("answer 401 without a token", async () => {
    const emulator = await start();
    const { connectBaseUrl } = emulator.credentials("rich");
    const { status } = await emulator.fetch(new Request(`${connectBaseUrl}/v1/apps`));
    expect(status).toBe(401);
  });
});

describe("GET /connect retention messages", () => {
  const DRAFT = {
    referenceName: "Stay",
    state: "PENDING",
    localizations: { "de-DE": { header: "Bleib", body: "Bitte bleib." } },
  } as const;
  const LIVE = {
    ...DRAFT,
    state: "APPROVED",
    localizations: { "en-US": { header: "Stay", body: "Please stay." } },
    retentionOffer: { offerIdentifier: "STAY_3M", mode: "FREE_TRIAL", period: "P3M" },
  } as const;
  const RICH = { app: "rich", environment: "production" } as const;
  const MESSAGES = "/v1/apps/1234567891/retentionMessages";

  test("has the live version and the sandbox's draft, with what subscribers read", async () => {
    const emulator = await start();
    emulator.setAppStoreConnectMessage(RICH, "rich.monthly", LIVE);
    emulator.setAppStoreConnectMessage({ ...RICH, environment: "sandbox" }, "rich.monthly", DRAFT);
    const messages = await listAt(emulator, MESSAGES);
    expect(messages.data).toMatchObject([
      { type: "retentionMessages", attributes: { referenceName: "Stay" } },
    ]);
    const versions = `/v1/retentionMessages/${messages.data[0]?.id}/versions`;
    const { data } = await listAt(emulator, versions);
    expect(data.map(({ attributes }) => attributes)).toEqual([
      { version: 1, state: "APPROVED" },
      { version: 2, state: "WAITING_FOR_REVIEW" },
    ]);
    const texts = await listAt(
      emulator,
      `/v1/retentionMessageVersions/${data[1]?.id}/localizations`,
    );
    expect(texts.data).toMatchObject([
      {
        type: "retentionMessageLocalizations",
        attributes: { locale: "de-DE", header: "Bleib", body: "Bitte bleib." },
      },
    ]);
  });

  test("calls a draft so that nobody reviewed, and keeps a message's id when its words change", async () => {
    const emulator = await start();
    const sandbox = { ...RICH, environment: "sandbox" } as const;
    emulator.setAppStoreConnectMessage(sandbox, "rich.monthly", LIVE);
    const [before] = (await listAt(emulator, MESSAGES)).data;
    const versions = `/v1/retentionMessages/${before?.id}/versions`;
    expect((await listAt(emulator, versions)).data).toMatchObject([
      { attributes: { version: 1, state: "PREPARE_FOR_SUBMISSION" } },
    ]);
    emulator.setAppStoreConnectMessage(sandbox, "rich.monthly", { ...LIVE, state: "REJECTED" });
    const [after] = (await listAt(emulator, MESSAGES)).data;
    expect(after?.id).toBe(before?.id);
    expect((await listAt(emulator, versions)).data).toMatchObject([
      { attributes: { version: 1, state: "REJECTED" } },
    ]);
  });

  test("says which message a subscription has, and its offers", async () => {
    const emulator = await start();
    const subscription = await subscriptionAddress(emulator);
    const linkage = `${subscription}/relationships/retentionMessage`;
    expect(await callConnect(emulator, { app: "rich" }, linkage)).toMatchObject({
      status: 200,
      body: { data: null },
    });
    emulator.setAppStoreConnectMessage(RICH, "rich.monthly", LIVE);
    const [message] = (await listAt(emulator, MESSAGES)).data;
    expect(await callConnect(emulator, { app: "rich" }, linkage)).toMatchObject({
      body: { data: { type: "retentionMessages", id: message?.id } },
    });
    const offers = await listAt(emulator, `${subscription}/retentionOffers`);
    expect(offers.data).toMatchObject([
      {
        type: "retentionOffers",
        attributes: { offerId: "STAY_3M", offerMode: "FREE_TRIAL", duration: "THREE_MONTHS" },
      },
    ]);
  });

  test("shares one message among products that have the same", async () => {
    const emulator = await start();
    const place = { app: "test", environment: "production" } as const;
    emulator.setAppStoreConnectMessage(place, "basic.monthly", LIVE);
    emulator.setAppStoreConnectMessage(place, "other.monthly", LIVE);
    emulator.setAppStoreConnectMessage(place, "basic.yearly", { ...LIVE, referenceName: "Other" });
    const { data } = await listAt(emulator, "/v1/apps/1234567890/retentionMessages");
    expect(data.map(({ attributes }) => attributes["referenceName"])).toEqual(["Other", "Stay"]);
  });

  test.each(["relationships", "relationships/prices", "relationships/retentionMessage/more"])(
    "refuses a subscription's %s",
    async (path) => {
      const emulator = await start();
      const address = `${await subscriptionAddress(emulator)}/${path}`;
      expect(await callConnect(emulator, { app: "rich" }, address)).toMatchObject({ status: 404 });
    },
  );
});

describe("the hourly limit of /connect", () => {
  test("counts down, refuses, and lets go after an hour", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, connectHourlyLimit: 2 });
    const ask = async () => {
      const asked = { app: "rich", now: clock.now() };
      const { status, headers, body } = await callConnect(emulator, asked, "/v1/apps");
      return { status, header: headers.get("x-rate-limit"), body };
    };
    expect(await ask()).toMatchObject({
      status: 200,
      header: "user-hour-lim:2;user-hour-rem:1;",
    });
    clock.advance(30 * 60 * 1000);
    expect(await ask()).toMatchObject({
      status: 200,
      header: "user-hour-lim:2;user-hour-rem:0;",
    });
    expect(await ask()).toMatchObject({
      status: 429,
      header: textLike("user-hour-rem:0;"),
      body: { errors: [{ status: "429", code: "RATE_LIMIT_EXCEEDED" }] },
    });
    clock.advance(30 * 60 * 1000);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await ask()).toMatchObject({ status: 429 });
  });

  test("can be switched while it runs", async () => {
    const emulator = await start();
    emulator.setConnectHourlyLimit(0);
    expect(await callConnect(emulator, { app: "rich" }, "/v1/apps")).toMatchObject({ status: 429 });
    emulator.setConnectHourlyLimit(Infinity);
    expect(await callConnect(emulator, { app: "rich" }, "/v1/apps")).toMatchObject({ status: 200 });
  });
});
