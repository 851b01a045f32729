import { describe, expect, test } from "vitest";
import type { ReceivedRequest, ScriptedAnswer } from "../http/testing/answering-server.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { newestVersions } from "./newest-versions.ts";
import { parseRetentionOffer } from "./parse-retention.ts";
import { readRetention } from "./read-retention.ts";
import { createTestClient } from "./testing/create-test-client.ts";

const SUBSCRIPTIONS = [
  { id: "11", productId: "yoga.monthly" },
  { id: "12", productId: "yoga.yearly" },
];

const LIST = "/v1/apps/1/retentionMessages";

/** What an app with one message, on one of two subscriptions, answers by path. */
const PAGES: Readonly<Record<string, unknown>> = {
  [LIST]: [{ type: "retentionMessages", id: "m", attributes: { referenceName: "Stay", tone: 7 } }],
  "/v1/retentionMessages/m/versions": [
    { type: "retentionMessageVersions", id: "v1", attributes: { version: 1, state: "APPROVED" } },
    { type: "retentionMessageVersions", id: "v2", attributes: { version: 2, state: "PONDERED" } },
  ],
  "/v1/retentionMessageVersions/v1/localizations": [
    { type: "t", id: "l1", attributes: { locale: "en-US", header: "Stay", body: "Please stay." } },
    { type: "t", id: "l2", attributes: { header: "nowhere" } },
  ],
  "/v1/retentionMessageVersions/v2/localizations": [
    { type: "t", id: "l3", attributes: { locale: "de-DE", header: 5, body: null } },
  ],
  "/v1/subscriptions/11/relationships/retentionMessage": {
    type: "retentionMessages",
    id: "m",
  },
  "/v1/subscriptions/12/relationships/retentionMessage": null,
  "/v1/subscriptions/11/retentionOffers": [
    {
      type: "retentionOffers",
      id: "o",
      attributes: { offerId: "STAY_3M", offerMode: "FREE_TRIAL", duration: "THREE_MONTHS" },
    },
  ],
  "/v1/subscriptions/12/retentionOffers": [],
};

function pathOf({ url }: ReceivedRequest): string {
  return new URL(url, "http://localhost").pathname;
}

/** Reads an app whose answers are those of {@link PAGES}, but for `answers`. */
async function read(answers: Readonly<Record<string, ScriptedAnswer>> = {}) {
  const { client, server } = await createTestClient(
    (request) => answers[pathOf(request)] ?? { body: { data: PAGES[pathOf(request)] } },
    { maxAttempts: 1 },
  );
  const asked = () => server.requests.map(pathOf);
  return {
    asked,
    result: readRetention(client, { appId: "1", subscriptions: SUBSCRIPTIONS }, {}),
  };
}

const REFUSAL = { errors: [{ code: "NOT_FOUND", detail: "no such thing" }] };

describe("readRetention()", () => {
  test("puts together what the lists have, and passes over what it does not know", async () => {
    const { result } = await read();
    expect(await result).toEqual({
      messages: [
        {
          id: "m",
          name: "Stay",
          versions: [
            {
              version: 1,
              state: "APPROVED",
              localizations: [{ locale: "en-US", header: "Stay", body: "Please stay." }],
            },
            { version: 2, state: "PONDERED", localizations: [{ locale: "de-DE" }] },
          ],
        },
      ],
      products: [
        {
          productId: "yoga.monthly",
          messageId: "m",
          offers: [
            { id: "o", offerIdentifier: "STAY_3M", offerMode: "FREE_TRIAL", duration: "P3M" },
          ],
        },
      ],
    });
  });

  test.each<readonly [string, ScriptedAnswer]>([
    ["400", { status: 400, body: REFUSAL }],
    ["403", { status: 403, body: REFUSAL }],
    ["404", { status: 404, body: REFUSAL }],
    ["404 without an error", { status: 404 }],
    ["500", { status: 500 }],
    ["what is no list", { body: { data: { id: "1" } } }],
  ])(
    "returns undefined, and asks no more, where the messages are answered %s",
    async (_, answer) => {
      const { result, asked } = await read({ [LIST]: answer });
      expect(await result).toBeUndefined();
      expect(asked()).toEqual([LIST]);
    },
  );

  test("does without a list that is refused, and asks for it once", async () => {
    const gone = { status: 404, body: REFUSAL };
    const { result, asked } = await read({
      "/v1/subscriptions/11/relationships/retentionMessage": gone,
      "/v1/subscriptions/11/retentionOffers": gone,
      "/v1/retentionMessageVersions/v1/localizations": gone,
    });
    expect(await result).toEqual({
      messages: [
        {
          id: "m",
          name: "Stay",
          versions: [
            { version: 1, state: "APPROVED", localizations: [] },
            { version: 2, state: "PONDERED", localizations: [] },
          ],
        },
      ],
      products: [],
    });
    expect(asked()).toHaveLength(5);
  });

  test.each<readonly [string, ScriptedAnswer]>([
    ["APPLE_UNAUTHORIZED", { status: 401 }],
    ["APPLE_RATE_LIMITED", { status: 429, body: REFUSAL }],
    ["APPLE_CONNECTION_LOST", "drop"],
  ])("throws %s, which every list would meet", async (code, answer) => {
    const { result } = await read({ [LIST]: answer });
    expect((await rejectionOf(result)).code).toBe(code);
  });

  test("does not ask which message a subscription has where there are none", async () => {
    const { result, asked } = await read({ [LIST]: { body: { data: [] } } });
    expect(await result).toMatchObject({ messages: [], products: [{ messageId: undefined }] });
    expect(asked()).toEqual([
      LIST,
      "/v1/subscriptions/11/retentionOffers",
      "/v1/subscriptions/12/retentionOffers",
    ]);
  });
});

describe("newestVersions()", () => {
  test.each<readonly [string, readonly (readonly [unknown, unknown])[], readonly number[]]>([
    ["none", [], []],
    ["one that is both", [[1, "APPROVED"]], [0]],
    [
      "by number, not by place",
      [
        [3, "REJECTED"],
        [1, "APPROVED"],
        [2, "APPROVED"],
      ],
      [2, 0],
    ],
    [
      "by place without numbers",
      [
        [null, "APPROVED"],
        ["2", "APPROVED"],
        [-1, undefined],
      ],
      [1, 2],
    ],
    [
      "no approved one",
      [
        [1, "REJECTED"],
        [2, 7],
      ],
      [1],
    ],
  ])("%s", (_, given, expected) => {
    const records = given.map(([version, state], index) => ({ id: `${index}`, version, state }));
    expect(newestVersions(records).map(({ id }) => Number(id))).toEqual(expected);
  });
});

describe("parseRetentionOffer()", () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, unknown]>([
    [
      "the names of win-back offers",
      {
        offerId: "A",
        referenceName: "Three months",
        periodCount: 3,
        duration: "ONE_MONTH",
        customerEligibilityPaidSubscriptionDurationInMonths: 6,
        customerEligibilityWaitBetweenOffersInMonths: 12,
      },
      {
        id: "1",
        offerIdentifier: "A",
        name: "Three months",
        numberOfPeriods: 3,
        duration: "P1M",
        minimumPaidMonths: 6,
        monthsBetweenOffers: 12,
      },
    ],
    [
      "the names of promotional offers",
      { offerCode: "A", name: "Three months", numberOfPeriods: 3 },
      { id: "1", offerIdentifier: "A", name: "Three months", numberOfPeriods: 3 },
    ],
    [
      "values of other types",
      { offerId: 5, referenceName: {}, periodCount: "3", offerMode: [], duration: true },
      { id: "1" },
    ],
  ])("%s", (_, attributes, expected) => {
    expect(parseRetentionOffer({ ...attributes, id: "1" })).toEqual(expected);
  });
});
