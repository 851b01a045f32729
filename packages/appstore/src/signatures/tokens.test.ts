import { describe, expect, expectTypeOf, test } from "vitest";
import { generateInAppPurchaseKey } from "../signed-data/testing/index.ts";
import { readCompactJws } from "../signed-data/testing/read-compact-jws.ts";
import type { ConnectKey, InAppPurchaseKey } from "./index.ts";
import {
  createConnectToken,
  createStoreKitToken,
  importConnectKey,
  importInAppPurchaseKey,
} from "./index.ts";

const source = generateInAppPurchaseKey();
const { keyId, issuerId, publicKey } = source;
const issuedAt = 1_763_715_600_999;
const iat = 1_763_715_600;
const HEADER = { alg: "ES256", typ: "JWT", kid: keyId };

describe("createStoreKitToken()", async () => {
  const key = await importInAppPurchaseKey(source);
  const input = { key, bundleId: "com.example.yoga", issuedAt };

  test("makes a token for five minutes, as Apple's library does", async () => {
    const { header, payload } = readCompactJws(await createStoreKitToken(input), publicKey);
    expect(header).toEqual(HEADER);
    expect(payload).toEqual({
      iss: issuerId,
      iat,
      exp: iat + 300,
      aud: "appstoreconnect-v1",
      bid: "com.example.yoga",
    });
  });

  test("makes a token for an hour at most", async () => {
    const token = await createStoreKitToken({ ...input, lifetimeSeconds: 3600 });
    expect(readCompactJws(token, publicKey).payload["exp"]).toBe(iat + 3600);
  });

  test.each([
    ["more than an hour", { lifetimeSeconds: 3601 }],
    ["no time", { lifetimeSeconds: 0 }],
    ["half a second", { lifetimeSeconds: 0.5 }],
    ["no app", { bundleId: "" }],
    ["no time of issue", { issuedAt: Number.NaN }],
  ])("refuses a token for %s", async (_, override) => {
    await expect(createStoreKitToken({ ...input, ...override })).rejects.toMatchObject({
      code: "SIGNATURE_INPUT_INVALID",
    });
  });
});

describe("createConnectToken()", () => {
  test("makes a team's token for twenty minutes", async () => {
    const key = await importConnectKey({ ...source, owner: { kind: "team", issuerId } });
    const { header, payload } = readCompactJws(
      await createConnectToken({ key, issuedAt }),
      publicKey,
    );
    expect(header).toEqual(HEADER);
    expect(payload).toEqual({ iss: issuerId, iat, exp: iat + 1200, aud: "appstoreconnect-v1" });
  });

  test("makes an individual's token without an issuer, with its scope", async () => {
    const key = await importConnectKey({ ...source, owner: { kind: "individual" } });
    const scope = ["GET /v1/apps"];
    const token = await createConnectToken({ key, issuedAt, lifetimeSeconds: 60, scope });
    expect(readCompactJws(token, publicKey).payload).toEqual({
      sub: "user",
      iat,
      exp: iat + 60,
      aud: "appstoreconnect-v1",
      scope,
    });
  });

  test("refuses a token for more than twenty minutes", async () => {
    const key = await importConnectKey({ ...source, owner: { kind: "individual" } });
    await expect(
      createConnectToken({ key, issuedAt, lifetimeSeconds: 1201 }),
    ).rejects.toMatchObject({
      code: "SIGNATURE_INPUT_INVALID",
    });
  });
});

test("importConnectKey() refuses a team's key without its issuer", async () => {
  await expect(
    importConnectKey({ ...source, owner: { kind: "team", issuerId: "" } }),
  ).rejects.toMatchObject({ code: "KEY_IDENTITY_INVALID" });
});

test("The compiler keeps the two kinds of key, and of token, apart", () => {
  expectTypeOf<ConnectKey>().not.toExtend<InAppPurchaseKey>();
  expectTypeOf<InAppPurchaseKey>().not.toExtend<ConnectKey>();
  type Token<T extends (...args: never) => Promise<unknown>> = Awaited<ReturnType<T>>;
  expectTypeOf<Token<typeof createConnectToken>>().not.toExtend<
    Token<typeof createStoreKitToken>
  >();
});
