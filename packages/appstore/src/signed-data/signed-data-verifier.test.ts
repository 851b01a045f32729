import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webCryptoEcdsa } from "../crypto/index.ts";
import { parseSignedData } from "./parse-signed-data.ts";
import { createSignedDataVerifier } from "./signed-data-verifier.ts";
import type { TestAppStoreOptions, TestAppStore } from "./testing/index.ts";
import {
  createTestAppStore,
  signCompactJws,
  TEST_SIGNED_DATE,
  testRealtimeRequest,
} from "./testing/index.ts";
import { synchronousEcdsa } from "./testing/observed-ecdsa.ts";
import { rejectionOf } from "./testing/thrown-by.ts";
import { Extension, KeyUsageFlags } from "./testing/x509.ts";
import { appleTrustStore, createTrustStore } from "./trust-store.ts";

const store = await createTestAppStore();
const payload = testRealtimeRequest();
const validAt = TEST_SIGNED_DATE;

/** Verifies a token of a store, trusting that store's root. */
async function verify(compact: string, { rootDer }: Pick<TestAppStore, "rootDer"> = store) {
  const policy = { trust: createTrustStore([rootDer]), validAt };
  await createSignedDataVerifier().verify(parseSignedData(compact), policy);
}

async function codeOf(compact: string, trusted?: Pick<TestAppStore, "rootDer">): Promise<string> {
  return (await rejectionOf(verify(compact, trusted))).code;
}

describe("SignedDataVerifier.verify() accepts", () => {
  test.each<[string, TestAppStoreOptions]>([
    ["a chain like Apple's", {}],
    [
      "a chain all on P-256, signed with SHA-384",
      { root: { curve: "P-256" }, intermediate: { curve: "P-256" } },
    ],
    [
      "certificates signed with SHA-256",
      { leaf: { signatureHash: "SHA-256" }, intermediate: { signatureHash: "SHA-256" } },
    ],
    [
      "certificates signed with SHA-512",
      { leaf: { signatureHash: "SHA-512" }, intermediate: { signatureHash: "SHA-512" } },
    ],
    ["a root that allows one intermediate", { root: { pathLength: 0 + 1 } }],
    [
      "authorities without key usage",
      { root: { keyUsage: undefined }, intermediate: { keyUsage: undefined } },
    ],
    ["a leaf without basic constraints", { leaf: { isCa: undefined } }],
    [
      "an extension nobody knows",
      { leaf: { extraExtensions: [new Extension("1.2.3.4", false, Uint8Array.of(5, 0))] } },
    ],
    ["a leaf that became valid 59 s later", { leaf: { notBefore: new Date(validAt + 59_000) } }],
    ["a leaf that expired 59 s ago", { leaf: { notAfter: new Date(validAt - 59_000) } }],
  ])("%s", async (_, options) => {
    const other = await createTestAppStore(options);
    await expect(verify(other.sign(payload), other)).resolves.toBeUndefined();
  });

  test("header parameters nobody knows", async () => {
    const compact = store.sign(payload, { kid: "Apple_Xcode_Key", typ: "JWT", jku: "https://x" });
    await expect(verify(compact)).resolves.toBeUndefined();
  });

  test("data where the host's cryptography is synchronous", async () => {
    const verifier = createSignedDataVerifier({ ecdsa: synchronousEcdsa });
    const policy = { trust: createTrustStore([store.rootDer]), validAt };
    await verifier.verify(parseSignedData(store.sign(payload)), policy);
    await verifier.verify(parseSignedData(store.sign({ ...payload, later: 1 })), policy);
    expect(verifier.stats()).toMatchObject({ verified: 1, known: 1 });
  });
});

describe("SignedDataVerifier.verify() refuses a header", () => {
  const { x5c } = store;
  const [leaf = "", intermediate = "", root = ""] = x5c;
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["without alg", { alg: undefined }, "JWS_ALGORITHM_REFUSED"],
    ["with alg none", { alg: "none" }, "JWS_ALGORITHM_REFUSED"],
    ["with alg HS256", { alg: "HS256" }, "JWS_ALGORITHM_REFUSED"],
    ["with alg RS256", { alg: "RS256" }, "JWS_ALGORITHM_REFUSED"],
    ["with alg ES384", { alg: "ES384" }, "JWS_ALGORITHM_REFUSED"],
    ["with alg es256", { alg: "es256" }, "JWS_ALGORITHM_REFUSED"],
    ["with an array of algs", { alg: ["ES256"] }, "JWS_ALGORITHM_REFUSED"],
    ["with critical parameters", { crit: ["exp"], exp: 1 }, "JWS_HEADER_INVALID"],
    ["with no critical parameters, but the list", { crit: [] }, "JWS_HEADER_INVALID"],
    ["with crit null", { crit: null }, "JWS_HEADER_INVALID"],
    ["without x5c", { x5c: undefined }, "CHAIN_LENGTH_INVALID"],
    ["with x5c under another name", { x5c: undefined, x5cwrong: x5c }, "CHAIN_LENGTH_INVALID"],
    ["with x5c that is a text", { x5c: leaf }, "CHAIN_LENGTH_INVALID"],
    ["with no certificate", { x5c: [] }, "CHAIN_LENGTH_INVALID"],
    ["with one certificate", { x5c: [leaf] }, "CHAIN_LENGTH_INVALID"],
    ["with two certificates", { x5c: [leaf, intermediate] }, "CHAIN_LENGTH_INVALID"],
    ["with four certificates", { x5c: [...x5c, root] }, "CHAIN_LENGTH_INVALID"],
    ["with a certificate that is a number", { x5c: [1, intermediate, root] }, "JWS_HEADER_INVALID"],
    ["with a certificate that is null", { x5c: [leaf, null, root] }, "JWS_HEADER_INVALID"],
    [
      "with a leaf that is no base64",
      { x5c: ["????", intermediate, root] },
      "CERTIFICATE_MALFORMED",
    ],
    [
      "with a leaf in base64url",
      {
        x5c: [
          leaf.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
          intermediate,
          root,
        ],
      },
      "CERTIFICATE_MALFORMED",
    ],
    [
      "with line breaks in a certificate",
      { x5c: [`${leaf.slice(0, 64)}\n${leaf.slice(64)}`, intermediate, root] },
      "CERTIFICATE_MALFORMED",
    ],
    ["with an empty leaf", { x5c: ["", intermediate, root] }, "CERTIFICATE_MALFORMED"],
    [
      "with an intermediate that is no certificate",
      { x5c: [leaf, "AQID", root] },
      "CERTIFICATE_MALFORMED",
    ],
    ["with a root that is no certificate", { x5c: [leaf, intermediate, "AQID"] }, "ROOT_UNTRUSTED"],
    ["with an empty root", { x5c: [leaf, intermediate, ""] }, "ROOT_UNTRUSTED"],
    ["with the root in other words", { x5c: [leaf, intermediate, ` ${root}`] }, "ROOT_UNTRUSTED"],
    ["with the chain upside down", { x5c: [root, intermediate, leaf] }, "ROOT_UNTRUSTED"],
    ["with leaf and intermediate swapped", { x5c: [intermediate, leaf, root] }, "CHAIN_INVALID"],
    ["with the root in the intermediate's place", { x5c: [leaf, root, root] }, "CHAIN_INVALID"],
    ["with the leaf in the intermediate's place", { x5c: [leaf, leaf, root] }, "CHAIN_INVALID"],
  ])("%s", async (_, overrides, code) => {
    expect(await codeOf(store.sign(payload, overrides))).toBe(code);
  });

  test.each([
    ["webCryptoEcdsa", webCryptoEcdsa],
    ["synchronous cryptography", synchronousEcdsa],
  ])(
    "in letters that become the genuine ones when they lose their upper bits: %s",
    async (_, ecdsa) => {
      const verifier = createSignedDataVerifier({ ecdsa });
      const policy = { trust: createTrustStore([store.rootDer]), validAt };
      const compact = store.sign(payload);
      await verifier.verify(parseSignedData(compact), policy);
      const lookalike = String.fromCharCode(compact.charCodeAt(0) + 0x100) + compact.slice(1);
      const { code } = await rejectionOf(verifier.verify(parseSignedData(lookalike), policy));
      expect(code).toBe("JWS_MALFORMED");
    },
  );

  test.each([
    ["no JSON", "e30x"],
    ["an array", Buffer.from("[]").toString("base64url")],
    ["not base64url", "e30="],
  ])("that is %s", async (_, header) => {
    const [, middle, signature] = store.sign(payload).split(".");
    expect(await codeOf(`${header}.${middle}.${signature}`)).toBe("JWS_MALFORMED");
  });
});

describe("SignedDataVerifier.verify() refuses a chain", () => {
  const CA = KeyUsageFlags.keyCertSign;
  test.each<[string, TestAppStoreOptions, string]>([
    [
      "whose intermediate lacks its marker",
      { intermediate: { markers: [] } },
      "CERTIFICATE_MARKER_MISSING",
    ],
    [
      "whose intermediate has a near marker",
      { intermediate: { markers: ["1.2.840.113635.100.6.2.2"] } },
      "CERTIFICATE_MARKER_MISSING",
    ],
    ["whose leaf lacks its marker", { leaf: { markers: [] } }, "CERTIFICATE_MARKER_MISSING"],
    [
      "whose leaf has a near marker",
      { leaf: { markers: ["1.2.840.113635.100.6.11.2"] } },
      "CERTIFICATE_MARKER_MISSING",
    ],
    [
      "whose leaf has the intermediate's marker",
      { leaf: { markers: ["1.2.840.113635.100.6.2.1"] } },
      "CERTIFICATE_MARKER_MISSING",
    ],
    [
      "whose intermediate is no CA",
      { intermediate: { isCa: false, pathLength: undefined } },
      "CHAIN_INVALID",
    ],
    [
      "whose intermediate has no constraints",
      { intermediate: { isCa: undefined } },
      "CHAIN_INVALID",
    ],
    [
      "whose intermediate may not sign certificates",
      { intermediate: { keyUsage: KeyUsageFlags.digitalSignature } },
      "CHAIN_INVALID",
    ],
    ["whose root is no CA", { root: { isCa: false } }, "CHAIN_INVALID"],
    [
      "whose root may not sign certificates",
      { root: { keyUsage: KeyUsageFlags.cRLSign } },
      "CHAIN_INVALID",
    ],
    ["whose root allows no intermediate", { root: { pathLength: 0 } }, "CHAIN_INVALID"],
    [
      "whose leaf is a CA",
      { leaf: { isCa: true, keyUsage: KeyUsageFlags.digitalSignature + CA } },
      "CHAIN_INVALID",
    ],
    [
      "whose leaf may not sign data",
      { leaf: { keyUsage: KeyUsageFlags.keyAgreement } },
      "CHAIN_INVALID",
    ],
    [
      "whose leaf has an unknown critical extension",
      { leaf: { extraExtensions: [new Extension("1.2.3.4", true, Uint8Array.of(5, 0))] } },
      "CERTIFICATE_MALFORMED",
    ],
    [
      "whose leaf expired 61 s ago",
      { leaf: { notAfter: new Date(validAt - 61_000) } },
      "CERTIFICATE_EXPIRED",
    ],
    [
      "whose leaf is valid in 61 s",
      { leaf: { notBefore: new Date(validAt + 61_000) } },
      "CERTIFICATE_NOT_YET_VALID",
    ],
    [
      "whose intermediate has expired",
      { intermediate: { notAfter: new Date(validAt - 61_000) } },
      "CERTIFICATE_EXPIRED",
    ],
    [
      "whose intermediate is not valid yet",
      { intermediate: { notBefore: new Date(validAt + 61_000) } },
      "CERTIFICATE_NOT_YET_VALID",
    ],
    [
      "whose root has expired",
      { root: { notAfter: new Date(validAt - 61_000) } },
      "CERTIFICATE_EXPIRED",
    ],
    [
      "whose root is not valid yet",
      { root: { notBefore: new Date(validAt + 61_000) } },
      "CERTIFICATE_NOT_YET_VALID",
    ],
  ])("%s", async (_, options, code) => {
    const other = await createTestAppStore(options);
    expect(await codeOf(other.sign(payload), other)).toBe(code);
  });

  test("whose leaf's key is on P-384, though it signs well", async () => {
    const other = await createTestAppStore({ leaf: { curve: "P-384" } });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const compact = signCompactJws({ alg: "ES256", x5c: other.x5c }, payload, privateKey);
    expect(await codeOf(compact, other)).toBe("CHAIN_INVALID");
  });

  test("whose leaf was issued by another CA of the same name", async () => {
    const other = await createTestAppStore();
    const [, intermediate, root] = store.x5c;
    const compact = other.sign(payload, { x5c: [other.x5c[0], intermediate, root] });
    expect(await codeOf(compact)).toBe("CHAIN_INVALID");
  });

  test("whose intermediate was issued by another CA of the same name", async () => {
    const other = await createTestAppStore();
    const compact = other.sign(payload, { x5c: [other.x5c[0], other.x5c[1], store.x5c[2]] });
    expect(await codeOf(compact)).toBe("CHAIN_INVALID");
  });

  test("whose intermediate names another issuer", async () => {
    const other = await createTestAppStore({ root: { subject: "CN=Someone Else" } });
    const compact = other.sign(payload, { x5c: [other.x5c[0], other.x5c[1], store.x5c[2]] });
    expect(await codeOf(compact)).toBe("CHAIN_INVALID");
  });

  test("whose root is another's than the one trusted", async () => {
    const other = await createTestAppStore();
    expect(await codeOf(other.sign(payload))).toBe("ROOT_UNTRUSTED");
  });

  test("of a test store where Apple is trusted", async () => {
    const policy = { trust: appleTrustStore, validAt };
    const data = parseSignedData(store.sign(payload));
    const { code } = await rejectionOf(createSignedDataVerifier().verify(data, policy));
    expect(code).toBe("ROOT_UNTRUSTED");
  });

  test("at a date that is no number", async () => {
    const policy = { trust: createTrustStore([store.rootDer]), validAt: Number.NaN };
    const data = parseSignedData(store.sign(payload));
    const { code } = await rejectionOf(createSignedDataVerifier().verify(data, policy));
    expect(code).toBe("CERTIFICATE_NOT_YET_VALID");
  });
});

describe("SignedDataVerifier.verify() refuses a signature", () => {
  const [header = "", middle = "", signature = ""] = store.sign(payload).split(".");

  test("under a payload that was changed", async () => {
    const changed = Buffer.from(JSON.stringify({ ...payload, productId: "other" }));
    const compact = `${header}.${changed.toString("base64url")}.${signature}`;
    expect(await codeOf(compact)).toBe("SIGNATURE_INVALID");
  });

  test("under a header that was changed", async () => {
    const changed = Buffer.from(JSON.stringify({ alg: "ES256", x5c: store.x5c, later: 1 }));
    const compact = `${changed.toString("base64url")}.${middle}.${signature}`;
    expect(await codeOf(compact)).toBe("SIGNATURE_INVALID");
  });

  test("of zeros", async () => {
    const zeros = Buffer.alloc(64).toString("base64url");
    expect(await codeOf(`${header}.${middle}.${zeros}`)).toBe("SIGNATURE_INVALID");
  });

  test("by a key of someone else's", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const compact = signCompactJws({ alg: "ES256", x5c: store.x5c }, payload, privateKey);
    expect(await codeOf(compact)).toBe("SIGNATURE_INVALID");
  });
});
