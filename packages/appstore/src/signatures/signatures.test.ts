import { createPublicKey, createSign, verify } from "node:crypto";
import { inspect } from "node:util";
import {
  AdvancedCommerceInAppSignatureCreator,
  IntroductoryOfferEligibilitySignatureCreator,
  PromotionalOfferSignatureCreator,
  PromotionalOfferV2SignatureCreator,
} from "@apple/app-store-server-library";
import { describe, expect, test } from "vitest";
import { generateInAppPurchaseKey } from "../signed-data/testing/index.ts";
import { readCompactJws } from "../signed-data/testing/read-compact-jws.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import {
  createAdvancedCommerceData,
  createAdvancedCommerceInAppSignature,
  createIntroductoryOfferEligibilitySignature,
  createPromotionalOfferSignatureV1,
  createPromotionalOfferSignatureV2,
  importInAppPurchaseKey,
} from "./index.ts";

const source = generateInAppPurchaseKey();
const { privateKey, publicKey, keyId, issuerId } = source;
const key = await importInAppPurchaseKey(source);

const bundleId = "com.example.yoga";
const nonce = "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9";
const issuedAt = 1_763_715_600_999;
const common = { key, bundleId, nonce, issuedAt };
const offer = { ...common, productId: "yoga.yearly", offerIdentifier: "YOGA_3M" };

const HEADER = { alg: "ES256", typ: "JWT", kid: keyId };
const CLAIMS = { iss: issuerId, bid: bundleId, nonce, iat: 1_763_715_600 };

/** What a token says; what Apple's creators take from a clock and from chance, by its type. */
function said(compact: string): object {
  const { header, payload } = readCompactJws(compact, publicKey);
  const { nonce: itsNonce, iat, ...claims } = payload;
  return { header, claims, nonce: typeof itsNonce, iat: typeof iat };
}

const appleArguments = [privateKey, keyId, issuerId, bundleId] as const;

describe("createPromotionalOfferSignatureV2()", () => {
  const input = { ...offer, transactionId: "99371282" };

  test("signs Apple's claims, and no exp, with the key", async () => {
    const { header, payload } = readCompactJws(
      await createPromotionalOfferSignatureV2(input),
      publicKey,
    );
    expect(header).toEqual(HEADER);
    expect(payload).toEqual({
      ...CLAIMS,
      aud: "promotional-offer",
      productId: "yoga.yearly",
      offerIdentifier: "YOGA_3M",
      transactionId: "99371282",
    });
  });

  test("makes the claims Apple's library makes", async () => {
    const creator = new PromotionalOfferV2SignatureCreator(...appleArguments);
    const apples = creator.createSignature("yoga.yearly", "YOGA_3M", "99371282");
    expect(said(await createPromotionalOfferSignatureV2(input))).toEqual(said(apples));
  });

  test.each([
    ["an empty productId", { productId: "" }, "productId"],
    ["an empty offerIdentifier", { offerIdentifier: "" }, "offerIdentifier"],
    ["an empty transactionId", { transactionId: "" }, "transactionId"],
    ["an empty bundleId", { bundleId: "" }, "bundleId"],
    ["a nonce that is no UUID", { nonce: "1" }, "nonce"],
    ["a nonce in capitals", { nonce: nonce.toUpperCase() }, "nonce"],
    ["a time that is none", { issuedAt: Number.NaN }, "issuedAt"],
    ["a time before 1970", { issuedAt: -1 }, "issuedAt"],
    ["a fraction of a millisecond", { issuedAt: 0.5 }, "issuedAt"],
  ])("refuses %s", async (_, override, field) => {
    const refusal = await rejectionOf(createPromotionalOfferSignatureV2({ ...input, ...override }));
    expect(refusal.code).toBe("SIGNATURE_INPUT_INVALID");
    expect(refusal.message).toContain(`${field}: `);
  });
});

describe("createPromotionalOfferSignatureV1()", () => {
  test("signs Apple's text and returns all that belongs to it", async () => {
    const { encodedSignature, ...rest } = await createPromotionalOfferSignatureV1(offer);
    expect(rest).toEqual({
      productId: "yoga.yearly",
      nonce,
      timestamp: issuedAt,
      keyId,
      offerIdentifier: "YOGA_3M",
    });
    const text = [bundleId, keyId, "yoga.yearly", "YOGA_3M", "", nonce, issuedAt].join("\u{2063}");
    const signature = Buffer.from(encodedSignature, "base64");
    expect(signature[0]).toBe(0x30);
    expect(verify("sha256", Buffer.from(text), publicKey, signature)).toBe(true);
  });

  test("signs the text that Apple's library signs", async () => {
    const appAccountToken = "0b1f0a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33";
    const creator = new PromotionalOfferSignatureCreator(privateKey, keyId, bundleId);
    const signed = [
      creator.createSignature("yoga.yearly", "YOGA_3M", appAccountToken, nonce, issuedAt),
      (await createPromotionalOfferSignatureV1({ ...offer, appAccountToken })).encodedSignature,
    ];
    const fields = [bundleId, keyId, "yoga.yearly", "YOGA_3M", appAccountToken, nonce, issuedAt];
    const text = Buffer.from(fields.join("\u{2063}"));
    const isGood = (signature: string): boolean =>
      verify("sha256", text, publicKey, Buffer.from(signature, "base64"));
    expect(signed.map((signature) => isGood(signature))).toEqual([true, true]);
  });

  test("signs the account's token where there is one", async () => {
    const appAccountToken = "0b1f0a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33";
    const signed = await createPromotionalOfferSignatureV1({ ...offer, appAccountToken });
    expect(signed.appAccountToken).toBe(appAccountToken);
    const fields = [bundleId, keyId, "yoga.yearly", "YOGA_3M", appAccountToken, nonce, issuedAt];
    const signature = Buffer.from(signed.encodedSignature, "base64");
    expect(verify("sha256", Buffer.from(fields.join("\u{2063}")), publicKey, signature)).toBe(true);
  });

  test.each([
    ["a separator inside a field", { productId: "yoga\u{2063}yearly" }, "productId"],
    ["an empty offerIdentifier", { offerIdentifier: "" }, "offerIdentifier"],
    ["an account token in capitals", { appAccountToken: nonce.toUpperCase() }, "appAccountToken"],
    ["an empty account token", { appAccountToken: "" }, "appAccountToken"],
    ["a nonce that is no UUID", { nonce: "" }, "nonce"],
    ["a time that is none", { issuedAt: Number.POSITIVE_INFINITY }, "issuedAt"],
  ])("refuses %s", async (_, override, field) => {
    const refusal = await rejectionOf(createPromotionalOfferSignatureV1({ ...offer, ...override }));
    expect(refusal.code).toBe("SIGNATURE_INPUT_INVALID");
    expect(refusal.message).toContain(`${field}: `);
  });
});

test("createIntroductoryOfferEligibilitySignature() makes the claims Apple's library makes", async () => {
  const input = {
    ...common,
    productId: "yoga.yearly",
    allowIntroductoryOffer: false,
    transactionId: "99371282",
  };
  const creator = new IntroductoryOfferEligibilitySignatureCreator(...appleArguments);
  const apples = creator.createSignature("yoga.yearly", false, "99371282");
  const ours = await createIntroductoryOfferEligibilitySignature(input);
  expect(said(ours)).toEqual(said(apples));
  expect(readCompactJws(ours, publicKey).payload).toMatchObject({
    aud: "introductory-offer-eligibility",
    allowIntroductoryOffer: false,
  });
});

describe("createAdvancedCommerceInAppSignature()", () => {
  const request = { operation: "MODIFY_SUBSCRIPTION", version: "1", name: "Yoga für alle" };

  test("makes the claims Apple's library makes", async () => {
    const creator = new AdvancedCommerceInAppSignatureCreator(...appleArguments);
    const ours = await createAdvancedCommerceInAppSignature({ ...common, request });
    expect(said(ours)).toEqual(said(creator.createSignature(request)));
  });

  test("createAdvancedCommerceData() wraps it as StoreKit's request data", async () => {
    const data = await createAdvancedCommerceData({ ...common, request });
    const wrapped = Buffer.from(data, "base64").toString();
    const [, token = ""] = /^{"signatureInfo":{"token":"([^"]+)"}}$/.exec(wrapped) ?? [];
    const { payload } = readCompactJws(token, publicKey);
    expect(payload["aud"]).toBe("advanced-commerce-api");
    const signed: unknown = JSON.parse(
      Buffer.from(String(payload["request"]), "base64").toString(),
    );
    expect(signed).toEqual(request);
  });
});

describe("importInAppPurchaseKey()", () => {
  test("accepts PKCS#8 in DER", async () => {
    const der = Uint8Array.from(
      Buffer.from(privateKey.split("\n").slice(1, -2).join(""), "base64"),
    );
    const imported = await importInAppPurchaseKey({ ...source, privateKey: der });
    expect(imported).toMatchObject({ keyId, issuerId });
  });

  test("returns a key that prints without its private part", () => {
    const secret = createSecret(privateKey);
    for (const printed of [
      JSON.stringify(key),
      inspect(key, { depth: 9, showHidden: true }),
      String(key),
      JSON.stringify(Object.getOwnPropertyDescriptors(key)),
    ]) {
      expect(printed).not.toContain("PRIVATE");
      for (const spelling of secret) expect(printed).not.toContain(spelling);
    }
    expect(JSON.parse(JSON.stringify(key))).toEqual({ keyId, issuerId });
  });

  test.each([
    ["an empty key id", { keyId: "" }, "KEY_IDENTITY_INVALID"],
    ["an empty issuer id", { issuerId: "" }, "KEY_IDENTITY_INVALID"],
    ["no PEM", { privateKey: "secret" }, "PRIVATE_KEY_INVALID"],
    ["a public key", { privateKey: publicPem() }, "PRIVATE_KEY_INVALID"],
    ["bytes that are no key", { privateKey: Uint8Array.of(1, 2, 3) }, "PRIVATE_KEY_INVALID"],
  ])("refuses %s", async (_, override, code) => {
    await expect(importInAppPurchaseKey({ ...source, ...override })).rejects.toMatchObject({
      code,
    });
  });

  test("says nothing of the key it refuses", async () => {
    const broken = privateKey.replace(/^M/m, "N");
    const refusal: unknown = await importInAppPurchaseKey({ ...source, privateKey: broken }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: "PRIVATE_KEY_INVALID" });
    expect(inspect(refusal, { depth: 9 })).not.toContain(privateKey.split("\n")[1]);
  });
});

function publicPem(): string {
  return publicKey.export({ type: "spki", format: "pem" });
}

/** The private number as text might hold it. */
function createSecret(pem: string): readonly string[] {
  // Signing shows that Node reads the key, so that what follows is the key indeed.
  createSign("sha256").update("").sign(pem);
  expect(createPublicKey(pem).asymmetricKeyType).toBe("ec");
  const body = pem.split("\n").slice(1, -2).join("");
  const number = Buffer.from(body, "base64").subarray(36, 68);
  return [
    body.slice(0, 40),
    number.toString("hex"),
    number.toString("base64"),
    [...number].join(","),
  ];
}
