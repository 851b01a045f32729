import {
  createTestAppStore,
  TEST_BUNDLE_ID,
  testAppTransaction,
  testNotification,
  testRenewalInfo,
  testTransaction,
} from "@holdfast/appstore/testing";
import { createTrustStore } from "@holdfast/appstore/signed-data";
import { assert, asyncProperty, jsonValue } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { addDecoded } from "./add-decoded.ts";
import { createDecodingReader, createVerifyingReader } from "./read-signed.ts";

const decoding = createDecodingReader();
const CLIENT = { bundleId: TEST_BUNDLE_ID, environment: "sandbox" } as const;
const NOW = { now: () => Date.UTC(2026, 10, 21, 9) };

let store: Awaited<ReturnType<typeof createTestAppStore>>;
beforeAll(async () => {
  store = await createTestAppStore();
});

function verifying() {
  return createVerifyingReader(createTrustStore([store.rootDer]), CLIENT, NOW);
}

/** A document with something signed in every place Apple has one. */
function everything() {
  const [transaction, renewalInfo] = [testTransaction(), testRenewalInfo()];
  const signedTransactionInfo = store.sign(transaction);
  const signedRenewalInfo = store.sign(renewalInfo);
  const data = { ...testNotification().data, signedTransactionInfo, signedRenewalInfo };
  const notification = { ...testNotification(), data };
  const item = { status: 1, signedTransactionInfo, signedRenewalInfo };
  const document = {
    ofTomorrow: { list: [1, null, "a.b.c"] },
    signedTransactions: [signedTransactionInfo],
    data: [{ lastTransactions: [item] }],
    notificationHistory: [{ signedPayload: store.sign(notification) }],
    appData: { signedAppTransactionInfo: store.sign(testAppTransaction()) },
  };
  const decoded = {
    ofTomorrow: document.ofTomorrow,
    signedTransactions: [signedTransactionInfo],
    signedTransactionsDecoded: [transaction],
    data: [
      {
        lastTransactions: [
          {
            ...item,
            signedTransactionInfoDecoded: transaction,
            signedRenewalInfoDecoded: renewalInfo,
          },
        ],
      },
    ],
    notificationHistory: [
      {
        signedPayload: document.notificationHistory[0]?.signedPayload,
        signedPayloadDecoded: {
          ...notification,
          data: {
            ...data,
            signedTransactionInfoDecoded: transaction,
            signedRenewalInfoDecoded: renewalInfo,
          },
        },
      },
    ],
    appData: { ...document.appData, signedAppTransactionInfoDecoded: testAppTransaction() },
  };
  return { document, decoded };
}

describe("addDecoded()", () => {
  test.each([
    ["decoding", () => decoding],
    ["verifying", verifying],
  ])("shows everything signed at any depth, and keeps the rest, when %s", async (_, reader) => {
    const { document, decoded } = everything();
    expect(await addDecoded(document, reader())).toEqual(decoded);
  });

  test("keeps fields of a payload that nobody knows yet", async () => {
    const payload = { ...testTransaction(), ofTomorrow: { deep: [1.5, null] } };
    const { signedTransactionInfoDecoded } = await addDecoded(
      { signedTransactionInfo: store.sign(payload) },
      decoding,
    );
    expect(signedTransactionInfoDecoded).toEqual(payload);
  });

  test("returns any document without signed fields as it is", async () => {
    await assert(
      asyncProperty(jsonValue(), async (json) => {
        // As it comes from Apple: what JSON cannot say, like -0, is not in it.
        const document: unknown = JSON.parse(JSON.stringify(json));
        expect(await addDecoded(document, decoding)).toStrictEqual(document);
      }),
    );
  });

  test.each([null, 1, { a: 1 }])("leaves a signed field alone that holds %j", async (value) => {
    const document = { signedTransactionInfo: value };
    expect(await addDecoded(document, verifying())).toEqual(document);
  });

  test("takes nobody's word for what is in a signed field", async () => {
    const signedTransactionInfo = store.sign(testTransaction());
    const forged = { productId: "forged" };
    const document = {
      signedTransactionInfoDecoded: forged,
      signedTransactionInfo,
      signedPayloadDecoded: forged,
      last: { signedTransactionInfo, signedTransactionInfoDecoded: forged },
    };
    const decoded = { signedTransactionInfo, signedTransactionInfoDecoded: testTransaction() };
    expect(await addDecoded(document, verifying())).toEqual({ ...decoded, last: decoded });
  });

  test("names the place of what is no signed data, and shows nothing of it", async () => {
    const document = { data: [{}, { signedTransactions: [store.sign({}), "secret"] }] };
    const failure = addDecoded(document, decoding);
    await expect(failure).rejects.toMatchObject({ code: "JWS_MALFORMED" });
    await expect(failure).rejects.toThrow("data[1].signedTransactions[1]: expected a compact JWS");
    await expect(failure).rejects.not.toThrow("secret");
  });

  test("refuses, when verifying, what lies in a notification that is genuine itself", async () => {
    const foreign = await createTestAppStore();
    const data = {
      ...testNotification().data,
      signedTransactionInfo: foreign.sign(testTransaction()),
    };
    const document = { signedPayload: store.sign({ ...testNotification(), data }) };
    await expect(addDecoded(document, decoding)).resolves.toBeDefined();
    const failure = addDecoded(document, verifying());
    await expect(failure).rejects.toMatchObject({ code: "ROOT_UNTRUSTED" });
    await expect(failure).rejects.toThrow("signedPayloadDecoded.data.signedTransactionInfo: ");
  });

  test.each([
    ["another app's transaction", { bundleId: "com.example.other" }, "APP_MISMATCH"],
    ["another environment's transaction", { environment: "Production" }, "ENVIRONMENT_MISMATCH"],
  ])("refuses %s when verifying", async (_, overrides, code) => {
    const signedTransactionInfo = store.sign({ ...testTransaction(), ...overrides });
    await expect(addDecoded({ signedTransactionInfo }, verifying())).rejects.toMatchObject({
      code,
    });
  });

  test("refuses renewal info of another subscription beside a transaction, when verifying", async () => {
    const document = {
      signedTransactionInfo: store.sign(testTransaction()),
      signedRenewalInfo: store.sign(testRenewalInfo({ originalTransactionId: "7" })),
    };
    await expect(addDecoded(document, verifying())).rejects.toMatchObject({ code: "APP_MISMATCH" });
    await expect(addDecoded(document, decoding)).resolves.toMatchObject({
      signedRenewalInfoDecoded: { originalTransactionId: "7" },
    });
  });

  test("verifies more chains at once than a listener would", async () => {
    const stores = await Promise.all(Array.from({ length: 25 }, () => store.withNewLeaf()));
    const signedTransactions = stores.map((each) => each.sign(testTransaction()));
    const { signedTransactionsDecoded } = await addDecoded({ signedTransactions }, verifying());
    expect(signedTransactionsDecoded).toHaveLength(25);
  });
});
