import type { Bytes } from "@holdfast/appstore/crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCryptography } from "../node/node-cryptography.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import type { Cryptography, SealingKey } from "../ports/cryptography.ts";
import { CRYPTOGRAPHIES, CRYPTOGRAPHY_PAIRS } from "../testing/cryptographies.ts";
import { MUTATION_RUNS, mutationsOf } from "../testing/mutations.ts";
import { openSealedValue, sealValue } from "./sealed-value.ts";
import type { SealBinding } from "./sealed-value.ts";
import { WireError } from "./wire-error.ts";

const PLAINTEXT: Bytes = new TextEncoder().encode("2000000123456789");
const BINDING: SealBinding = {
  app: "yoga",
  environment: "sandbox",
  purpose: "decision",
  keyId: "1",
};

function keyOf(cryptography: Cryptography, secret = 7): Promise<SealingKey> {
  return cryptography.importSealingKey(new Uint8Array(32).fill(secret));
}

async function sealed(cryptography: Cryptography, plaintext = PLAINTEXT): Promise<string> {
  return sealValue(await keyOf(cryptography), plaintext, BINDING);
}

describe.each(CRYPTOGRAPHY_PAIRS)("sealed on %s, on %s", (_, sealing, __, opening) => {
  test.each([
    ["a text", PLAINTEXT],
    ["nothing", new Uint8Array(0)],
    ["64 KiB", new Uint8Array(65_536).fill(3)],
  ])("openSealedValue() returns %s", async (___, plaintext) => {
    const value = await sealed(sealing, plaintext);
    const opened = await openSealedValue(await keyOf(opening), value, BINDING);
    expect(opened.keyId).toBe("1");
    expect(Buffer.from(opened.plaintext)).toEqual(Buffer.from(plaintext));
  });

  test.each<[string, Partial<SealBinding>]>([
    ["another app", { app: "chess" }],
    ["another environment", { environment: "production" }],
    ["another purpose", { purpose: "pseudonymKey" }],
  ])("openSealedValue() refuses what was sealed for %s", async (___, other) => {
    const value = await sealed(sealing);
    await expect(
      openSealedValue(await keyOf(opening), value, { ...BINDING, ...other }),
    ).rejects.toMatchObject({ code: "WIRE_SEAL_BROKEN" });
  });

  test("openSealedValue() refuses what was sealed under another key id", async () => {
    const value = (await sealed(sealing)).replace(/^1\.1\./, "1.2.");
    await expect(openSealedValue(await keyOf(opening), value, BINDING)).rejects.toMatchObject({
      code: "WIRE_SEAL_BROKEN",
    });
  });

  test("openSealedValue() refuses what was sealed under another secret", async () => {
    const value = await sealed(sealing);
    await expect(openSealedValue(await keyOf(opening, 8), value, BINDING)).rejects.toMatchObject({
      code: "WIRE_SEAL_BROKEN",
    });
  });
});

describe.each(CRYPTOGRAPHIES)("on %s", (_, cryptography) => {
  test("sealValue() never gives the same value twice", async () => {
    const key = await keyOf(cryptography);
    const values = await Promise.all(
      Array.from({ length: 600 }, async () => sealValue(key, PLAINTEXT, BINDING)),
    );
    const nonces = values.map((value) => value.split(".")[2]?.slice(0, 16));
    expect(new Set(nonces).size).toBe(values.length);
  });

  test.each([
    ["an empty text", () => "", "WIRE_FORMAT_UNKNOWN"],
    ["another version", (value: string) => `2${value.slice(1)}`, "WIRE_FORMAT_UNKNOWN"],
    ["no version", (value: string) => value.slice(2), "WIRE_MALFORMED"],
    ["two parts", () => "1.1", "WIRE_MALFORMED"],
    ["four parts", (value: string) => `${value}.AAAA`, "WIRE_MALFORMED"],
    ["no content", () => "1.1.", "WIRE_SEAL_BROKEN"],
    ["content shorter than a nonce", () => "1.1.AAAAAAAA", "WIRE_SEAL_BROKEN"],
    ["a nonce and nothing else", () => `1.1.${"A".repeat(16)}`, "WIRE_SEAL_BROKEN"],
    ["a nonce and half a tag", () => `1.1.${"A".repeat(28)}`, "WIRE_SEAL_BROKEN"],
    ["a cut end", (value: string) => value.slice(0, -3), "WIRE_SEAL_BROKEN"],
    ["padding", (value: string) => `${value}=`, "WIRE_MALFORMED"],
    ["characters of no alphabet", (value: string) => `${value}!!!!`, "WIRE_MALFORMED"],
  ])("openSealedValue() refuses %s", async (__, mutilate, code) => {
    const value = mutilate(await sealed(cryptography));
    await expect(openSealedValue(await keyOf(cryptography), value, BINDING)).rejects.toMatchObject({
      code,
    });
  });

  test("openSealedValue() opens nothing that differs in one character", async () => {
    const value = await sealed(cryptography);
    const key = await keyOf(cryptography);
    await fc.assert(
      fc.asyncProperty(mutationsOf(value), async (mutated) => {
        await expect(openSealedValue(key, mutated, BINDING)).rejects.toBeInstanceOf(WireError);
      }),
      { numRuns: MUTATION_RUNS },
    );
  });
});

test("both cryptographies make values of the same shape", async () => {
  const [web, node] = [await sealed(webCryptography), await sealed(nodeCryptography)];
  const content = 12 + PLAINTEXT.length + 16;
  for (const value of [web, node]) {
    const [version, keyId, body = ""] = value.split(".");
    expect([version, keyId, Buffer.from(body, "base64url").length]).toEqual(["1", "1", content]);
  }
});
