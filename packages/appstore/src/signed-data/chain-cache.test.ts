import { createHash, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseSignedData } from "./parse-signed-data.ts";
import { createSignedDataVerifier } from "./signed-data-verifier.ts";
import type { SignedDataVerifier, SignedDataVerifierOptions } from "./signed-data-verifier.ts";
import {
  createTestAppStore,
  signCompactJws,
  TEST_SIGNED_DATE,
  testRealtimeRequest,
} from "./testing/index.ts";
import type { TestAppStore } from "./testing/index.ts";
import { createObservedEcdsa, synchronousEcdsa } from "./testing/observed-ecdsa.ts";
import type { EcdsaCounts } from "./testing/observed-ecdsa.ts";
import { rejectionOf } from "./testing/thrown-by.ts";
import { createTrustStore } from "./trust-store.ts";
import type { ChainHashes, RevocationStatus, VerificationPolicy } from "./verification-policy.ts";

const store = await createTestAppStore();
const payload = testRealtimeRequest();
const policy: VerificationPolicy = {
  trust: createTrustStore([store.rootDer]),
  validAt: TEST_SIGNED_DATE,
};

/** A verifier under observation, at a time that a test sets. */
interface Observed {
  readonly verifier: SignedDataVerifier;
  readonly counts: EcdsaCounts;
  readonly clock: { now: number };
  /** Verifies under the usual policy, or with something else in it. */
  readonly verify: (compact: string, other?: Partial<VerificationPolicy>) => Promise<void>;
  /** Verifies and returns the code it was refused with. */
  readonly codeOf: (compact: string, other?: Partial<VerificationPolicy>) => Promise<string>;
}

function observe(options: SignedDataVerifierOptions = {}): Observed {
  const { ecdsa, counts } = createObservedEcdsa();
  const clock = { now: TEST_SIGNED_DATE };
  const verifier = createSignedDataVerifier({ ecdsa, now: () => clock.now, ...options });
  const verify: Observed["verify"] = (compact, other) =>
    verifier.verify(parseSignedData(compact), { ...policy, ...other });
  return {
    verifier,
    counts,
    clock,
    verify,
    codeOf: async (compact, other) => (await rejectionOf(verify(compact, other))).code,
  };
}

/** A genuine chain around a payload that was signed with another key. */
function forgedUnder({ x5c }: TestAppStore, later = 0): string {
  return signCompactJws({ alg: "ES256", x5c, later }, payload, ANYONES.privateKey);
}

const revoked = { revocations: (): RevocationStatus => "revoked" };

const ANYONES = generateKeyPairSync("ec", { namedCurve: "P-256" });

function at(date: string): Pick<VerificationPolicy, "validAt"> {
  return { validAt: Date.parse(date) };
}

/** Chains of an attacker's making: his leaf and intermediate, our root. */
async function madeUpChain(): Promise<string> {
  const attacker = await createTestAppStore();
  return attacker.sign(payload, { x5c: [attacker.x5c[0], attacker.x5c[1], store.x5c[2]] });
}

/** A leaf of an attacker's making under our intermediate. */
async function madeUpLeaf(): Promise<string> {
  const attacker = await createTestAppStore();
  return attacker.sign(payload, { x5c: [attacker.x5c[0], store.x5c[1], store.x5c[2]] });
}

describe("A chain that is known", () => {
  test("costs one signature under the same header", async () => {
    const { verify, counts, verifier } = observe();
    await verify(store.sign(payload));
    const before = { ...counts };
    for (const later of [1, 2, 3]) await verify(store.sign({ ...payload, later }));
    expect(counts).toEqual({ ...before, dataVerifications: before.dataVerifications + 3 });
    expect(verifier.stats()).toEqual({
      known: 3,
      knownUnderNewHeader: 0,
      verified: 1,
      refused: 0,
      overBudget: 0,
    });
  });

  test("costs one signature and no budget under any number of headers", async () => {
    const { verify, counts, verifier } = observe({ unknownChainsPerSecond: 1 });
    await verify(store.sign(payload));
    const before = { ...counts };
    for (let later = 0; later < 50; later += 1) await verify(store.sign(payload, { later }));
    expect(counts).toEqual({ ...before, dataVerifications: before.dataVerifications + 50 });
    expect(verifier.stats()).toMatchObject({ verified: 1, knownUnderNewHeader: 50 });
  });

  test("is not forgotten for a flood of bad signatures under other headers", async () => {
    const bounds = { cachedChains: 2, headerShortcuts: 2 };
    const { verify, codeOf, verifier } = observe(bounds);
    await verify(store.sign(payload));
    for (let later = 0; later < 20; later += 1) {
      expect(await codeOf(forgedUnder(store, later))).toBe("SIGNATURE_INVALID");
    }
    await verify(store.sign(payload));
    expect(verifier.stats()).toMatchObject({ known: 1, verified: 1, refused: 20 });
  });

  test("is forgotten only for others that are as good", async () => {
    const { verify, verifier } = observe({ cachedChains: 1, headerShortcuts: 1 });
    const renewed = await store.withNewLeaf();
    await verify(store.sign(payload));
    await verify(renewed.sign(payload));
    await verify(store.sign(payload));
    expect(verifier.stats().verified).toBe(3);
  });

  test.each([
    ["the same header", {}],
    ["another header", { later: 1 }],
  ])("does not verify a payload that someone else signed under %s", async (_, overrides) => {
    const { verify, codeOf } = observe();
    await verify(store.sign(payload));
    const [header = ""] = store.sign(payload, overrides).split(".");
    const [, middle, signature] = forgedUnder(store).split(".");
    expect(await codeOf(`${header}.${middle}.${signature}`)).toBe("SIGNATURE_INVALID");
  });

  test.each([
    ["the same header", {}],
    ["another header", { later: 1 }],
  ])("is refused under %s where its root is not trusted", async (_, overrides) => {
    const { verify, codeOf } = observe();
    const other = await createTestAppStore();
    await verify(store.sign(payload));
    const trust = createTrustStore([other.rootDer]);
    expect(await codeOf(store.sign(payload, overrides), { trust })).toBe("ROOT_UNTRUSTED");
    await expect(verify(store.sign(payload))).resolves.toBeUndefined();
  });

  test("is held against the date of each payload", async () => {
    const leaf = { notBefore: new Date("2026-01-01"), notAfter: new Date("2027-01-01") };
    const brief = await store.withNewLeaf(leaf);
    const { verify, codeOf } = observe();
    await verify(brief.sign(payload));
    const compact = brief.sign(payload);
    expect(await codeOf(compact, at("2027-01-01T00:01:01Z"))).toBe("CERTIFICATE_EXPIRED");
    expect(await codeOf(compact, at("2025-12-31T23:58:59Z"))).toBe("CERTIFICATE_NOT_YET_VALID");
    await expect(verify(compact, at("2027-01-01T00:01:00Z"))).resolves.toBeUndefined();
    await expect(verify(compact, at("2025-12-31T23:59:00Z"))).resolves.toBeUndefined();
  });

  test("was valid when a payload was signed, though it was learned at another date", async () => {
    const old = await store.withNewLeaf({ notAfter: new Date("2021-01-01") });
    const { verify, codeOf } = observe();
    await verify(old.sign(payload), { validAt: Date.parse("2020-06-01") });
    expect(await codeOf(old.sign(payload))).toBe("CERTIFICATE_EXPIRED");
  });
});

describe("Revocation", () => {
  test.each<RevocationStatus>(["good", "unknown", "stale"])("%s accepts", async (status) => {
    const { verify } = observe();
    const revocations = () => status;
    await verify(store.sign(payload), { revocations });
    await expect(verify(store.sign(payload), { revocations })).resolves.toBeUndefined();
  });

  test("refuses a chain at its first sight, and takes no shortcut to it", async () => {
    const { codeOf, verify, verifier } = observe();
    expect(await codeOf(store.sign(payload), revoked)).toBe("CERTIFICATE_REVOKED");
    await verify(store.sign(payload));
    expect(verifier.stats()).toMatchObject({ verified: 1, known: 0, knownUnderNewHeader: 1 });
  });

  test("refuses a chain that was known before, under old headers and new", async () => {
    const { codeOf, verify } = observe();
    await verify(store.sign(payload));
    expect(await codeOf(store.sign(payload), revoked)).toBe("CERTIFICATE_REVOKED");
    const underNewHeader = store.sign(payload, { later: 1 });
    expect(await codeOf(underNewHeader, revoked)).toBe("CERTIFICATE_REVOKED");
  });

  test("is asked by the hashes of leaf and intermediate, every time", async () => {
    const { verify } = observe();
    const asked: ChainHashes[] = [];
    const revocations = (chain: ChainHashes) => {
      asked.push(chain);
      return "good" as const;
    };
    for (const later of [0, 0, 1]) await verify(store.sign(payload, { later }), { revocations });
    const expected = {
      leafSha256: sha256(store.chain.leaf.der),
      intermediateSha256: sha256(store.chain.intermediate.der),
    };
    expect(asked).toEqual([expected, expected, expected]);
  });
});

describe("A chain that is unknown", () => {
  test("is verified once for all who arrive with it at the same time", async () => {
    const { verify, counts, verifier } = observe({ unknownChainsPerSecond: 1 });
    const requests = Array.from({ length: 10 }, (_, later) => store.sign({ ...payload, later }));
    await Promise.all(requests.map((compact) => verify(compact)));
    expect(verifier.stats()).toMatchObject({ verified: 1, refused: 0 });
    expect(counts).toMatchObject({ authorityImports: 2, certificateVerifications: 2 });
  });

  test("fails once for all who arrive with it, and leaves no trace", async () => {
    const { codeOf, verifier } = observe({ ecdsa: synchronousEcdsa, unknownChainsPerSecond: 2 });
    const compact = await madeUpChain();
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(compact)));
    expect(new Set(codes)).toEqual(new Set(["CHAIN_INVALID"]));
    expect(verifier.stats().verified).toBe(1);
    expect(await codeOf(compact)).toBe("CHAIN_INVALID");
    expect(verifier.stats().verified).toBe(2);
  });

  test("costs no budget and no certificate's signature when the payload's is bad", async () => {
    const { codeOf, verify, counts, verifier } = observe({ unknownChainsPerSecond: 1 });
    for (let later = 0; later < 20; later += 1) {
      expect(await codeOf(forgedUnder(store, later))).toBe("SIGNATURE_INVALID");
    }
    expect(counts.certificateVerifications).toBe(0);
    await verify(store.sign(payload));
    expect(verifier.stats()).toMatchObject({ verified: 1, overBudget: 0 });
  });

  test("is not remembered when the payload's signature is bad", async () => {
    const { codeOf, verify, verifier } = observe();
    expect(await codeOf(forgedUnder(store))).toBe("SIGNATURE_INVALID");
    await verify(store.sign(payload));
    expect(verifier.stats()).toMatchObject({ known: 0, knownUnderNewHeader: 0, verified: 1 });
  });

  test("costs nothing when it is not well made", async () => {
    const { codeOf, counts, verifier } = observe({ unknownChainsPerSecond: 1 });
    const unmarked = await store.withNewLeaf({ markers: [] });
    expect(await codeOf(unmarked.sign(payload))).toBe("CERTIFICATE_MARKER_MISSING");
    expect(counts).toMatchObject({ leafImports: 0, dataVerifications: 0 });
    expect(verifier.stats().verified).toBe(0);
  });

  test("is refused over the budget, by another class of error, and passes a second later", async () => {
    const { codeOf, verify, verifier, clock } = observe({ unknownChainsPerSecond: 2 });
    for (let count = 0; count < 2; count += 1) {
      expect(await codeOf(await madeUpChain())).toBe("CHAIN_INVALID");
    }
    const refusal = await rejectionOf(verify(store.sign(payload)));
    expect(refusal.code).toBe("CHAIN_BUDGET_EXCEEDED");
    expect(refusal.name).toBe("RefusedSignedData");
    expect(verifier.stats()).toMatchObject({ overBudget: 1, refused: 3 });
    clock.now += 500;
    await expect(verify(store.sign(payload))).resolves.toBeUndefined();
  });

  test("does not keep known chains from being used while the budget is gone", async () => {
    const { codeOf, verify } = observe({ unknownChainsPerSecond: 1 });
    await verify(store.sign(payload));
    expect(await codeOf(await madeUpChain())).toBe("CHAIN_BUDGET_EXCEEDED");
    await expect(verify(store.sign({ ...payload, later: 1 }))).resolves.toBeUndefined();
    await expect(verify(store.sign(payload, { later: 1 }))).resolves.toBeUndefined();
  });
});

describe("A new leaf under an intermediate that is known", () => {
  test("gets in through a flood of made-up chains", async () => {
    const { codeOf, verify } = observe({ unknownChainsPerSecond: 1 });
    await verify(store.sign(payload));
    expect(await codeOf(await madeUpChain())).toBe("CHAIN_BUDGET_EXCEEDED");
    const renewed = await store.withNewLeaf();
    await expect(verify(renewed.sign(payload))).resolves.toBeUndefined();
  });

  test("costs one signature on a certificate", async () => {
    const { verify, counts } = observe();
    await verify(store.sign(payload));
    const before = counts.certificateVerifications;
    const renewed = await store.withNewLeaf();
    await verify(renewed.sign(payload));
    expect(counts.certificateVerifications).toBe(before + 1);
  });

  test("is verified against that intermediate", async () => {
    const { codeOf, verify } = observe();
    await verify(store.sign(payload));
    expect(await codeOf(await madeUpLeaf())).toBe("CHAIN_INVALID");
  });

  test("has a budget that forged leaves can use up, for a second", async () => {
    const { codeOf, verify, clock } = observe({ unknownChainsPerSecond: 1 });
    await verify(store.sign(payload));
    expect(await codeOf(await madeUpLeaf())).toBe("CHAIN_INVALID");
    const renewed = await store.withNewLeaf();
    expect(await codeOf(renewed.sign(payload))).toBe("CHAIN_BUDGET_EXCEEDED");
    clock.now += 1000;
    await expect(verify(renewed.sign(payload))).resolves.toBeUndefined();
  });

  test("is not trusted for the intermediate where another root is trusted", async () => {
    const { codeOf, verify } = observe();
    await verify(store.sign(payload));
    const other = await createTestAppStore();
    const renewed = await store.withNewLeaf();
    const trust = createTrustStore([other.rootDer]);
    expect(await codeOf(renewed.sign(payload), { trust })).toBe("ROOT_UNTRUSTED");
    const [leaf, intermediate] = renewed.x5c;
    const mixed = renewed.sign(payload, { x5c: [leaf, intermediate, other.x5c[2]] });
    expect(await codeOf(mixed, { trust })).toBe("CHAIN_INVALID");
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
