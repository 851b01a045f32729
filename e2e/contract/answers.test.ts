import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, claimsOf, post } from "./ask.ts";
import { CONTRACT_PATH, createContractApp } from "./contract-app.ts";
import { compileLargeFlow, TEXT } from "./contract-flow.ts";
import { HOSTS, HOSTS_AND_WRANGLER, startForTest } from "./contract-hosts.ts";
import type { StartedHost } from "./contract-hosts.ts";

type Body = Record<string, Record<string, unknown>>;

/** Found by trying: bucketing is the same everywhere, so these are as fixed as the flow. */
const HELD_BACK = "2000000000000010";
const IN_ARM_A = "2000000000000004";
const IN_ARM_B = "2000000000000003";
const OUTSIDE_THE_EXPERIMENT = "2000000000000001";
const SUBSCRIBER = IN_ARM_B;

describe.each(HOSTS_AND_WRANGLER)("the host on %s answers", (_, start) => {
  let started: StartedHost;
  beforeAll(async () => {
    const app = await createContractApp();
    started = { app, host: await start({ app, values: [await app.live()] }) };
  });
  afterAll(() => started.host.close());

  /** Asks, and returns the answer's body with the decision once that has left the host. */
  async function decided(fields: object) {
    const requestIdentifier = randomUUID();
    const request = { originalTransactionId: SUBSCRIBER, ...fields, requestIdentifier };
    const response = await ask(started, request);
    const text = await response.text();
    const find = async () =>
      (await started.host.decisions()).find((d) => d.requestIdentifier === requestIdentifier);
    await expect.poll(find).toBeDefined();
    const decision = await find();
    return { response, body: text === "" ? undefined : (JSON.parse(text) as Body), decision };
  }

  test.each([
    ["a message", "p.plain", { message: { messageIdentifier: TEXT.plain } }],
    [
      "an alternate product",
      "p.switch",
      {
        alternateProduct: {
          messageIdentifier: TEXT.switch,
          productId: "p.offer",
          billingPlanType: "MONTHLY",
        },
      },
    ],
  ])("with %s", async (__, productId, expected) => {
    const { response, body, decision } = await decided({ productId });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/json; charset=utf-8",
    ]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual(expected);
    expect(decision).toMatchObject({ app: "test", environment: "sandbox", subject: { productId } });
    expect(decision?.subject.pseudonym).toBe(started.app.pseudonym(SUBSCRIBER));
  });

  test("with the text of the request's locale", async () => {
    const { body } = await decided({ productId: "p.plain", userLocale: "de-AT" });
    expect(body).toEqual({ message: { messageIdentifier: TEXT.german } });
  });

  test("with a promotional offer that is signed for this request", async () => {
    const signedDate = Date.now();
    const { body, decision } = await decided({ productId: "p.offer", signedDate });
    expect(Object.keys(body ?? {})).toEqual(["promotionalOffer"]);
    const { messageIdentifier, promotionalOfferSignatureV2 } = body?.["promotionalOffer"] ?? {};
    expect(messageIdentifier).toBe(TEXT.offer);
    expect(claimsOf(promotionalOfferSignatureV2)).toMatchObject({
      aud: "promotional-offer",
      iat: Math.floor(signedDate / 1000),
      productId: "p.offer",
      offerIdentifier: "OFFER",
      transactionId: SUBSCRIBER,
    });
    expect(decision).toMatchObject({ rule: "offer", delivered: { kind: "promotionalOffer" } });
    expect(decision).not.toHaveProperty("deviation");
  });

  test("with a promotional offer in the older form", async () => {
    const signedDate = Date.now();
    const { body } = await decided({ productId: "p.offer.v1", signedDate });
    expect(body).toMatchObject({
      promotionalOffer: {
        messageIdentifier: TEXT.offer,
        promotionalOfferSignatureV1: {
          productId: "p.offer.v1",
          offerIdentifier: "OFFER1",
          timestamp: signedDate,
        },
      },
    });
  });

  test("with advanced commerce", async () => {
    const { body } = await decided({ productId: "p.commerce" });
    const { messageIdentifier, advancedCommerceData } = body?.["advancedCommerceInfo"] ?? {};
    expect(Object.keys(body ?? {})).toEqual(["advancedCommerceInfo"]);
    expect([messageIdentifier, typeof advancedCommerceData]).toEqual([TEXT.commerce, "string"]);
  });

  test("503 without a body where the flow defers to Apple", async () => {
    const { response, body, decision } = await decided({ productId: "p.defer" });
    expect([response.status, body]).toEqual([503, undefined]);
    expect(decision).toMatchObject({ rule: "defer", delivered: { kind: "deferToApple" } });
  });

  test("with the flow's fallback where no rule holds", async () => {
    const { body, decision } = await decided({ productId: "p.nobody.knows" });
    expect(body).toEqual({ message: { messageIdentifier: TEXT.plain } });
    expect(decision).toMatchObject({ source: "fallback" });
  });

  test("with the neutral message for who is held back", async () => {
    const fields = { productId: "p.offer", originalTransactionId: HELD_BACK };
    const { body, decision } = await decided(fields);
    expect(body).toEqual({ message: { messageIdentifier: TEXT.held } });
    expect(decision).toMatchObject({ source: "holdout" });
  });

  test.each([
    ["one arm", IN_ARM_A, TEXT.armA, { key: "contract_arms", arm: "a" }],
    ["the other arm", IN_ARM_B, TEXT.armB, { key: "contract_arms", arm: "b" }],
    ["neither arm outside its traffic", OUTSIDE_THE_EXPERIMENT, TEXT.plain, undefined],
  ])("an experiment with %s", async (__, originalTransactionId, message, experiment) => {
    const { body, decision } = await decided({ productId: "p.experiment", originalTransactionId });
    expect(body).toEqual({ message: { messageIdentifier: message } });
    expect(decision?.experiment).toEqual(experiment);
  });

  test("the same request twice with the same claims", async () => {
    const body = started.app.body({
      productId: "p.offer",
      originalTransactionId: SUBSCRIBER,
    });
    const claims = [];
    for (const response of [await post(started.host, body), await post(started.host, body)]) {
      const { promotionalOffer } = (await response.json()) as Body;
      claims.push(claimsOf(promotionalOffer?.["promotionalOfferSignatureV2"]));
    }
    expect(claims[0]).toMatchObject({ offerIdentifier: "OFFER" });
    expect(claims[0]).toEqual(claims[1]);
  });

  test("a request without a Content-Type", async () => {
    const body = new TextEncoder().encode(started.app.body());
    expect((await post(started.host, body, { headers: {} })).status).toBe(200);
  });

  test("a body in pieces without a declared length", async () => {
    const body = started.app.body();
    const pieces = new Blob([body.slice(0, 1000), body.slice(1000)]).stream();
    expect((await post(started.host, pieces)).status).toBe(200);
  });

  test.each(["/", "?x=1", "/?x=/metrics"])("a path that ends in %s", async (end) => {
    const response = await post(started.host, started.app.body(), { path: CONTRACT_PATH + end });
    expect(response.status).toBe(200);
  });

  test("many at once, each with its own answer and decision", async () => {
    const asked = Array.from({ length: 60 }, (__, index) => ({
      requestIdentifier: randomUUID(),
      productId: index % 2 === 0 ? "p.offer" : "p.switch",
      originalTransactionId: SUBSCRIBER,
    }));
    const kinds = await Promise.all(
      asked.map(async (fields) =>
        Object.keys((await (await ask(started, fields)).json()) as Body).join(),
      ),
    );
    expect(kinds).toEqual(
      asked.map(({ productId }) =>
        productId === "p.offer" ? "promotionalOffer" : "alternateProduct",
      ),
    );
    const identifiers = asked.map(({ requestIdentifier }) => requestIdentifier);
    await expect
      .poll(async () => (await started.host.decisions()).map((d) => d.requestIdentifier))
      .toEqual(expect.arrayContaining(identifiers));
  });

  test("/healthz with what is live", async () => {
    const response = await fetch(`${started.host.url}/healthz?app=test&environment=sandbox`);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { ok: true, snapshot: "contract_1" },
    ]);
  });
});

test.each(HOSTS)("the host on %s answers by a flow of 10,000 rules", async (_, start) => {
  const snapshot = compileLargeFlow(10_000);
  const started = await startForTest(start, async (app) => [await app.live({ snapshot })]);
  const response = await ask(started);
  expect([response.status, await response.json()]).toEqual([
    200,
    { message: { messageIdentifier: TEXT.known } },
  ]);
});
