import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../realtime/http-answer.ts";
import { createRealtimeRequest } from "../realtime/index.ts";
import { signOfferV1, signOfferV2 } from "../testing/sign-offer.ts";
import { MESSAGE, SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";
import {
  type EnvironmentWorld,
  findEnvironment,
  findSubscriber,
  openWorld,
} from "../world/index.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { type Rule, RULES, type Warning, WARNINGS } from "./rules.ts";
import type { JudgeContext, Verdict } from "./verdict.ts";

const NOW = Date.UTC(2026, 10, 21);
const USED_NONCE = "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f";
const STRANGER_KEY = generateKeyPairSync("ec", {
  namedCurve: "prime256v1",
}).privateKey.export({ type: "pkcs8", format: "pem" });

/** Messages in every state and shape, beside those of the test app. */
const MESSAGES = {
  pending: "00000000-0000-4000-8000-000000000011",
  pictured: "00000000-0000-4000-8000-000000000012",
  bulleted: "00000000-0000-4000-8000-000000000013",
  unseen: "00000000-0000-4000-8000-000000000014",
} as const;
const IMAGES = {
  full: "00000000-0000-4000-9000-000000000001",
  bullet: "00000000-0000-4000-9000-000000000002",
  pending: "00000000-0000-4000-9000-000000000003",
} as const;

function openPlace(): EnvironmentWorld {
  const world = openWorld([TEST_APP]);
  const place = findEnvironment(world, { app: "test", environment: "sandbox" });
  const text = { header: "h", body: "b" };
  for (const [name, imageIdentifier] of Object.entries(IMAGES)) {
    place.images.set(imageIdentifier, {
      imageIdentifier,
      imageSize: name === "bullet" ? "BULLET_POINT" : "FULL_SIZE",
      state: name === "pending" ? "PENDING" : "APPROVED",
    });
  }
  const put = (messageIdentifier: string, rest: object, state = "APPROVED" as const) =>
    place.messages.set(messageIdentifier, { messageIdentifier, ...text, state, ...rest });
  const altText = "a";
  put(MESSAGES.pending, { state: "PENDING" });
  put(MESSAGES.pictured, { image: { imageIdentifier: IMAGES.full, altText } });
  put(MESSAGES.unseen, { image: { imageIdentifier: IMAGES.pending, altText } });
  put(MESSAGES.bulleted, {
    bulletPoints: [{ imageIdentifier: IMAGES.bullet, altText, text: "t" }],
  });
  return place;
}

const place = openPlace();

function contextFor(originalTransactionId: string): JudgeContext {
  const subscriber = findSubscriber(place, originalTransactionId);
  return {
    request: createRealtimeRequest(place, subscriber, NOW),
    world: place,
    now: NOW,
    isNonceUsed: (nonce) => nonce === USED_NONCE,
  };
}

type Answer = Partial<Omit<HttpAnswer, "body">> & { readonly body?: unknown };

async function judge(
  { body, ...rest }: Answer,
  transactionId: string = SUBSCRIBER.monthly,
): Promise<Verdict> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return judgeAnswer(
    {
      status: 200,
      contentType: "application/json; charset=utf-8",
      body: body instanceof Uint8Array ? body : new TextEncoder().encode(text),
      ...rest,
    },
    contextFor(transactionId),
  );
}

const message = (messageIdentifier: unknown) => ({ body: { message: { messageIdentifier } } });

const alternate = (rest: object) => ({
  body: {
    alternateProduct: { messageIdentifier: MESSAGE.plain, productId: "basic.yearly", ...rest },
  },
});

const offer = (rest: object) => ({
  body: { promotionalOffer: { messageIdentifier: MESSAGE.plain, ...rest } },
});

async function offerV2(changes: Parameters<typeof signOfferV2>[2] = {}): Promise<Answer> {
  const about = { transactionId: SUBSCRIBER.monthly, now: NOW };
  return offer({ promotionalOfferSignatureV2: await signOfferV2(place.app, about, changes) });
}

const offerV1 = (changes: Parameters<typeof signOfferV1>[2] = {}, after: object = {}) =>
  offer({ promotionalOfferSignatureV1: { ...signOfferV1(place.app, NOW, changes), ...after } });

const advanced = (rest: object = {}) => ({
  body: {
    advancedCommerceInfo: {
      messageIdentifier: MESSAGE.plain,
      advancedCommerceData: Buffer.from('{"a":1}').toString("base64"),
      ...rest,
    },
  },
});

/** Replaces the last character of the signature part but one, which all bits of count. */
function tamper(jws: string): string {
  const at = jws.length - 3;
  return jws.slice(0, at) + (jws[at] === "A" ? "B" : "A") + jws.slice(at + 1);
}

type Case = readonly [Rule, string, Answer | Promise<Answer>];

/** Every rule, broken once or more. */
const BROKEN: readonly Case[] = [
  ["STATUS_NOT_200", "503", { status: 503, body: "" }],
  ["STATUS_NOT_200", "204", { status: 204, body: "" }],
  ["CHARSET_UNSUPPORTED", "latin1", { contentType: "application/json; charset=ISO-8859-1" }],
  ["CHARSET_UNSUPPORTED", "quoted", { contentType: 'application/json;charset="utf-16"' }],
  ["BODY_NOT_UTF8", "a lone byte", { body: new Uint8Array([0x22, 0xff, 0x22]) }],
  ["BODY_NOT_JSON_OBJECT", "nothing", { body: "" }],
  ["BODY_NOT_JSON_OBJECT", "rubbish", { body: "{" }],
  ["BODY_NOT_JSON_OBJECT", "an array", { body: [] }],
  ["BODY_NOT_JSON_OBJECT", "null", { body: "null" }],
  ["MEMBER_NULL", "beside", { body: { ...message(MESSAGE.plain).body, promotionalOffer: null } }],
  ["MEMBER_NULL", "inside", alternate({ billingPlanType: null })],
  ["MEMBERS_NOT_ONE", "none", { body: {} }],
  ["MEMBERS_NOT_ONE", "two", { body: { ...message(MESSAGE.plain).body, ...alternate({}).body } }],
  ["MEMBER_NOT_OBJECT", "a string", { body: { message: MESSAGE.plain } }],
  ["MESSAGE_IDENTIFIER_MISSING", "absent", { body: { message: {} } }],
  ["MESSAGE_IDENTIFIER_MISSING", "a number", message(1)],
  ["MESSAGE_IDENTIFIER_NOT_LOWERCASE_UUID", "a word", message("keep")],
  [
    "MESSAGE_IDENTIFIER_NOT_LOWERCASE_UUID",
    "uppercase",
    message("ABCDEF00-0000-4000-8000-000000000001"),
  ],
  ["MESSAGE_UNKNOWN", "never uploaded", message("00000000-0000-4000-8000-00000000ffff")],
  ["MESSAGE_NOT_APPROVED", "pending", message(MESSAGES.pending)],
  ["IMAGE_NOT_APPROVED", "pending", message(MESSAGES.unseen)],
  ["IMAGE_FORBIDDEN", "in a switch", alternate({ messageIdentifier: MESSAGES.pictured })],
  ["BULLET_POINTS_FORBIDDEN", "in a switch", alternate({ messageIdentifier: MESSAGES.bulleted })],
  ["ALTERNATE_PRODUCT_ID_MISSING", "a number", alternate({ productId: 1 })],
  ["ALTERNATE_PRODUCT_UNKNOWN", "a stranger", alternate({ productId: "basic.weekly" })],
  ["ALTERNATE_PRODUCT_OTHER_GROUP", "another", alternate({ productId: "other.monthly" })],
  ["BILLING_PLAN_TYPE_NOT_STRING", "a number", alternate({ billingPlanType: 1 })],
  ["OFFER_SIGNATURES_NOT_ONE", "neither", offer({})],
  [
    "OFFER_SIGNATURES_NOT_ONE",
    "both",
    offer({ promotionalOfferSignatureV1: {}, promotionalOfferSignatureV2: "" }),
  ],
  ["OFFER_SIGNATURE_MALFORMED", "V2 no JWS", offer({ promotionalOfferSignatureV2: "a.b.c" })],
  ["OFFER_SIGNATURE_MALFORMED", "V2 no string", offer({ promotionalOfferSignatureV2: 1 })],
  ["OFFER_SIGNATURE_MALFORMED", "V2 no offer", offerV2({ claims: { offerIdentifier: 1 } })],
  ["OFFER_SIGNATURE_MALFORMED", "V1 no object", offer({ promotionalOfferSignatureV1: "x" })],
  ["OFFER_SIGNATURE_MALFORMED", "V1 short", offer({ promotionalOfferSignatureV1: {} })],
  ["OFFER_SIGNATURE_MALFORMED", "V1 raw", offerV1({}, { encodedSignature: "AAAA" })],
  ["OFFER_SIGNATURE_MALFORMED", "V1 base64url", offerV1({}, { encodedSignature: "MEUC-_" })],
  ["OFFER_ALGORITHM_NOT_ES256", "none", offer({ promotionalOfferSignatureV2: unsigned() })],
  ["OFFER_TYPE_NOT_JWT", "another", offerV2({ header: { typ: "JOSE" } })],
  ["OFFER_KEY_UNKNOWN", "V2", offerV2({ header: { kid: "STRANGER01" } })],
  ["OFFER_KEY_UNKNOWN", "V2 without", offerV2({ header: { kid: undefined } })],
  ["OFFER_KEY_UNKNOWN", "V1", offerV1({ keyId: "STRANGER01" })],
  ["OFFER_SIGNATURE_WRONG", "V2 by a stranger", offerV2({ privateKeyPem: STRANGER_KEY })],
  ["OFFER_SIGNATURE_WRONG", "V2 tampered", tampered()],
  ["OFFER_SIGNATURE_WRONG", "V1 of another time", offerV1({}, { timestamp: NOW - 1 })],
  ["OFFER_SIGNATURE_WRONG", "V1 of another offer", offerV1({}, { offerIdentifier: "AWAY" })],
  ["OFFER_AUDIENCE_WRONG", "another", offerV2({ claims: { aud: "appstoreconnect-v1" } })],
  ["OFFER_ISSUER_WRONG", "another", offerV2({ claims: { iss: "x" } })],
  ["OFFER_BUNDLE_WRONG", "another", offerV2({ claims: { bid: "com.example.other" } })],
  ["OFFER_TIME_IMPLAUSIBLE", "V2 in milliseconds", offerV2({ claims: { iat: NOW } })],
  ["OFFER_TIME_IMPLAUSIBLE", "V2 old", offerV2({ claims: { iat: NOW / 1000 - 86_401 } })],
  ["OFFER_TIME_IMPLAUSIBLE", "V1 old", offerV1({ timestamp: NOW - 86_400_001 })],
  ["OFFER_TIME_IMPLAUSIBLE", "V1 in seconds", offerV1({ timestamp: NOW / 1000 })],
  ["OFFER_TIME_IMPLAUSIBLE", "V1 ahead", offerV1({ timestamp: NOW + 300_001 })],
  ["OFFER_NONCE_NOT_UUID", "V2", offerV2({ claims: { nonce: "1" } })],
  [
    "OFFER_NONCE_NOT_UUID",
    "V1 uppercase",
    offerV1({ nonce: "ABCDEF01-0000-4000-8000-000000000001" }),
  ],
  ["OFFER_NONCE_REUSED", "V2", offerV2({ claims: { nonce: USED_NONCE } })],
  ["OFFER_NONCE_REUSED", "V1", offerV1({ nonce: USED_NONCE })],
  ["OFFER_PRODUCT_UNKNOWN", "V2", offerV2({ claims: { productId: "basic.weekly" } })],
  ["OFFER_PRODUCT_UNKNOWN", "V1", offerV1({ productId: "basic.weekly" })],
  ["OFFER_UNKNOWN", "of no product", offerV2({ claims: { offerIdentifier: "NONE" } })],
  ["OFFER_UNKNOWN", "of another product", offerV2({ claims: { offerIdentifier: "AWAY" } })],
  ["OFFER_TRANSACTION_WRONG", "another", offerV2({ claims: { transactionId: "1" } })],
  ["OFFER_TRANSACTION_WRONG", "absent", offerV2({ claims: { transactionId: undefined } })],
  [
    "OFFER_ACCOUNT_TOKEN_NOT_LOWERCASE_UUID",
    "uppercase",
    offerV1({ appAccountToken: USED_NONCE.toUpperCase() }),
  ],
  ["ADVANCED_COMMERCE_NOT_SUBSCRIBED", "another kind", advanced()],
  ["ADVANCED_COMMERCE_DATA_MALFORMED", "no base64", advanced({ advancedCommerceData: "{}" })],
  ["ADVANCED_COMMERCE_DATA_MALFORMED", "no JSON", advanced({ advancedCommerceData: "AAAA" })],
  ["ADVANCED_COMMERCE_DATA_MALFORMED", "absent", advanced({ advancedCommerceData: undefined })],
];

function unsigned(): string {
  const header = { alg: "none", typ: "JWT", kid: "TESTKEY001" };
  return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.e30.`;
}

async function tampered(): Promise<Answer> {
  const about = { transactionId: SUBSCRIBER.monthly, now: NOW };
  return offer({ promotionalOfferSignatureV2: tamper(await signOfferV2(place.app, about)) });
}

describe("judgeAnswer() names the broken rule", () => {
  test.each(BROKEN)("%s: %s", async (rule, _what, answer) => {
    const verdict = await judge(await answer);
    const rules = verdict.broken.map((broken) => broken.rule);
    expect(rules).toContain(rule);
    // An advanced answer about this subscriber breaks a second rule by itself.
    expect(
      rules.filter((other) => other !== "ADVANCED_COMMERCE_NOT_SUBSCRIBED").length,
    ).toBeLessThan(2);
    expect(verdict.accepted).toBe(false);
    expect(verdict.response).toBeUndefined();
    expect(verdict.nonce).toBeUndefined();
    expect(verdict.outcome).toBe(OUTCOMES[rule] ?? "INVALID_RESPONSE");
  });

  test("for every rule there is", () => {
    expect([...new Set(BROKEN.map(([rule]) => rule))].toSorted()).toEqual(
      Object.keys(RULES).toSorted(),
    );
  });
});

const OUTCOMES: Partial<Record<Rule, string>> = {
  STATUS_NOT_200: "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
  CHARSET_UNSUPPORTED: "UNSUPPORTED_CHARSET",
};

const GOOD: readonly (readonly [string, Answer | Promise<Answer>, string?])[] = [
  ["a message", message(MESSAGE.plain)],
  ["a message with an image", message(MESSAGES.pictured)],
  ["a message with bullet points", message(MESSAGES.bulleted)],
  ["an alternate product", alternate({})],
  ["an alternate product with a plan type", alternate({ billingPlanType: "MONTHLY" })],
  ["an offer signed V2", offerV2()],
  ["an offer signed V2 a little ahead", offerV2({ claims: { iat: NOW / 1000 + 299 } })],
  ["an offer signed V1", offerV1()],
  ["an offer signed V1 for an account", offerV1({ appAccountToken: USED_NONCE })],
  ["an advanced change", advanced(), SUBSCRIBER.advancedCommerce],
  [
    "a charset in capitals",
    { ...message(MESSAGE.plain), contentType: "application/json;charset=UTF-8" },
  ],
];

describe("judgeAnswer() accepts", () => {
  test.each(GOOD.map(named))("$what", async ({ answer, transactionId }) => {
    const given = await answer;
    const { body } = given;
    const verdict = await judge(given, transactionId);
    expect(verdict).toMatchObject({ accepted: true, broken: [], warnings: [], outcome: "SUCCESS" });
    expect(verdict.response).toEqual(body);
  });

  test("an offer, and tells its nonce in lowercase", async () => {
    const nonce = "ABCDEF01-0000-4000-8000-000000000001";
    const verdict = await judge(await offerV2({ claims: { nonce } }));
    expect(verdict.nonce).toBe(nonce.toLowerCase());
  });
});

function named([what, answer, transactionId]: readonly [
  string,
  Answer | Promise<Answer>,
  string?,
]) {
  return { what, answer, transactionId };
}

/** Everything that is worth a note, and accepted. */
const NOTED: readonly (readonly [Warning, string, Answer | Promise<Answer>, string?])[] = [
  ["CONTENT_TYPE_NOT_JSON", "text", { ...message(MESSAGE.plain), contentType: "text/plain" }],
  ["MEMBER_UNKNOWN", "beside", { body: { ...message(MESSAGE.plain).body, more: 1 } }],
  ["MEMBER_UNKNOWN", "inside", { body: { message: { messageIdentifier: MESSAGE.plain, a: 1 } } }],
  ["ALTERNATE_PRODUCT_IS_CURRENT", "same", alternate({ productId: "basic.monthly" })],
  ["BILLING_PLAN_TYPE_UNKNOWN", "new", alternate({ billingPlanType: "WEEKLY" })],
  ["OFFER_TYPE_MISSING", "no typ", offerV2({ header: { typ: undefined } })],
  ["OFFER_EXPIRES", "exp", offerV2({ claims: { exp: NOW / 1000 + 300 } })],
  [
    "OFFER_OTHER_GROUP",
    "another group",
    offerV2({ claims: { productId: "other.monthly", offerIdentifier: "AWAY" } }),
  ],
  [
    "ADVANCED_COMMERCE_IMAGE",
    "an image",
    advanced({ messageIdentifier: MESSAGES.pictured }),
    SUBSCRIBER.advancedCommerce,
  ],
];

describe("judgeAnswer() notes and accepts", () => {
  for (const [rule, ...rest] of NOTED) {
    const { what, answer, transactionId } = named(rest);
    test(`${rule}: ${what}`, async () => {
      const verdict = await judge(await answer, transactionId);
      expect(verdict.accepted).toBe(true);
      expect(verdict.warnings.map((warning) => warning.rule)).toEqual([rule]);
    });
  }

  test("a missing Content-Type", async () => {
    const body = new TextEncoder().encode(JSON.stringify(message(MESSAGE.plain).body));
    const verdict = await judgeAnswer({ status: 200, body }, contextFor(SUBSCRIBER.monthly));
    expect(verdict.accepted).toBe(true);
    expect(verdict.warnings.map(({ rule }) => rule)).toEqual(["CONTENT_TYPE_MISSING"]);
  });

  test("for every warning there is", () => {
    const noted = new Set(["CONTENT_TYPE_MISSING", ...NOTED.map(([rule]) => rule)]);
    expect([...noted].toSorted()).toEqual(Object.keys(WARNINGS).toSorted());
  });
});

test("judgeAnswer() tells no token and no transaction id in its details", async () => {
  for (const [, , answer] of BROKEN) {
    const { broken, warnings } = await judge(await answer);
    for (const { detail } of [...broken, ...warnings]) {
      expect(detail).not.toMatch(/eyJ|2000000000000001/v);
    }
  }
});
