import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { anyText } from "../testing/matching.ts";
import { type ServerApiSetting, startServerApi } from "../testing/server-api-setting.ts";
import { SUBSCRIBER } from "../testing/test-app.ts";

const SANDBOX = "/emulator/apps/test/sandbox";
const MONTHLY = `${SANDBOX}/subscribers/${SUBSCRIBER.monthly}`;

/** Somebody who subscribes for the first time. */
const NEWCOMER = { productId: "basic.monthly", locale: "ja", storefront: "JPN" };

let api: ServerApiSetting;
beforeEach(async () => {
  api = await startServerApi();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function call(request: string, body?: unknown) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${api.emulator.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: answer };
}

describe("POST …/subscribers/:originalTransactionId/:event", () => {
  test.each<[event: string, body: unknown, told: string[], status: number]>([
    ["cancel", undefined, ["DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED"], 1],
    ["renew", {}, ["DID_RENEW"], 1],
    ["fail-to-renew", { gracePeriod: false }, ["DID_FAIL_TO_RENEW"], 3],
    ["fail-to-renew", undefined, ["DID_FAIL_TO_RENEW", "GRACE_PERIOD"], 4],
    ["expire", { reason: "PRODUCT_NOT_FOR_SALE" }, ["EXPIRED", "PRODUCT_NOT_FOR_SALE"], 2],
    ["refund", { percent: 50, reason: 1 }, ["REFUND"], 5],
    ["change-plan", { productId: "basic.yearly" }, ["DID_CHANGE_RENEWAL_PREF", "UPGRADE"], 1],
    ["redeem-offer", { offerIdentifier: "STAY", kind: "winBack" }, ["OFFER_REDEEMED"], 1],
  ])("lets %s happen with %j", async (event, body, [notificationType, subtype], status) => {
    const answer = await call(`POST ${MONTHLY}/${event}`, body);
    const told = { notificationType, ...(subtype === undefined ? {} : { subtype }) };
    expect(answer).toMatchObject({ status: 200, body: { status, notifications: [told] } });
    expect(await call(`GET ${MONTHLY}`)).toMatchObject({ status: 200, body: { status } });
    await api.emulator.notificationsIdle();
    expect(await call(`GET ${SANDBOX}/notifications`)).toMatchObject({
      body: { notifications: [{ ...told, attempts: [{ sendAttemptResult: "SUCCESS" }] }] },
    });
  });

  test("goes through a life", async () => {
    for (const event of ["cancel", "resume", "cancel", "expire", "resubscribe"]) {
      expect(await call(`POST ${MONTHLY}/${event}`)).toMatchObject({ status: 200 });
    }
    expect(await call(`POST ${MONTHLY}/fail-to-renew`)).toMatchObject({ status: 200 });
    expect(await call(`POST ${MONTHLY}/end-grace-period`)).toMatchObject({ body: { status: 3 } });
    const family = `${SANDBOX}/subscribers/${SUBSCRIBER.family}`;
    expect(await call(`POST ${family}/revoke`)).toMatchObject({ body: { status: 5 } });
  });

  test.each([
    [409, "EVENT_IMPOSSIBLE", `${MONTHLY}/resume`, undefined],
    [404, "PATH_UNKNOWN", `${MONTHLY}/vanish`, undefined],
    [404, "PATH_UNKNOWN", `${MONTHLY}/toString`, undefined],
    [404, "SUBSCRIBER_UNKNOWN", `${SANDBOX}/subscribers/1/cancel`, undefined],
    [404, "APP_UNKNOWN", "/emulator/apps/none/sandbox/subscribers/1/cancel", undefined],
    [400, "INPUT_INVALID", `${MONTHLY}/change-plan`, {}],
    [400, "INPUT_INVALID", `${MONTHLY}/redeem-offer`, { offerIdentifier: "STAY", kind: "x" }],
    [400, "INPUT_INVALID", `${MONTHLY}/expire`, { reason: "BOREDOM" }],
    [400, "INPUT_INVALID", `${MONTHLY}/fail-to-renew`, { gracePeriod: "yes" }],
    [400, "INPUT_INVALID", `${MONTHLY}/fail-payment`, { gracePeriod: 1 }],
    [400, "INPUT_INVALID", `${SANDBOX}/subscribers`, { productId: "basic.monthly" }],
    [400, "INPUT_INVALID", `${SANDBOX}/subscribers`, { ...NEWCOMER, productId: "nothing" }],
    [400, "INPUT_INVALID", `${SANDBOX}/subscribers`, { ...NEWCOMER, introductoryOffer: "yes" }],
    [
      400,
      "INPUT_INVALID",
      `${SANDBOX}/subscribers`,
      { ...NEWCOMER, originalTransactionId: SUBSCRIBER.monthly },
    ],
    [400, "INPUT_INVALID", `${SANDBOX}/subscribers`, { ...NEWCOMER, originalTransactionId: "x" }],
    [400, "INPUT_INVALID", `${MONTHLY}/refund`, { percent: "x" }],
    [400, "INPUT_INVALID", `${MONTHLY}/refund`, { reason: 2 }],
  ])("answers %i %s for %s with %j", async (status, code, path, body) => {
    expect(await call(`POST ${path}`, body)).toMatchObject({ status, body: { code } });
  });
});

describe("…/notification-url and …/notifications", () => {
  test("sets, tells and takes away where notifications go", async () => {
    const url = "https://elsewhere.example.com/";
    expect(await call(`PUT ${SANDBOX}/notification-url`, { url })).toMatchObject({ status: 200 });
    expect(await call(`GET ${SANDBOX}/notification-url`)).toMatchObject({ body: { url } });
    expect(await call(`DELETE ${SANDBOX}/notification-url`)).toMatchObject({ status: 204 });
    expect(await call(`GET ${SANDBOX}/notification-url`)).toMatchObject({ body: { url: null } });
    expect(await call(`PUT ${SANDBOX}/notification-url`, { url: "http://x" })).toMatchObject({
      status: 400,
      body: { code: "INPUT_INVALID" },
    });
  });

  test("sends a test", async () => {
    expect(await call(`POST ${SANDBOX}/notifications/test`)).toMatchObject({
      status: 201,
      body: { testNotificationToken: anyText },
    });
    await api.emulator.notificationsIdle();
    expect(api.receiver.bodies).toHaveLength(1);
    await call(`DELETE ${SANDBOX}/notification-url`);
    expect(await call(`POST ${SANDBOX}/notifications/test`)).toMatchObject({
      status: 404,
      body: { code: "SERVER_NOTIFICATION_URL_NOT_FOUND", errorCode: 4040007 },
    });
  });
});

describe("POST …/subscribers", () => {
  test("lets somebody subscribe, of which Apple tells", async () => {
    const appAccountToken = "7e3fb20b-4cdb-47cc-936d-99d65f608138";
    const added = await call(`POST ${SANDBOX}/subscribers`, { ...NEWCOMER, appAccountToken });
    expect(added).toMatchObject({
      status: 201,
      body: {
        subscriber: { ...NEWCOMER, originalTransactionId: anyText, ownership: "PURCHASED" },
        subscription: { transactions: [{ reason: "PURCHASE", currency: "JPY" }], appAccountToken },
        status: 1,
        notifications: [{ notificationType: "SUBSCRIBED", subtype: "INITIAL_BUY" }],
      },
    });
    const { subscriber } = added.body as { subscriber: { originalTransactionId: string } };
    const path = `${SANDBOX}/subscribers/${subscriber.originalTransactionId}`;
    expect(await call(`POST ${path}/fail-payment`, {})).toMatchObject({
      status: 200,
      body: { status: 1, notifications: [] },
    });
    expect(await call(`POST ${path}/cancel`)).toMatchObject({ status: 200 });
    await api.emulator.notificationsIdle();
    expect(await call(`GET ${SANDBOX}/notifications`)).toMatchObject({
      body: { notifications: [{ subtype: "INITIAL_BUY" }, { subtype: "AUTO_RENEW_DISABLED" }] },
    });
  });

  test("takes the identifier it is given", async () => {
    const originalTransactionId = "123456789012345";
    const joining = { ...NEWCOMER, originalTransactionId };
    expect(await call(`POST ${SANDBOX}/subscribers`, joining)).toMatchObject({
      status: 201,
      body: { subscription: { transactions: [{ transactionId: originalTransactionId }] } },
    });
    expect(await call(`GET ${SANDBOX}/subscribers/${originalTransactionId}`)).toMatchObject({
      status: 200,
      body: { status: 1 },
    });
  });
});

describe("/emulator/notification-faults", () => {
  const PATH = "/emulator/notification-faults";

  test("puts faults in force, tells what became of them, and ends them", async () => {
    const fault = { kind: "drop", subtype: "AUTO_RENEW_DISABLED", environment: "sandbox" };
    const none = { matched: 0, applied: 0 };
    const put = await call(`PUT ${PATH}`, { faults: [fault] });
    expect(put).toEqual({ status: 200, body: { faults: [{ ...fault, ...none }] } });
    await call(`POST ${MONTHLY}/cancel`);
    await api.emulator.notificationsIdle();
    expect(api.receiver.bodies).toEqual([]);
    expect(await call(`GET ${PATH}`)).toMatchObject({ body: { faults: [{ applied: 1 }] } });
    expect(await call(`DELETE ${PATH}`)).toMatchObject({ status: 204 });
    expect(await call(`GET ${PATH}`)).toEqual({ status: 200, body: { faults: [] } });
  });

  test.each([
    {},
    { faults: [{}] },
    { faults: [{ kind: "explode" }] },
    { faults: [{ kind: "drop", delayMs: 1 }] },
    { faults: [{ kind: "delay" }] },
    { faults: [{ kind: "duplicate", copies: "2" }] },
    { faults: [{ kind: "reorder", environment: "moon" }] },
    { faults: [{ kind: "drop", app: "nobody" }] },
  ])("refuses %j", async (body) => {
    expect(await call(`PUT ${PATH}`, body)).toMatchObject({
      status: 400,
      body: { code: "INPUT_INVALID" },
    });
  });
});

describe("PUT /emulator/connect-hourly-limit", () => {
  test("takes numbers, and null for no limit", async () => {
    const PUT = "PUT /emulator/connect-hourly-limit";
    expect(await call(PUT, { limit: 5 })).toMatchObject({ status: 200, body: { limit: 5 } });
    expect(await call(PUT, { limit: null })).toMatchObject({ status: 200 });
    expect(await call(PUT, {})).toMatchObject({ status: 400, body: { code: "INPUT_INVALID" } });
    expect(await call(PUT, { limit: -1 })).toMatchObject({ status: 400 });
  });
});
