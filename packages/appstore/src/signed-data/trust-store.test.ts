import { expect, test } from "vitest";
import { APPLE_ROOT_CA_G3 } from "./apple-root-ca-g3.ts";
import { createTestAppStore } from "./testing/index.ts";
import { thrownBy } from "./testing/thrown-by.ts";
import { appleTrustStore, createTrustStore } from "./trust-store.ts";

const first = await createTestAppStore();
const second = await createTestAppStore();
const [, , firstRoot = ""] = first.x5c;
const [, , secondRoot = ""] = second.x5c;

test("createTrustStore() trusts the roots it was given, byte by byte", () => {
  const trust = createTrustStore([first.rootDer]);
  expect(trust.trusts(firstRoot)).toBe(true);
  expect(trust.trusts(secondRoot)).toBe(false);
  expect(trust.trusts(`${firstRoot}=`)).toBe(false);
  expect(trust.trusts("")).toBe(false);
  const both = createTrustStore([first.rootDer, second.rootDer]);
  expect([both.trusts(firstRoot), both.trusts(secondRoot)]).toEqual([true, true]);
});

test("createTrustStore() refuses to trust nobody", () => {
  const refusal = thrownBy(() => createTrustStore([]));
  expect(refusal).toMatchObject({ code: "TRUST_STORE_EMPTY", name: "MisusedSignedData" });
});

test("appleTrustStore trusts Apple's root and nothing else", () => {
  expect(appleTrustStore.trusts(Buffer.from(APPLE_ROOT_CA_G3).toString("base64"))).toBe(true);
  expect(appleTrustStore.trusts(firstRoot)).toBe(false);
});
