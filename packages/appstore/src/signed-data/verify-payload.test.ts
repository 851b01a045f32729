import { describe, expect, test } from "vitest";
import { parseSignedData } from "./parse-signed-data.ts";
import { createSignedDataVerifier } from "./signed-data-verifier.ts";
import {
  createTestAppStore,
  signCompactJws,
  TEST_APP_APPLE_ID as appAppleId,
  TEST_BUNDLE_ID as bundleId,
  TEST_SIGNED_DATE,
  testAppTransaction,
  testNotification,
  testRealtimeRequest,
  testRenewalInfo,
  testTransaction,
} from "./testing/index.ts";
import { rejectionOf } from "./testing/thrown-by.ts";
import { createTrustStore } from "./trust-store.ts";
import {
  verifyAppTransaction,
  verifyNotification,
  verifyRealtimeRequest,
  verifyRenewalInfo,
  verifyTransaction,
} from "./verify-payload.ts";
import type { Expectations, SignedData } from "./verify-payload.ts";

// The leaf was renewed on New Year's Day of 2026, and data of the year before is under the older one.
const older = await createTestAppStore({
  leaf: { notBefore: new Date("2024-01-01"), notAfter: new Date("2026-01-01") },
});
const store = await older.withNewLeaf({ notBefore: new Date("2026-01-01") });
const now = TEST_SIGNED_DATE + 1000;
const LAST_YEAR = Date.parse("2025-06-01");
const verifier = createSignedDataVerifier({ now: () => now });
const common = { trust: createTrustStore([store.rootDer]), environment: "Sandbox" };

/** Each kind of data: its payload, its verification, and where it says app, date and environment. */
const KINDS = {
  "real-time request": {
    make: testRealtimeRequest,
    verify: (signed: SignedData, other: Partial<Expectations> = {}) =>
      verifyRealtimeRequest(verifier, signed, { ...common, appAppleId, ...other }),
    environment: (environment: string) => ({ environment }),
    missing: [
      "originalTransactionId",
      "appAppleId",
      "productId",
      "userLocale",
      "requestIdentifier",
      "environment",
      "signedDate",
    ],
  },
  notification: {
    make: testNotification,
    verify: (signed: SignedData, other: Partial<Expectations> = {}) =>
      verifyNotification(verifier, signed, { ...common, bundleId, appAppleId, ...other }),
    environment: (environment: string) => ({ data: { environment, bundleId, appAppleId } }),
    missing: ["notificationType", "notificationUUID", "signedDate", "data"],
  },
  transaction: {
    make: testTransaction,
    verify: (signed: SignedData, other: Partial<Expectations> = {}) =>
      verifyTransaction(verifier, signed, { ...common, bundleId, ...other }),
    environment: (environment: string) => ({ environment }),
    missing: [],
  },
  "renewal info": {
    make: testRenewalInfo,
    verify: (signed: SignedData, other: Partial<Expectations> = {}) =>
      verifyRenewalInfo(verifier, signed, { ...common, ...other }),
    environment: (environment: string) => ({ environment }),
    missing: [],
  },
  "app transaction": {
    make: testAppTransaction,
    verify: (signed: SignedData, other: Partial<Expectations> = {}) =>
      verifyAppTransaction(verifier, signed, { ...common, bundleId, appAppleId, ...other }),
    environment: (environment: string) => ({ receiptType: environment, appAppleId }),
    missing: [],
  },
} as const;

describe.each(Object.entries(KINDS))(
  "Verifying a %s",
  (_name, { make, verify, environment, missing }) => {
    test("returns its payload, fields and values nobody knows included", async () => {
      const payload = make({ addedByAppleLater: { deep: [1, null] } });
      await expect(verify(store.sign(payload))).resolves.toEqual(payload);
    });

    test("takes what parseSignedData() made of it, too", async () => {
      const data = parseSignedData(store.sign(make()));
      await expect(verify(data)).resolves.toEqual(make());
    });

    test("accepts production data where production is expected", async () => {
      const payload = make(environment("Production"));
      await expect(verify(store.sign(payload), { environment: "Production" })).resolves.toEqual(
        payload,
      );
    });

    test.each(["Production", "sandbox", "SomethingNew"])(
      "refuses data of %s where the sandbox is expected",
      async (other) => {
        const { code } = await rejectionOf(verify(store.sign(make(environment(other)))));
        expect(code).toBe("ENVIRONMENT_MISMATCH");
      },
    );

    test("refuses a signature that is not the App Store's", async () => {
      const other = await createTestAppStore();
      const { code } = await rejectionOf(verify(other.sign(make(), { x5c: store.x5c })));
      expect(code).toBe("SIGNATURE_INVALID");
    });

    test("refuses what is no compact JWS", async () => {
      expect((await rejectionOf(verify("a.b"))).code).toBe("JWS_MALFORMED");
    });

    test("asks for revocations", async () => {
      const { code } = await rejectionOf(
        verify(store.sign(make()), { revocations: () => "revoked" }),
      );
      expect(code).toBe("CERTIFICATE_REVOKED");
    });

    test.each(missing)("refuses a payload without %s, naming it", async (field) => {
      const { [field]: _, ...rest } = { ...make() } as Record<string, unknown>;
      const refusal = await rejectionOf(verify(store.sign(rest)));
      expect(refusal.code).toBe("PAYLOAD_INVALID");
      expect(refusal.message).toContain(field);
    });

    test.each(["Xcode", "LocalTesting"])(
      "refuses data of %s, though it is signed",
      async (local) => {
        const compact = store.sign(make(environment(local)));
        const { code } = await rejectionOf(verify(compact, { environment: local }));
        expect(code).toBe("UNSIGNED_DATA_REFUSED");
      },
    );

    test.each(["Xcode", "LocalTesting"])(
      "reads data of %s without a chain where asked to",
      async (local) => {
        const payload = make(environment(local));
        const [leaf] = store.x5c;
        const compact = signCompactJws(
          { alg: "ES256", x5c: [leaf] },
          payload,
          store.chain.root.privateKey,
        );
        const unsigned = compact.replace(/[^.]+$/, Buffer.alloc(64).toString("base64url"));
        const expected = { environment: local, allowUnsigned: true };
        await expect(verify(unsigned, expected)).resolves.toEqual(payload);
      },
    );

    test("refuses data of Xcode where unsigned data is allowed and the sandbox expected", async () => {
      const compact = store.sign(make(environment("Xcode")));
      const { code } = await rejectionOf(verify(compact, { allowUnsigned: true }));
      expect(code).toBe("ENVIRONMENT_MISMATCH");
    });

    test("verifies data of the sandbox where unsigned data is allowed", async () => {
      const other = await createTestAppStore();
      const { code } = await rejectionOf(verify(other.sign(make()), { allowUnsigned: true }));
      expect(code).toBe("ROOT_UNTRUSTED");
    });
  },
);

describe("Dates", () => {
  test("verifyRealtimeRequest() asks for certificates that are valid now", async () => {
    const payload = testRealtimeRequest({ signedDate: LAST_YEAR });
    const underOlder = await rejectionOf(KINDS["real-time request"].verify(older.sign(payload)));
    expect(underOlder.code).toBe("CERTIFICATE_EXPIRED");
    await expect(KINDS["real-time request"].verify(store.sign(payload))).resolves.toEqual(payload);
  });

  test.each([
    [
      "verifyNotification()",
      KINDS.notification.verify,
      testNotification({ signedDate: LAST_YEAR }),
    ],
    ["verifyTransaction()", KINDS.transaction.verify, testTransaction({ signedDate: LAST_YEAR })],
    [
      "verifyRenewalInfo()",
      KINDS["renewal info"].verify,
      testRenewalInfo({ signedDate: LAST_YEAR }),
    ],
    [
      "verifyAppTransaction()",
      KINDS["app transaction"].verify,
      testAppTransaction({ receiptCreationDate: LAST_YEAR }),
    ],
  ])(
    "%s asks for certificates that were valid when the data was signed",
    async (_, verify, payload) => {
      await expect(verify(older.sign(payload))).resolves.toEqual(payload);
      expect((await rejectionOf(verify(store.sign(payload)))).code).toBe(
        "CERTIFICATE_NOT_YET_VALID",
      );
    },
  );

  test("verifyTransaction() asks for certificates that are valid now when there is no date", async () => {
    const { signedDate: _, ...payload } = testTransaction();
    await expect(KINDS.transaction.verify(store.sign(payload))).resolves.toEqual(payload);
    const { code } = await rejectionOf(KINDS.transaction.verify(older.sign(payload)));
    expect(code).toBe("CERTIFICATE_EXPIRED");
  });

  test("verifyTransaction() reads Xcode's dates with their fractions", async () => {
    const payload = testTransaction({ environment: "Xcode", signedDate: 1_697_679_936_049.7 });
    const expected = { environment: "Xcode", allowUnsigned: true };
    const verified = await KINDS.transaction.verify(store.sign(payload), expected);
    expect(verified).toMatchObject({ signedDate: 1_697_679_936_049.7 });
  });

  test.each(["1e400", "-1e400"])("verifyTransaction() refuses a date of %s", async (signedDate) => {
    const compact = store.sign(testTransaction({ signedDate: 8_888 })).split(".");
    const payload = Buffer.from(compact[1] ?? "", "base64url").toString();
    const endless = payload.replace("8888", signedDate);
    const token = `${compact[0]}.${Buffer.from(endless).toString("base64url")}.${compact[2]}`;
    const { code } = await rejectionOf(KINDS.transaction.verify(token));
    expect(["CERTIFICATE_EXPIRED", "CERTIFICATE_NOT_YET_VALID"]).toContain(code);
  });
});

describe("The app", () => {
  const other = { bundleId: "com.example.other" };
  test.each([
    [
      "verifyRealtimeRequest()",
      KINDS["real-time request"].verify,
      testRealtimeRequest({ appAppleId: 1 }),
    ],
    [
      "verifyNotification()",
      KINDS.notification.verify,
      testNotification({ data: { environment: "Sandbox", ...other } }),
    ],
    [
      "verifyNotification()",
      KINDS.notification.verify,
      testNotification({ data: { environment: "Sandbox", bundleId, appAppleId: 1 } }),
    ],
    [
      "verifyNotification()",
      KINDS.notification.verify,
      testNotification({ data: { environment: "Sandbox" } }),
    ],
    ["verifyTransaction()", KINDS.transaction.verify, testTransaction(other)],
    ["verifyAppTransaction()", KINDS["app transaction"].verify, testAppTransaction(other)],
    [
      "verifyAppTransaction()",
      KINDS["app transaction"].verify,
      testAppTransaction({ appAppleId: 1 }),
    ],
  ])("%s refuses data for another, case %#", async (_, verify, payload) => {
    const refusal = await rejectionOf(verify(store.sign(payload)));
    expect(refusal.code).toBe("APP_MISMATCH");
    expect(refusal.message).not.toContain("com.example");
  });

  test.each([
    [
      "verifyNotification()",
      KINDS.notification.verify,
      testNotification({ data: { environment: "Production", bundleId } }),
    ],
    [
      "verifyAppTransaction()",
      KINDS["app transaction"].verify,
      testAppTransaction({ receiptType: "Production" }),
    ],
  ])("%s refuses production data without the app's id", async (_, verify, payload) => {
    const { code } = await rejectionOf(verify(store.sign(payload), { environment: "Production" }));
    expect(code).toBe("APP_MISMATCH");
  });

  test.each([
    ["verifyTransaction()", KINDS.transaction.verify, testTransaction],
    ["verifyAppTransaction()", KINDS["app transaction"].verify, testAppTransaction],
  ])("%s refuses data without a bundle id", async (_, verify, make) => {
    const { bundleId: _bundleId, ...payload } = make();
    expect((await rejectionOf(verify(store.sign(payload)))).code).toBe("APP_MISMATCH");
  });
});

describe("verifyNotification()", () => {
  const { verify } = KINDS.notification;
  const { data: _, ...envelope } = testNotification();
  const sandbox = { environment: "Sandbox", bundleId };

  test.each([
    ["a summary", { summary: { ...sandbox, storefrontCountryCodes: ["DEU"], succeededCount: 5 } }],
    ["an app transaction", { appData: { ...sandbox, signedAppTransactionInfo: "a.b.c" } }],
    [
      "a token of the sandbox",
      { externalPurchaseToken: { externalPurchaseId: "SANDBOX_1", bundleId } },
    ],
    ["a type nobody knows", { notificationType: "NEW", subtype: "NEWER", data: sandbox }],
  ])("accepts %s", async (__, parts) => {
    const payload = { ...envelope, ...parts };
    await expect(verify(store.sign(payload))).resolves.toEqual(payload);
  });

  test("takes a token without the prefix for one of production", async () => {
    const token = { externalPurchaseId: "b2158121", bundleId, appAppleId };
    const compact = store.sign({ ...envelope, externalPurchaseToken: token });
    expect((await rejectionOf(verify(compact))).code).toBe("ENVIRONMENT_MISMATCH");
    await expect(verify(compact, { environment: "Production" })).resolves.toBeDefined();
  });

  test.each([
    ["data that is null", { data: null }, "Data"],
    ["an app id in text", { data: { ...sandbox, appAppleId: "1" } }, "appAppleId"],
    [
      "storefronts that are no texts",
      { summary: { ...sandbox, storefrontCountryCodes: [1] } },
      "storefrontCountryCodes",
    ],
    ["a status in text", { data: { ...sandbox, status: "1" } }, "status"],
  ])("refuses %s", async (__, parts, named) => {
    const refusal = await rejectionOf(verify(store.sign({ ...envelope, ...parts })));
    expect(refusal.code).toBe("PAYLOAD_INVALID");
    expect(refusal.message).toContain(named);
  });
});
