import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { callStorekit, type RawCall } from "../testing/call-storekit.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { signToken } from "../testing/sign-token.ts";
import { TEST_APP } from "../testing/test-app.ts";
import type { TokenRefusalReason } from "../tokens/index.ts";

const SANDBOX = { app: "test", environment: "sandbox" } as const;
const PRODUCTION = { app: "test", environment: "production" } as const;
const OTHER_APP = {
  ...TEST_APP,
  id: "other",
  bundleId: "com.example.other",
  appAppleId: 2,
  keyIds: ["OTHERKEY01"],
};
const HOUR = 3600;

// A whole second, so that what is a second too much is a second too much.
const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1000;
const STRANGER = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({
  type: "pkcs8",
  format: "pem",
});

let emulator: RunningEmulator;
beforeAll(async () => {
  const clock = createManualClock(NOW);
  emulator = await startEmulator({ port: 0, apps: [TEST_APP, OTHER_APP], clock });
});
afterAll(async () => {
  await emulator.close();
});

const ask = async (call: RawCall) =>
  callStorekit(emulator, SANDBOX, "GET /message/list", { now: NOW, ...call });
const claims = (changes: Record<string, unknown>): RawCall => ({ token: { claims: changes } });
const header = (changes: Record<string, unknown>): RawCall => ({ token: { header: changes } });

describe("a token", () => {
  test.each<[string, RawCall]>([
    ["of five minutes", {}],
    ["of an hour", claims({ exp: SECONDS + HOUR })],
    ["from a clock half a minute ahead", claims({ iat: SECONDS + 30, exp: SECONDS + 60 })],
    ["that ended 29 seconds ago", claims({ iat: SECONDS - 100, exp: SECONDS - 29 })],
    ["without typ", header({ typ: undefined })],
  ])("%s is taken, in both environments", async (_what, call) => {
    expect(await ask(call)).toMatchObject({ status: 200 });
    const there = await callStorekit(emulator, PRODUCTION, "GET /message/list", {
      now: NOW,
      ...call,
    });
    expect(there.status).toBe(200);
  });

  test.each<[TokenRefusalReason, string, RawCall]>([
    ["TOKEN_MISSING", "no scheme", { authorization: "token" }],
    ["TOKEN_MISSING", "another scheme", { authorization: "Basic dTpw" }],
    ["TOKEN_MALFORMED", "one part", { authorization: "Bearer token" }],
    ["TOKEN_MALFORMED", "no JSON", { authorization: "Bearer YQ.YQ.YQ" }],
    ["BUNDLE_UNKNOWN", "nobody's", claims({ bid: "com.example.nobody" })],
    ["BUNDLE_UNKNOWN", "none", claims({ bid: undefined })],
    ["KEY_UNKNOWN", "another key", header({ kid: "OTHERKEY01" })],
    ["KEY_UNKNOWN", "none", header({ kid: undefined })],
    ["KEY_UNKNOWN", "another app's bundle", claims({ bid: "com.example.other" })],
    ["SIGNATURE_WRONG", "another key's", { token: { privateKey: STRANGER } }],
    ["TYPE_NOT_JWT", "another", header({ typ: "JOSE" })],
    ["ISSUER_WRONG", "another team", claims({ iss: "99999999-2222-4333-8444-555555555555" })],
    ["AUDIENCE_WRONG", "another API", claims({ aud: "appstore" })],
    ["AUDIENCE_WRONG", "none", claims({ aud: undefined })],
    ["TIMES_MISSING", "no iat", claims({ iat: undefined })],
    ["TIMES_MISSING", "no exp", claims({ exp: undefined })],
    ["ISSUED_IN_FUTURE", "31 seconds", claims({ iat: SECONDS + 31, exp: SECONDS + 60 })],
    ["ISSUED_IN_FUTURE", "milliseconds", claims({ iat: NOW, exp: NOW + HOUR })],
    ["LIFETIME_TOO_LONG", "an hour and a second", claims({ exp: SECONDS + HOUR + 1 })],
    ["EXPIRED", "30 seconds ago", claims({ iat: SECONDS - 100, exp: SECONDS - 30 })],
  ])("is refused for %s: %s", async (reason, _what, call) => {
    expect(await ask(call)).toMatchObject({ status: 401, text: "" });
    expect(emulator.refusedTokens.list().at(-1)).toEqual({
      reason,
      operation: "getMessageList",
      api: "sandbox",
      at: NOW,
    });
  });

  test("is refused for another algorithm, the right key's included", async () => {
    const good = await signToken(emulator.credentials("test"), NOW);
    const [, payload, signature] = good.split(".");
    const forged = Buffer.from('{"alg":"none","kid":"TESTKEY001"}').toString("base64url");
    expect(await ask({ authorization: `Bearer ${forged}.${payload}.${signature}` })).toMatchObject({
      status: 401,
      text: "",
    });
    expect(emulator.refusedTokens.list().at(-1)).toMatchObject({ reason: "ALGORITHM_NOT_ES256" });
  });

  test("is refused when a letter of it was changed", async () => {
    const good = await signToken(emulator.credentials("test"), NOW);
    const [head, , signature] = good.split(".");
    const other = await signToken(emulator.credentials("test"), NOW - 1000);
    await ask({ authorization: `Bearer ${head}.${other.split(".")[1]}.${signature}` });
    expect(emulator.refusedTokens.list().at(-1)).toMatchObject({ reason: "SIGNATURE_WRONG" });
  });

  test("names the app whose messages are listed", async () => {
    const other = { app: "other", environment: "sandbox" } as const;
    emulator.deleteMessage(other, "00000000-0000-4000-8000-000000000001");
    const count = async (place: typeof other | typeof SANDBOX) => {
      const { text } = await callStorekit(emulator, place, "GET /message/list", { now: NOW });
      return text.split("messageState").length - 1;
    };
    expect(await count(other)).toBe(1);
    expect(await count(SANDBOX)).toBe(2);
  });

  test("is looked at before anything else, and the refusal is readable without it", async () => {
    const call = { authorization: "Bearer x.y.z", body: "{" };
    const path = "PUT /message/00000000-0000-4000-8000-0000000000aa";
    expect(await callStorekit(emulator, PRODUCTION, path, call)).toMatchObject({ status: 401 });
    const response = await fetch(`${emulator.url}/emulator/refused-tokens`);
    const text = await response.text();
    expect(text).toContain('"operation":"uploadMessage","api":"production"');
    expect(text).not.toContain("x.y.z");
    expect(emulator.requestLog.counts()).not.toHaveProperty("uploadMessage");
  });

  test("is remembered a hundred times at most", async () => {
    for (let count = 0; count < 101; count += 1) await ask({ authorization: "none" });
    const refused = emulator.refusedTokens.list();
    expect(refused).toHaveLength(100);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["TOKEN_MISSING"]));
  });
});
