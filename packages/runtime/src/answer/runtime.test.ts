import { verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { NO_STOPS } from "@holdfast/flow/evaluate";
import type { SubscriberState } from "@holdfast/flow/evaluate";
import { nodeCryptography } from "../node/node-cryptography.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import { compileTestFlow, MESSAGE } from "../testing/test-flow.ts";
import { createTestRuntime, testPayload, TEST_NOW } from "../testing/test-runtime.ts";

type Body = Record<string, Record<string, unknown>>;

async function bodyOf(response: Response): Promise<Body> {
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  return (await response.json()) as Body;
}

function claimsOf(jws: unknown): Record<string, unknown> {
  const [, payload = ""] = String(jws).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

function state(attributes: SubscriberState["attributes"]): SubscriberState {
  return { attributes, previousDecisions: { rules: {}, offers: {} } };
}

describe.each([
  ["Web Crypto", webCryptography],
  ["node:crypto", nodeCryptography],
])("createRuntime() on %s answers", (_, cryptography) => {
  test("a message", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const body = await bodyOf(await runtime.ask({ productId: "p.plain" }));
    expect(body).toEqual({ message: { messageIdentifier: MESSAGE.plain } });
  });

  test("an alternate product with its billing plan", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const body = await bodyOf(await runtime.ask({ productId: "p.switch" }));
    expect(body).toEqual({
      alternateProduct: {
        messageIdentifier: MESSAGE.switch,
        productId: "p.offer",
        billingPlanType: "MONTHLY",
      },
    });
  });

  test("a promotional offer with a signature of the current form", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const { promotionalOffer = {} } = await bodyOf(await runtime.ask({ productId: "p.offer" }));
    expect(Object.keys(promotionalOffer)).toEqual([
      "messageIdentifier",
      "promotionalOfferSignatureV2",
    ]);
    expect(claimsOf(promotionalOffer["promotionalOfferSignatureV2"])).toEqual({
      iss: runtime.key.issuerId,
      iat: TEST_NOW / 1000,
      aud: "promotional-offer",
      bid: "com.example.test",
      nonce: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as unknown,
      productId: "p.offer",
      offerIdentifier: "OFFER",
      transactionId: "2000000123456789",
    });
  });

  test("a promotional offer with a signature of the older form", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const { promotionalOffer = {} } = await bodyOf(await runtime.ask({ productId: "p.offer.v1" }));
    const signature = promotionalOffer["promotionalOfferSignatureV1"] as Record<string, string>;
    const { encodedSignature = "", nonce = "", timestamp = "", keyId = "" } = signature;
    const fields = ["com.example.test", keyId, "p.offer.v1", "OFFER1", "", nonce, timestamp];
    const signed = Buffer.from(fields.join("\u2063"));
    const isGood = verify(
      "sha256",
      signed,
      runtime.key.publicKey,
      Buffer.from(encodedSignature, "base64"),
    );
    expect(isGood).toBe(true);
  });

  test("advanced commerce", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const { advancedCommerceInfo = {} } = await bodyOf(
      await runtime.ask({ productId: "p.commerce" }),
    );
    const data = Buffer.from(
      String(advancedCommerceInfo["advancedCommerceData"]),
      "base64",
    ).toString();
    const { token } = (JSON.parse(data) as { signatureInfo: { token: string } }).signatureInfo;
    const request = Buffer.from(String(claimsOf(token)["request"]), "base64").toString();
    expect(JSON.parse(request)).toEqual({ operation: "MODIFY" });
  });

  test("503 without a body where the flow defers to Apple, counted apart", async () => {
    const runtime = await createTestRuntime({ cryptography });
    const response = await runtime.ask({ productId: "p.defer" });
    expect([response.status, await response.text()]).toEqual([503, ""]);
    expect(runtime.events).toMatchObject([{ outcome: "deferred", decision: { rule: "defer" } }]);
  });
});

test("createRuntime() signs equal claims for the same request on two hosts", async () => {
  const hosts = await Promise.all([
    createTestRuntime({ cryptography: webCryptography }),
    createTestRuntime({ cryptography: nodeCryptography }),
  ]);
  const claims = [];
  for (const host of hosts) {
    const { promotionalOffer } = await bodyOf(await host.ask({ productId: "p.offer" }));
    claims.push(claimsOf(promotionalOffer?.["promotionalOfferSignatureV2"]));
  }
  expect(claims[0]).toEqual(claims[1]);
});

describe("createRuntime() fails safe", () => {
  test("with the response's own fallback when there is no signing key", async () => {
    const runtime = await createTestRuntime();
    const { signing: _, ...keys } = runtime.live.keys;
    const keyless = await createTestRuntime({ live: { keys } });
    const body = await bodyOf(await keyless.ask({ productId: "p.offer" }));
    expect(body).toEqual({ message: { messageIdentifier: MESSAGE.own } });
    expect(keyless.events).toMatchObject([
      { outcome: "fallback", code: "signingFailed", signing: "failed" },
    ]);
    expect(keyless.records).toMatchObject([
      {
        assigned: { kind: "promotionalOffer" },
        delivered: { message: "own" },
        deviation: "signingFailed",
      },
    ]);
  });

  test("with the flow's fallback when the response has none", async () => {
    const runtime = await createTestRuntime();
    const { signing: _, ...keys } = runtime.live.keys;
    const keyless = await createTestRuntime({ live: { keys } });
    const body = await bodyOf(await keyless.ask({ productId: "p.offer.v1" }));
    expect(body).toEqual({ message: { messageIdentifier: MESSAGE.plain } });
  });

  test("with the flow's fallback when evaluation throws", async () => {
    const runtime = await createTestRuntime();
    const broken = new Proxy(runtime.live.snapshot, {
      get(target, property) {
        if (property === "rulesByProduct") throw new Error("broken");
        return Reflect.get(target, property) as unknown;
      },
    });
    const faulty = await createTestRuntime({ live: { snapshot: broken } });
    const body = await bodyOf(await faulty.ask({ productId: "p.offer" }));
    expect(body).toEqual({ message: { messageIdentifier: MESSAGE.plain } });
    expect(faulty.events).toMatchObject([{ outcome: "fallback", code: "evaluationFailed" }]);
  });

  test("with 503 and no body when nothing is approved", async () => {
    const stops = { ...NO_STOPS, rejectedMessages: new Set<string>(Object.values(MESSAGE)) };
    const runtime = await createTestRuntime({ live: { stops } });
    const response = await runtime.ask();
    expect([response.status, await response.text()]).toEqual([503, ""]);
    expect(runtime.events).toMatchObject([{ outcome: "unavailable", code: "NOTHING_APPROVED" }]);
  });

  test("with the fallback when signing is not done within the budget", async () => {
    const never = {
      ...webCryptography,
      importSigningKey: async () => ({ sign: () => new Promise<never>(() => undefined) }),
    };
    const runtime = await createTestRuntime({ cryptography: never, budgetMs: 20 });
    const body = await bodyOf(await runtime.ask({ productId: "p.offer" }));
    expect(body).toEqual({ message: { messageIdentifier: MESSAGE.own } });
    expect(runtime.records).toMatchObject([{ deviation: "budgetExceeded" }]);
  });

  test("with a budget that began when the request came, and a latency that did too", async () => {
    const runtime = await createTestRuntime();
    const request = runtime.request({ productId: "p.offer" });
    await runtime.fetch(request, performance.now() - 1000);
    const refused = { code: "BUDGET_EXCEEDED", status: 503 };
    expect(runtime.events).toMatchObject([refused]);
    expect(runtime.events[0]?.latencyMs).toBeGreaterThanOrEqual(1000);
  });

  test("with an answer all the same when the decision cannot be kept, or not in time", async () => {
    const failing = await createTestRuntime({ append: () => Promise.reject(new Error("disk")) });
    await bodyOf(await failing.ask());
    expect(failing.events[0]?.error).toBeInstanceOf(Error);
    const slow = await createTestRuntime({
      append: () => new Promise(() => undefined),
      budgetMs: 20,
    });
    await bodyOf(await slow.ask());
  });
});

async function askFor(options: Parameters<typeof createTestRuntime>[0], productId = "p.state") {
  const runtime = await createTestRuntime(options);
  const body = await bodyOf(await runtime.ask({ productId }));
  return { message: body["message"]?.["messageIdentifier"], runtime };
}

test("createRuntime() answers no sooner than the decision is kept", async () => {
  const order: string[] = [];
  const { promise: kept, resolve: keep } = Promise.withResolvers<undefined>();
  const runtime = await createTestRuntime({
    budgetMs: 60_000,
    append: async () => {
      order.push("append");
      await kept;
      order.push("kept");
    },
  });
  const answer = runtime.ask().then(() => order.push("answered"));
  await expect.poll(() => order).toEqual(["append"]);
  keep(undefined);
  await answer;
  expect(order).toEqual(["append", "kept", "answered"]);
});

test("createRuntime() answers when the observer fails", async () => {
  const runtime = await createTestRuntime({
    onAnswer() {
      throw new Error("the log is full");
    },
  });
  expect((await runtime.ask()).status).toBe(200);
  expect((await runtime.ask({ appAppleId: 1 })).status).toBe(403);
});

test("createRuntime() keeps to itself what went wrong inside", async () => {
  const error = new Error("cannot read /secret/canary");
  const runtime = await createTestRuntime({
    revocations() {
      throw error;
    },
  });
  const response = await runtime.ask();
  expect([response.status, await response.json()]).toEqual([
    503,
    { code: "INTERNAL", message: "an internal error" },
  ]);
  expect(runtime.events).toMatchObject([{ outcome: "unavailable", code: "INTERNAL", error }]);
  expect(runtime.records).toEqual([]);
});

describe("createRuntime() and subscriber state", () => {
  test("looks the subscriber up by pseudonym, once", async () => {
    const asked: object[] = [];
    const { message, runtime } = await askFor({
      subscribers: {
        async find(key) {
          asked.push(key);
          return state({ storefront: "USA" });
        },
      },
    });
    expect(message).toBe(MESSAGE.known);
    expect(asked).toEqual([
      { app: "test", environment: "sandbox", pseudonym: runtime.records[0]?.subject.pseudonym },
    ]);
    expect(JSON.stringify(runtime.records)).not.toContain("2000000123456789");
  });

  test("does not look up when no rule for the product needs it", async () => {
    const { runtime } = await askFor(
      { subscribers: { find: () => Promise.reject(new Error("must not be asked")) } },
      "p.plain",
    );
    expect(runtime.events).toMatchObject([{ lookup: "notNeeded" }]);
    expect(runtime.records[0]?.subject.subscriber).toEqual({
      status: "unavailable",
      reason: "notNeeded",
    });
  });

  test.each([
    ["there is no store", undefined, { status: "unavailable", reason: "noStore" }],
    ["it finds nothing", { find: async () => undefined }, { status: "notFound" }],
    [
      "it fails",
      { find: () => Promise.reject(new Error("down")) },
      { status: "unavailable", reason: "failed" },
    ],
    [
      "it is late",
      { find: () => new Promise<never>(() => undefined) },
      { status: "unavailable", reason: "late" },
    ],
  ])("makes it unknown when %s", async (_, subscribers, subscriber) => {
    const options = subscribers === undefined ? {} : { subscribers };
    const { message, runtime } = await askFor({ ...options, lookupMs: 10 });
    expect(message).toBe(MESSAGE.plain);
    const ending = "reason" in subscriber ? subscriber.reason : subscriber.status;
    expect(runtime.events).toMatchObject([{ lookup: ending }]);
    expect("lookupMs" in (runtime.events[0] ?? {})).toBe(ending !== "noStore");
    expect(runtime.records[0]?.subject.subscriber).toEqual(subscriber);
  });

  test("stops asking a store that keeps failing", async () => {
    let asked = 0;
    const runtime = await createTestRuntime({
      subscribers: {
        find() {
          asked += 1;
          return Promise.reject(new Error("down"));
        },
      },
    });
    for (let request = 0; request < 8; request += 1) await runtime.ask({ productId: "p.state" });
    expect(asked).toBe(5);
    expect(runtime.records.at(-1)?.subject.subscriber).toMatchObject({ reason: "circuitOpen" });
  });

  test("does not hold it against a store that an answer has no time left", async () => {
    let asked = 0;
    const runtime = await createTestRuntime({
      lookupMs: 1000,
      budgetMs: 500,
      subscribers: {
        find() {
          asked += 1;
          return new Promise<never>(() => undefined);
        },
      },
    });
    const ask = () => runtime.ask({ productId: "p.state" });
    await Promise.all(Array.from({ length: 8 }, ask));
    await ask();
    expect(asked).toBe(9);
    expect(new Set(runtime.events.map(({ lookup }) => lookup))).toEqual(new Set(["late"]));
  });
});

describe("createRuntime() refuses", () => {
  const jsonHeaders = { "content-type": "application/json" };

  test.each([
    [
      "a signedDate over five minutes ago",
      { signedDate: TEST_NOW - 300_001 },
      403,
      "SIGNED_DATE_STALE",
    ],
    [
      "a signedDate over five minutes ahead",
      { signedDate: TEST_NOW + 300_001 },
      403,
      "SIGNED_DATE_IN_FUTURE",
    ],
    ["another app's request", { appAppleId: 1 }, 403, "APP_MISMATCH"],
    ["another environment's request", { environment: "Production" }, 403, "ENVIRONMENT_MISMATCH"],
    ["Xcode's request", { environment: "Xcode" }, 403, "UNSIGNED_DATA_REFUSED"],
    ["a request without a product", { productId: undefined }, 400, "PAYLOAD_INVALID"],
    ["a signedDate that is no number", { signedDate: "now" }, 400, "PAYLOAD_INVALID"],
  ])("%s", async (_, fields, status, code) => {
    const runtime = await createTestRuntime();
    const response = await runtime.ask(fields);
    expect([response.status, await response.json()]).toEqual([
      status,
      { code, message: expect.any(String) as unknown },
    ]);
    expect(runtime.records).toEqual([]);
    expect(runtime.events).toMatchObject([{ outcome: "refused", code, app: "test" }]);
  });

  test.each([
    ["an unknown path", "/apple/retention/test", 404, "PATH_UNKNOWN"],
    ["an unknown app", "/apple/retention/nobody/sandbox", 404, "APP_UNKNOWN"],
    ["an unknown environment", "/apple/retention/test/moon", 404, "APP_UNKNOWN"],
    [
      "an environment that is not configured",
      "/apple/retention/test/production",
      404,
      "APP_UNKNOWN",
    ],
    ["an app without a publication", "/apple/retention/unpublished/sandbox", 503, "NOT_PUBLISHED"],
  ])("%s", async (_, path, status, code) => {
    const runtime = await createTestRuntime();
    const response = await runtime.ask({}, path);
    expect([response.status, ((await response.json()) as Body)["code"]]).toEqual([status, code]);
    expect(runtime.events[0]).not.toHaveProperty("app");
  });

  test("any method but POST", async () => {
    const runtime = await createTestRuntime();
    const response = await runtime.fetch(
      new Request("http://localhost/apple/retention/test/sandbox"),
    );
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test.each([
    ["a body that is no JSON", "{", 400, "BODY_MALFORMED"],
    ["two parts", JSON.stringify({ signedPayload: "e30.e30" }), 400, "JWS_MALFORMED"],
    ["four parts", JSON.stringify({ signedPayload: "e30.e30.e30.e30" }), 400, "JWS_MALFORMED"],
    ["bad base64url", JSON.stringify({ signedPayload: "e30.e3=.e30" }), 400, "JWS_MALFORMED"],
  ])("%s", async (_, body, status, code) => {
    const runtime = await createTestRuntime();
    const response = await runtime.post(body, jsonHeaders);
    expect([response.status, ((await response.json()) as Body)["code"]]).toEqual([status, code]);
  });

  test("a payload that was tampered with, and says nothing of it", async () => {
    const runtime = await createTestRuntime();
    const [header, , signature] = runtime.store.sign(testPayload()).split(".");
    const payload = Buffer.from(JSON.stringify(testPayload({ productId: "p.offer" }))).toString(
      "base64url",
    );
    const response = await runtime.post(
      JSON.stringify({ signedPayload: `${header}.${payload}.${signature}` }),
    );
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(text).toContain("SIGNATURE_INVALID");
    expect(text).not.toContain("p.offer");
    expect(runtime.records).toEqual([]);
  });

  test("a revoked chain", async () => {
    const runtime = await createTestRuntime({ revocations: () => "revoked" });
    expect(await (await runtime.ask()).json()).toMatchObject({ code: "CERTIFICATE_REVOKED" });
  });

  test("unknown chains above their budget with 503, and goes on answering known ones", async () => {
    const runtime = await createTestRuntime({ unknownChainsPerSecond: 1 });
    expect((await runtime.ask()).status).toBe(200);
    const other = await runtime.store.withNewIntermediate();
    const signedPayload = other.sign(testPayload());
    const response = await runtime.post(JSON.stringify({ signedPayload }));
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { code: "CHAIN_BUDGET_EXCEEDED" },
    ]);
    expect((await runtime.ask()).status).toBe(200);
  });

  test("a chain of a root that another app trusts", async () => {
    const runtime = await createTestRuntime();
    const stranger = await createTestRuntime();
    const signedPayload = stranger.store.sign(testPayload());
    const response = await runtime.post(JSON.stringify({ signedPayload }));
    expect(await response.json()).toMatchObject({ code: "ROOT_UNTRUSTED" });
  });
});

test("createRuntime() records a decision whole", async () => {
  const runtime = await createTestRuntime();
  await runtime.ask({ productId: "p.offer" });
  expect(runtime.records).toMatchObject([
    {
      format: "holdfast.decision/1",
      app: "test",
      environment: "sandbox",
      requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
      requestedAt: TEST_NOW,
      decidedAt: TEST_NOW,
      snapshot: runtime.live.snapshotHash,
      stopListSequence: 0,
      source: "rule",
      rule: "offer",
      assigned: { kind: "promotionalOffer", offerIdentifier: "OFFER" },
      delivered: { kind: "promotionalOffer", messageIdentifier: MESSAGE.offer },
    },
  ]);
  expect(runtime.records[0]).not.toHaveProperty("deviation");
});

test("createRuntime() compiles out what production has not approved", async () => {
  const approved = { messages: { [MESSAGE.plain]: "APPROVED" as const }, images: {} };
  expect(() => compileTestFlow("production", approved)).toThrow();
});
