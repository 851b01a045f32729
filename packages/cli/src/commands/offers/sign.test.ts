import { createPublicKey, verify } from "node:crypto";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { createFakeIo, FAKE_NOW } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const KEY = generateInAppPurchaseKey();
const ENV = {
  HOLDFAST_STOREKIT_KEY_ID: KEY.keyId,
  HOLDFAST_STOREKIT_ISSUER_ID: KEY.issuerId,
  HOLDFAST_STOREKIT_PRIVATE_KEY_PATH: "key.p8",
  HOLDFAST_STOREKIT_BUNDLE_ID: "com.example.yoga",
};
const NONCE = "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33";
const PRODUCT = "--product-id yoga.monthly";

async function sign(options: string): Promise<unknown> {
  await using io = await createFakeIo({ env: ENV });
  await writeFiles(io, { "key.p8": KEY.privateKey, "request.json": `{"operation":"MODIFY"}` });
  const { code, json } = await runJson(io, `offers sign --nonce ${NONCE} ${options}`);
  expect(code).toBe(0);
  return json["signature"];
}

/** Returns the claims of a JWS whose signature holds. */
function claimsOf(compact: unknown): unknown {
  const [header = "", payload = "", signature = ""] = String(compact).split(".");
  const publicKey = createPublicKey(KEY.privateKey);
  const isGood = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  expect(isGood).toBe(true);
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

describe("offers sign signs", () => {
  const common = { iss: KEY.issuerId, iat: FAKE_NOW / 1000, bid: "com.example.yoga", nonce: NONCE };

  test("a promotional offer", async () => {
    const signature = await sign(`${PRODUCT} --offer-id YOGA_HALF --transaction-id 20`);
    expect(claimsOf(signature)).toMatchObject({
      ...common,
      aud: "promotional-offer",
      productId: "yoga.monthly",
      offerIdentifier: "YOGA_HALF",
      transactionId: "20",
    });
  });

  test("a promotional offer in the older form", async () => {
    expect(await sign(`--kind promotional-v1 ${PRODUCT} --offer-id YOGA_HALF`)).toMatchObject({
      productId: "yoga.monthly",
      offerIdentifier: "YOGA_HALF",
      nonce: NONCE,
      timestamp: FAKE_NOW,
      keyId: KEY.keyId,
    });
  });

  test("eligibility for an introductory offer", async () => {
    const options = `--kind introductory ${PRODUCT} --transaction-id 20 --not-eligible`;
    expect(claimsOf(await sign(options))).toMatchObject({
      ...common,
      allowIntroductoryOffer: false,
    });
  });

  test("an Advanced Commerce request", async () => {
    const options = "--kind advanced-commerce --request request.json";
    expect(claimsOf(await sign(options))).toMatchObject({
      ...common,
      aud: "advanced-commerce-api",
    });
  });
});

test.each([
  ["a missing offer", `${PRODUCT} --transaction-id 20`, "OPTION_MISSING"],
  ["a key that is not there", `--private-key none.p8 ${PRODUCT}`, "FILE_UNREADABLE"],
  ["a key that is none", `--private-key request.json ${PRODUCT}`, "PRIVATE_KEY_INVALID"],
  ["a request that is none", "--kind advanced-commerce --request key.p8", "JSON_MALFORMED"],
  [
    "a nonce that is none",
    `--nonce 1 ${PRODUCT} --offer-id A --transaction-id 2`,
    "SIGNATURE_INPUT_INVALID",
  ],
])("offers sign refuses %s", async (_, options, code) => {
  await using io = await createFakeIo({ env: ENV });
  await writeFiles(io, { "key.p8": KEY.privateKey, "request.json": "[]" });
  expect(await run(io, `offers sign ${options} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
});
