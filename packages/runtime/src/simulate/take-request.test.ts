import { createSignedDataVerifier, createTrustStore } from "@holdfast/appstore/signed-data";
import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import { expect, test } from "vitest";
import type { RequestTarget } from "./take-request.ts";
import { takeCapturedRequest, takeMadeUpRequest } from "./take-request.ts";

const CAPTURED_AT = Date.parse("2024-06-01T12:00:00Z");
// Apple has renewed its leaf since.
const store = await createTestAppStore({
  leaf: { notBefore: new Date("2024-01-01"), notAfter: new Date("2024-12-31") },
});
const request = testRealtimeRequest({ signedDate: CAPTURED_AT });
const target: RequestTarget = {
  environment: "sandbox",
  appAppleId: request.appAppleId,
  trust: createTrustStore([store.rootDer]),
};

const take = (signedPayload: string, changed: Partial<RequestTarget> = {}) =>
  takeCapturedRequest(
    signedPayload,
    { ...target, ...changed },
    { verifier: createSignedDataVerifier() },
  );

test("takeCapturedRequest() takes what was good when it came, though its leaf has ended", async () => {
  const compact = store.sign(request);
  await expect(take(compact)).resolves.toEqual({
    request,
    signature: "verified",
    clock: CAPTURED_AT,
  });
  // The clock is all that makes the difference.
  const later = store.sign(testRealtimeRequest({ signedDate: Date.now() }));
  await expect(take(later)).rejects.toMatchObject({ code: "CERTIFICATE_EXPIRED" });
});

const [header = "", payload = "", signature = ""] = store.sign(request).split(".");
const other = Buffer.from(JSON.stringify({ ...request, productId: "p.other" }));
const stranger = await createTestAppStore();

test.each([
  ["another payload", `${header}.${other.toString("base64url")}.${signature}`, "SIGNATURE_INVALID"],
  ["another chain", stranger.sign(request), "ROOT_UNTRUSTED"],
  [
    "a genuine chain around another's signature",
    stranger.sign(request, { x5c: store.x5c }),
    "SIGNATURE_INVALID",
  ],
  ["no signature", `${header}.${payload}.`, "JWS_MALFORMED"],
  ["nothing", "", "JWS_MALFORMED"],
  ["too much", "x".repeat(70_000), "BODY_TOO_LARGE"],
  ["another app", store.sign({ ...request, appAppleId: 1 }), "APP_MISMATCH"],
  ["production", store.sign({ ...request, environment: "Production" }), "ENVIRONMENT_MISMATCH"],
  ["a missing field", store.sign({ ...request, userLocale: undefined }), "PAYLOAD_INVALID"],
])("takeCapturedRequest() refuses %s as a runtime does", async (_, compact, code) => {
  await expect(take(compact)).rejects.toMatchObject({ code });
});

test("takeMadeUpRequest() takes the same steps, and vouches for nothing", async () => {
  await expect(takeMadeUpRequest(request, target)).resolves.toEqual({
    request,
    signature: "notSigned",
    clock: CAPTURED_AT,
  });
  await expect(
    takeMadeUpRequest({ ...request, environment: "Production" }, target),
  ).rejects.toMatchObject({ code: "ENVIRONMENT_MISMATCH" });
  await expect(takeMadeUpRequest({ ...request, appAppleId: 1 }, target)).rejects.toMatchObject({
    code: "APP_MISMATCH",
  });
});
