import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  Environment,
  SignedDataVerifier,
  VerificationStatus,
} from "@apple/app-store-server-library";
import { type RunningEmulator, startEmulator } from "../server/start-emulator.ts";
import { anyNumber, textLike } from "../testing/matching.ts";
import { SUBSCRIBER, TEST_APP } from "../testing/test-app.ts";

const ENVIRONMENTS = [
  ["sandbox", Environment.SANDBOX],
  ["production", Environment.PRODUCTION],
] as const;

let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, apps: [TEST_APP] });
});
beforeEach(() => {
  emulator.ocsp.configure({ mode: "normal", status: { leaf: "good", intermediate: "good" } });
});
afterAll(async () => {
  await emulator.close();
});

function createVerifier(environment: Environment, online: boolean): SignedDataVerifier {
  const { bundleId, appAppleId } = TEST_APP;
  const roots = [Buffer.from(emulator.rootCertificateDer)];
  return new SignedDataVerifier(roots, online, environment, bundleId, appAppleId);
}

describe("signedRequest(), judged by Apple's library", () => {
  describe.each(ENVIRONMENTS)("in %s", (environment, wireEnvironment) => {
    const at = { app: "test", environment, originalTransactionId: SUBSCRIBER.monthly } as const;

    test.each([
      ["off", false],
      ["on", true],
    ])("is accepted with online checks %s", async (_checks, online) => {
      const { signedPayload } = await emulator.signedRequest(at);
      const verifier = createVerifier(wireEnvironment, online);
      const decoded = await verifier.verifyAndDecodeRealtimeRequest(signedPayload);
      expect(decoded).toEqual({
        originalTransactionId: SUBSCRIBER.monthly,
        appAppleId: TEST_APP.appAppleId,
        productId: "basic.monthly",
        userLocale: "en-US",
        requestIdentifier: textLike(/^[0-9a-f\-]{14}4[0-9a-f\-]{21}$/v),
        environment: wireEnvironment,
        signedDate: anyNumber,
      });
      expect(Math.abs(decoded.signedDate - Date.now())).toBeLessThan(5000);
    });

    test.each(["leaf", "intermediate"] as const)(
      "is refused with online checks when the %s is revoked",
      async (certificate) => {
        emulator.ocsp.configure({ status: { [certificate]: "revoked" } });
        const { signedPayload } = await emulator.signedRequest(at);
        await expect(
          createVerifier(wireEnvironment, true).verifyAndDecodeRealtimeRequest(signedPayload),
        ).rejects.toMatchObject({ status: VerificationStatus.FAILURE });
      },
    );

    test("is a retryable failure with online checks when the responder is down", async () => {
      emulator.ocsp.configure({ mode: "down" });
      const { signedPayload } = await emulator.signedRequest(at);
      await expect(
        createVerifier(wireEnvironment, true).verifyAndDecodeRealtimeRequest(signedPayload),
      ).rejects.toMatchObject({ status: VerificationStatus.RETRYABLE_VERIFICATION_FAILURE });
    });

    test.each([
      ["expiredLeaf", VerificationStatus.INVALID_CERTIFICATE],
      ["unmarkedLeaf", VerificationStatus.VERIFICATION_FAILURE],
      ["unmarkedIntermediate", VerificationStatus.VERIFICATION_FAILURE],
      ["foreignRoot", VerificationStatus.VERIFICATION_FAILURE],
    ] as const)("is refused when signed with the odd chain %s", async (oddChain, status) => {
      const { signedPayload } = await emulator.signedRequest({ ...at, oddChain });
      await expect(
        createVerifier(wireEnvironment, false).verifyAndDecodeRealtimeRequest(signedPayload),
      ).rejects.toMatchObject({ status });
    });
  });

  test("says what the overrides say, fields Apple does not have included", async () => {
    const overrides = { userLocale: "ja", newField: 1 };
    const { signedPayload } = await emulator.signedRequest({
      app: "test",
      environment: "sandbox",
      originalTransactionId: SUBSCRIBER.monthly,
      overrides,
    });
    const decoded = await createVerifier(Environment.SANDBOX, false).verifyAndDecodeRealtimeRequest(
      signedPayload,
    );
    expect(decoded).toMatchObject({ userLocale: "ja", newField: 1 });
  });

  test("has the header Apple's has: ES256 and three certificates in standard base64", async () => {
    const { signedPayload } = await emulator.signedRequest({
      app: "test",
      environment: "sandbox",
      originalTransactionId: SUBSCRIBER.monthly,
    });
    const [first = ""] = signedPayload.split(".");
    const header: unknown = JSON.parse(Buffer.from(first, "base64url").toString("utf8"));
    const { leaf, intermediate, root } = emulator.authority.certificates;
    expect(header).toEqual({
      alg: "ES256",
      x5c: [leaf, intermediate, root].map(({ certificate }) =>
        Buffer.from(certificate.rawData).toString("base64"),
      ),
    });
  });
});
