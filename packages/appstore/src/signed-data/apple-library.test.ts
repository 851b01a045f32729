import type { Environment } from "@apple/app-store-server-library";
import {
  SignedDataVerifier as AppleVerifier,
  VerificationException,
  VerificationStatus,
} from "@apple/app-store-server-library";
import { describe, expect, test } from "vitest";
import { createSignedDataVerifier } from "./signed-data-verifier.ts";
import {
  createTestAppStore,
  TEST_APP_APPLE_ID as appAppleId,
  TEST_BUNDLE_ID as bundleId,
  TEST_SIGNED_DATE,
  testRealtimeRequest,
} from "./testing/index.ts";
import { rejectionOf } from "./testing/thrown-by.ts";
import { createTrustStore } from "./trust-store.ts";
import { verifyRealtimeRequest } from "./verify-payload.ts";

// Apple's library, online checks off, is the oracle: what it refuses we refuse, and where we are
// stricter the row says why.
const store = await createTestAppStore();
const verifier = createSignedDataVerifier({ now: () => TEST_SIGNED_DATE });
const trust = createTrustStore([store.rootDer]);

async function ours(compact: string, environment: string): Promise<string> {
  const expected = { trust, environment, appAppleId };
  const verification = verifyRealtimeRequest(verifier, compact, expected);
  return verification.then(
    () => "OK",
    async () => (await rejectionOf(verification)).code,
  );
}

async function apples(compact: string, environment: string): Promise<string> {
  // The values of its enumeration are the wire's.
  const its = environment as Environment;
  const apple = new AppleVerifier([Buffer.from(store.rootDer)], false, its, bundleId, appAppleId);
  try {
    await apple.verifyAndDecodeRealtimeRequest(compact);
    return "OK";
  } catch (error) {
    if (!(error instanceof VerificationException)) throw error;
    return VerificationStatus[error.status] ?? String(error.status);
  }
}

const genuine = store.sign(testRealtimeRequest());
const [leaf, intermediate] = store.x5c;
const inProduction = { environment: "Production" };

function withoutField(): string {
  const { userLocale: _, ...rest } = testRealtimeRequest();
  return store.sign(rest);
}

function tampered(): string {
  const [header, , signature] = genuine.split(".");
  const payload = Buffer.from(JSON.stringify(testRealtimeRequest({ productId: "other" })));
  return `${header}.${payload.toString("base64url")}.${signature}`;
}

interface Row {
  readonly input: string;
  readonly compact: string;
  readonly environment?: string;
  readonly apples: string;
  readonly ours: string;
}

describe("As Apple's library does", () => {
  test.each<Row>([
    { input: "a genuine request", compact: genuine, apples: "OK", ours: "OK" },
    {
      input: "an extra field",
      compact: store.sign(testRealtimeRequest({ later: 1 })),
      apples: "OK",
      ours: "OK",
    },
    {
      input: "another appAppleId in production",
      compact: store.sign(testRealtimeRequest({ ...inProduction, appAppleId: 1 })),
      environment: "Production",
      apples: "INVALID_APP_IDENTIFIER",
      ours: "APP_MISMATCH",
    },
    {
      input: "another environment",
      compact: store.sign(testRealtimeRequest(inProduction)),
      apples: "INVALID_ENVIRONMENT",
      ours: "ENVIRONMENT_MISMATCH",
    },
    {
      input: "two certificates",
      compact: store.sign(testRealtimeRequest(), { x5c: [leaf, intermediate] }),
      apples: "INVALID_CERTIFICATE",
      ours: "CHAIN_LENGTH_INVALID",
    },
    {
      input: "no certificates",
      compact: store.sign(testRealtimeRequest(), { x5c: undefined }),
      apples: "INVALID_CERTIFICATE",
      ours: "CHAIN_LENGTH_INVALID",
    },
    {
      input: "a payload that was changed",
      compact: tampered(),
      apples: "VERIFICATION_FAILURE",
      ours: "SIGNATURE_INVALID",
    },
    {
      input: "a missing field",
      compact: withoutField(),
      apples: "FAILURE",
      ours: "PAYLOAD_INVALID",
    },
    {
      input: "what is no JWS",
      compact: "not a JWS",
      apples: "VERIFICATION_FAILURE",
      ours: "JWS_MALFORMED",
    },
    {
      // How old a request may be is for the runtime to say, which holds signedDate against its clock.
      input: "a request that is years old, under certificates that are still valid",
      compact: store.sign(testRealtimeRequest({ signedDate: Date.UTC(2021, 0) })),
      apples: "OK",
      ours: "OK",
    },
  ])("verifyRealtimeRequest() judges $input", async (row) => {
    const { compact, environment = "Sandbox" } = row;
    expect(await apples(compact, environment)).toBe(row.apples);
    expect(await ours(compact, environment)).toBe(row.ours);
  });
});

describe("Stricter than Apple's library", () => {
  test.each<Row & { readonly because: string }>([
    {
      input: "another appAppleId in the sandbox",
      because: "Apple's documentation asks for the check in every environment",
      compact: store.sign(testRealtimeRequest({ appAppleId: 1 })),
      apples: "OK",
      ours: "APP_MISMATCH",
    },
    {
      input: "a third certificate that is garbage",
      because: "the chain is the cache's key, so all of it must be what it claims",
      compact: store.sign(testRealtimeRequest(), { x5c: [leaf, intermediate, "Z2FyYmFnZQ=="] }),
      apples: "OK",
      ours: "ROOT_UNTRUSTED",
    },
    {
      input: "unsigned data where LocalTesting is expected",
      because: "what nobody signed is only read where the caller asks for that",
      compact: store.sign(testRealtimeRequest({ environment: "LocalTesting" })),
      environment: "LocalTesting",
      apples: "OK",
      ours: "UNSIGNED_DATA_REFUSED",
    },
    {
      input: "a critical header parameter",
      because: "RFC 7515 §4.1.11: what is critical and not understood must be refused",
      compact: store.sign(testRealtimeRequest(), { crit: ["later"], later: 1 }),
      apples: "OK",
      ours: "JWS_HEADER_INVALID",
    },
  ])("verifyRealtimeRequest() judges $input: $because", async (row) => {
    const { compact, environment = "Sandbox" } = row;
    expect(await apples(compact, environment)).toBe(row.apples);
    expect(await ours(compact, environment)).toBe(row.ours);
  });
});

describe("Otherwise than Apple's library", () => {
  // Apple's takes the payload's word for the date; for a request that is being made now, now counts.
  test.each([
    ["before the certificates", Date.UTC(2019, 0)],
    ["after the certificates", Date.UTC(2060, 0)],
  ])("verifyRealtimeRequest() holds certificates against now: signed %s", async (_, signedDate) => {
    const compact = store.sign(testRealtimeRequest({ signedDate }));
    expect(await apples(compact, "Sandbox")).toBe("INVALID_CERTIFICATE");
    expect(await ours(compact, "Sandbox")).toBe("OK");
  });

  // The App Store signs no `exp`; a field nobody documents decides nothing.
  test("verifyRealtimeRequest() does not read exp", async () => {
    const compact = store.sign(testRealtimeRequest({ exp: 1 }));
    expect(await apples(compact, "Sandbox")).toBe("VERIFICATION_FAILURE");
    expect(await ours(compact, "Sandbox")).toBe("OK");
  });
});
