import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webCryptoEcdsa } from "./web-crypto-ecdsa.ts";

const data = Uint8Array.from([1, 2, 3]);

function keyPair(namedCurve: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  return {
    privateKey,
    publicKey,
    spki: Uint8Array.from(publicKey.export({ type: "spki", format: "der" })),
    pkcs8: Uint8Array.from(privateKey.export({ type: "pkcs8", format: "der" })),
  };
}

describe("webCryptoEcdsa.importVerificationKey()", () => {
  test.each([
    ["P-256", "SHA-256"],
    ["P-256", "SHA-384"],
    ["P-384", "SHA-384"],
    ["P-384", "SHA-512"],
  ] as const)("verifies signatures on %s with %s", async (curve, hash) => {
    const { privateKey, spki } = keyPair(curve);
    const signature = Uint8Array.from(
      sign(hash.replace("-", ""), data, { key: privateKey, dsaEncoding: "ieee-p1363" }),
    );
    const key = await webCryptoEcdsa.importVerificationKey(spki, curve);
    expect(await key.verify(hash, signature, data)).toBe(true);
    expect(await key.verify(hash, signature, Uint8Array.of(9))).toBe(false);
  });

  test.each([0, 63, 65, 96])(
    "calls a signature of %i bytes wrong, not an error",
    async (length) => {
      const key = await webCryptoEcdsa.importVerificationKey(keyPair("P-256").spki, "P-256");
      expect(await key.verify("SHA-256", new Uint8Array(length), data)).toBe(false);
    },
  );

  test("refuses a key of another curve", async () => {
    const { spki } = keyPair("P-384");
    await expect(webCryptoEcdsa.importVerificationKey(spki, "P-256")).rejects.toThrow(Error);
  });
});

describe("webCryptoEcdsa.importSigningKey()", () => {
  test("makes raw ES256 signatures", async () => {
    const { pkcs8, publicKey } = keyPair("P-256");
    const signature = await (await webCryptoEcdsa.importSigningKey(pkcs8)).sign(data);
    expect(signature).toHaveLength(64);
    expect(verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(
      true,
    );
  });

  test("refuses a key of another curve", async () => {
    await expect(webCryptoEcdsa.importSigningKey(keyPair("P-384").pkcs8)).rejects.toThrow(Error);
  });
});
