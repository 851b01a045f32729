import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import type { ConnectClient } from "./index.ts";
import { createTestClient } from "./testing/create-test-client.ts";

const PRICE = {
  type: "subscriptionPrices",
  id: "price",
  attributes: { startDate: null, preserved: true, planType: "UPFRONT", newAttribute: [1] },
  relationships: {
    territory: { data: { type: "territories", id: "USA" } },
    subscriptionPricePoint: { data: { type: "subscriptionPricePoints", id: "point" } },
  },
};
const INCLUDED = [
  { type: "territories", id: "USA", attributes: { currency: "USD" } },
  { type: "subscriptionPricePoints", id: "point", attributes: { customerPrice: "0.29" } },
];

function app(id: string, bundleId: string) {
  return { type: "apps", id, attributes: { bundleId } };
}

function group(id: number) {
  return { type: "subscriptionGroups", id: `${id}` };
}

describe("a list", () => {
  test.each<readonly [string, (client: ConnectClient) => Promise<unknown>]>([
    ["/v1/apps/1/subscriptionGroups?limit=200", (client) => client.listSubscriptionGroups("1")],
    [
      "/v1/subscriptionGroups/1/subscriptionGroupLocalizations?limit=200",
      (client) => client.listSubscriptionGroupLocalizations("1"),
    ],
    ["/v1/subscriptionGroups/1/subscriptions?limit=200", (client) => client.listSubscriptions("1")],
    [
      "/v1/subscriptions/1/subscriptionLocalizations?limit=200",
      (client) => client.listSubscriptionLocalizations("1"),
    ],
    [
      "/v1/subscriptions/1/prices?limit=200&include=territory,subscriptionPricePoint",
      (client) => client.listSubscriptionPrices("1"),
    ],
    [
      "/v1/subscriptions/1/promotionalOffers?limit=200",
      (client) => client.listPromotionalOffers("1"),
    ],
    [
      "/v1/subscriptionPromotionalOffers/1/prices?limit=200&include=territory,subscriptionPricePoint",
      (client) => client.listPromotionalOfferPrices("1"),
    ],
    [
      "/v1/subscriptions/1/introductoryOffers?limit=200&include=territory,subscriptionPricePoint",
      (client) => client.listIntroductoryOffers("1"),
    ],
  ])("%s", async (url, call) => {
    const { client, server } = await createTestClient(() => ({ body: { data: [] } }), {
      readOnly: true,
    });
    expect(await call(client)).toEqual([]);
    expect(server.requests.map((request) => decodeURIComponent(request.url))).toEqual([url]);
    expect(server.requests[0]?.method).toBe("GET");
  });

  test("has plain records with unknown attributes and what is included", async () => {
    const { client } = await createTestClient(() => ({
      body: { data: [PRICE], included: INCLUDED, meta: {} },
    }));
    expect(await client.listSubscriptionPrices("1")).toEqual([
      {
        id: "price",
        startDate: null,
        preserved: true,
        planType: "UPFRONT",
        newAttribute: [1],
        territory: { id: "USA", currency: "USD" },
        pricePoint: { id: "point", customerPrice: "0.29" },
      },
    ]);
  });

  test("has the id alone of what is not included, and nothing where there is no relation", async () => {
    const free = {
      ...PRICE,
      relationships: { ...PRICE.relationships, subscriptionPricePoint: { data: null } },
    };
    const { client } = await createTestClient(() => ({ body: { data: [free] } }));
    expect(await client.listPromotionalOfferPrices("1")).toMatchObject([
      { territory: { id: "USA" }, pricePoint: undefined },
    ]);
  });
});

describe("findApp()", () => {
  test("finds the app with exactly the bundle id", async () => {
    const { client, server } = await createTestClient(() => ({
      body: { data: [app("1", "com.example.app.beta"), app("2", "com.example.app")] },
    }));
    expect(await client.findApp("com.example.app")).toEqual({
      id: "2",
      bundleId: "com.example.app",
    });
    expect(await client.findApp("com.example")).toBeUndefined();
    expect(decodeURIComponent(server.requests[0]?.url ?? "")).toBe(
      "/v1/apps?limit=200&filter[bundleId]=com.example.app",
    );
  });
});

describe("pages", () => {
  test("are followed to the last", async () => {
    const { client, server } = await createTestClient(({ url, headers }, index) => {
      const next = `http://${headers.host ?? ""}${url.split("?")[0] ?? ""}?cursor=${index}&limit=200`;
      return { body: { data: [group(index)], links: index < 2 ? { next } : { self: url } } };
    });
    const groups = await client.listSubscriptionGroups("1");
    expect(groups.map(({ id }) => id)).toEqual(["0", "1", "2"]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/v1/apps/1/subscriptionGroups?limit=200",
      "/v1/apps/1/subscriptionGroups?cursor=0&limit=200",
      "/v1/apps/1/subscriptionGroups?cursor=1&limit=200",
    ]);
  });

  test("are followed below the base URL's path, by relative links as well", async () => {
    const links = { next: "/connect/v1/apps/1/subscriptionGroups?cursor=2" };
    const { server, client: root } = await createTestClient((_, index) => ({
      body: { data: [group(index)], links: index === 0 ? links : {} },
    }));
    const { client } = await createTestClient(() => "drop", {
      baseUrl: `${server.baseUrl}/connect`,
    });
    expect(await client.listSubscriptionGroups("1")).toHaveLength(2);
    expect(server.requests[1]?.url).toBe("/connect/v1/apps/1/subscriptionGroups?cursor=2");
    expect(root.baseUrl).toBe(server.baseUrl);
  });

  test.each([
    "https://evil.example/v1/apps",
    "http://127.0.0.1:1/v1/apps",
    "//evil.example/v1/apps",
    "https://[",
  ])("are never followed to %s", async (next) => {
    const { client, server } = await createTestClient(() => ({
      body: { data: [], links: { next } },
    }));
    const error = await rejectionOf(client.listSubscriptionGroups("1"));
    expect(error.code).toBe("APPLE_ANSWER_MALFORMED");
    expect(server.requests).toHaveLength(1);
  });

  test("are never followed above the base URL's path", async () => {
    const { server } = await createTestClient(() => ({
      body: { data: [], links: { next: "/connect/../v1/apps" } },
    }));
    const { client } = await createTestClient(() => "drop", {
      baseUrl: `${server.baseUrl}/connect`,
    });
    expect((await rejectionOf(client.listSubscriptionGroups("1"))).message).toContain("/connect");
    expect(server.requests).toHaveLength(1);
  });

  test("end where Apple leads round in a circle", async () => {
    const { client, server } = await createTestClient(({ url }) => ({
      body: { data: [], links: { next: url } },
    }));
    expect((await rejectionOf(client.listSubscriptionGroups("1"))).code).toBe(
      "APPLE_ANSWER_MALFORMED",
    );
    expect(server.requests).toHaveLength(500);
  });

  test("end by the caller's signal", async () => {
    const controller = new AbortController();
    const { client, server } = await createTestClient(({ url }) => {
      controller.abort();
      return { body: { data: [], links: { next: url } } };
    });
    const { signal } = controller;
    const error = await rejectionOf(client.listSubscriptionGroups("1", { signal }));
    expect(error.code).toBe("REQUEST_ABORTED");
    expect(server.requests).toHaveLength(1);
  });
});

describe("what is no JSON:API document", () => {
  test.each<readonly [unknown, string]>([
    [[], "the body to be an object"],
    [{}, "data to be an array"],
    [{ data: {} }, "data to be an array"],
    [{ data: ["x"] }, "data[0] to be an object"],
    [{ data: [{ type: "x" }] }, "data[0].id to be a text"],
    [{ data: [{ id: 7 }] }, "data[0].id to be a text"],
    [{ data: [{ id: "1", attributes: 1 }] }, "data[0].attributes to be an object"],
    [
      { data: [{ id: "1", attributes: { groupLevel: "1" } }] },
      "data[0].attributes.groupLevel to be a number",
    ],
    [{ data: [], included: {} }, "included to be an array"],
    [{ data: [], included: [null] }, "included[0] to be an object"],
    [{ data: [], links: { next: 1 } }, "links.next to be a text"],
  ])("%j is refused", async (body, expected) => {
    const { client } = await createTestClient(() => ({ body }));
    const error = await rejectionOf(client.listSubscriptions("1"));
    expect(error.code).toBe("APPLE_ANSWER_MALFORMED");
    expect(error.message).toBe(`List Subscriptions: expected ${expected}`);
  });
});

describe("refusals", () => {
  test("have Apple's code and words", async () => {
    const error = {
      id: "1",
      status: "400",
      code: "PARAMETER_ERROR.INVALID",
      title: "A parameter has an invalid value",
      detail: "'x' is not a valid value",
      source: { parameter: "filter[x]" },
    };
    const { client } = await createTestClient(() => ({ status: 400, body: { errors: [error] } }));
    expect(await rejectionOf(client.listSubscriptions("1"))).toMatchObject({
      code: "APPLE_REFUSED",
      status: 400,
      errorName: "PARAMETER_ERROR.INVALID",
      errorMessage: "'x' is not a valid value (filter[x])",
    });
  });

  test.each([
    [401, "APPLE_UNAUTHORIZED", "App Store Connect API key"],
    [403, "APPLE_REFUSED", "role"],
  ])("%i says what to check, with any body", async (status, code, advice) => {
    for (const body of ["", "no JSON", { errors: [] }, { errors: [{}] }, []]) {
      const { client } = await createTestClient(() => ({ status, body }));
      expect(await rejectionOf(client.findApp("x"))).toMatchObject({
        code,
        advice: expect.stringContaining(advice) as unknown,
      });
    }
  });
});
