import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Environment,
  SignedDataVerifier as AppleVerifier,
  VerificationException,
  VerificationStatus,
} from "@apple/app-store-server-library";
import { afterAll, describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import {
  TEST_APP_APPLE_ID as appAppleId,
  TEST_BUNDLE_ID as bundleId,
  testRealtimeRequest,
} from "../signed-data/testing/index.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { createTrustStore } from "../signed-data/trust-store.ts";
import { askChainRevocation, chainOf } from "./index.ts";
import {
  createStoreWithResponder,
  issueResponder,
  issueRsaResponder,
  writeOcspResponse,
} from "./testing/test-responder.ts";
import type { TestResponseParts } from "./testing/test-responder.ts";

// Apple's library, online checks on, is the oracle: what it refuses we do not call good. Where we differ the
// row says why. Both ask a responder here; nobody asks Apple's.
const MINUTE_MS = 60_000;
const server = createServer((request, response) => {
  const answer = request.url === "/leaf" ? leafAnswer() : intermediateAnswer();
  response.writeHead(typeof answer === "number" ? answer : 200).end(Buffer.from(bytesOf(answer)));
  request.resume();
});
const port = await new Promise<number>((resolve) => {
  server.listen(0, "127.0.0.1", () => {
    // A server on TCP has an address with a port.
    resolve((server.address() as AddressInfo).port);
  });
});
afterAll(() => server.close());

const store = await createStoreWithResponder(`http://127.0.0.1:${port}`);
const { leaf, intermediate, root } = store.chain;
const responder = await issueResponder(intermediate);
const rsaResponder = await issueRsaResponder(intermediate);
const signers = {
  root: await issueResponder(root),
  withoutUsage: await issueResponder(intermediate, { usages: ["1.3.6.1.5.5.7.3.1"] }),
  expired: await issueResponder(intermediate, { notAfter: new Date("2026-01-01") }),
};
let leafAnswer: () => Bytes | number = () => leafResponse({});

function leafResponse(parts: Partial<TestResponseParts>): Bytes {
  const about = { certificate: leaf.der, issuer: intermediate.der };
  return writeOcspResponse({ ...about, signer: responder, ...parts });
}

function intermediateAnswer(): Bytes {
  const about = { certificate: intermediate.der, issuer: root.der };
  return writeOcspResponse({ ...about, signer: signers.root });
}

function bytesOf(answer: Bytes | number): Bytes {
  return typeof answer === "number" ? new Uint8Array() : answer;
}

async function apples(compact: string): Promise<string> {
  const roots = [Buffer.from(store.rootDer)];
  const apple = new AppleVerifier(roots, true, Environment.SANDBOX, bundleId, appAppleId);
  try {
    await apple.verifyAndDecodeRealtimeRequest(compact);
    return "OK";
  } catch (error) {
    if (!(error instanceof VerificationException)) throw error;
    return VerificationStatus[error.status] ?? String(error.status);
  }
}

async function ours(compact: string): Promise<string> {
  const trust = createTrustStore([store.rootDer]);
  const asking = askChainRevocation(chainOf(compact), { fetch, now: Date.now(), trust });
  return asking.then(
    ({ status }) => status,
    async () => (await rejectionOf(asking)).code,
  );
}

interface Row {
  readonly input: string;
  readonly answer: () => Bytes | number;
  readonly apples: string;
  readonly ours: string;
}

describe("As Apple's library does", () => {
  test.each<Row>([
    { input: "good", answer: () => leafResponse({}), apples: "OK", ours: "good" },
    {
      input: "good by name",
      answer: () => leafResponse({ responderBy: "name" }),
      apples: "OK",
      ours: "good",
    },
    {
      input: "good by an RSA responder",
      answer: () => leafResponse({ signer: rsaResponder, hash: "sha384" }),
      apples: "OK",
      ours: "good",
    },
    {
      input: "revoked",
      answer: () => leafResponse({ status: "revoked" }),
      apples: "FAILURE",
      ours: "revoked",
    },
    {
      input: "unknown",
      answer: () => leafResponse({ status: "unknown" }),
      apples: "FAILURE",
      ours: "unknown",
    },
    {
      input: "another certificate's status",
      answer: () => leafResponse({ certificate: root.der }),
      apples: "FAILURE",
      ours: "OCSP_RESPONSE_FOREIGN",
    },
    {
      // The library (npm 3.1.0) takes dates for texts without the Z they end in, and then compares nothing;
      // RFC 6960 §3.2 has them compared.
      input: "a replayed one",
      answer: () => leafResponse({ nextUpdate: Date.now() - 2 * MINUTE_MS }),
      apples: "OK",
      ours: "OCSP_RESPONSE_OUTDATED",
    },
    {
      input: "one of tomorrow",
      answer: () => leafResponse({ thisUpdate: Date.now() + 2 * MINUTE_MS }),
      apples: "OK",
      ours: "OCSP_RESPONSE_OUTDATED",
    },
    {
      input: "one that never ends",
      answer: () => leafResponse({ nextUpdate: null }),
      apples: "VERIFICATION_FAILURE",
      ours: "OCSP_RESPONSE_OUTDATED",
    },
    {
      input: "the root's responder",
      answer: () => leafResponse({ signer: signers.root }),
      apples: "INVALID_CERTIFICATE",
      ours: "OCSP_RESPONDER_UNAUTHORIZED",
    },
    {
      input: "a responder for something else",
      answer: () => leafResponse({ signer: signers.withoutUsage }),
      apples: "INVALID_CERTIFICATE",
      ours: "OCSP_RESPONDER_UNAUTHORIZED",
    },
    {
      input: "a responder that has expired",
      answer: () => leafResponse({ signer: signers.expired }),
      apples: "INVALID_CERTIFICATE",
      ours: "OCSP_RESPONDER_UNAUTHORIZED",
    },
    {
      input: "a wrong signature",
      answer: () => leafResponse({ signer: { der: responder.der, privateKey: leaf.privateKey } }),
      apples: "FAILURE",
      ours: "OCSP_SIGNATURE_INVALID",
    },
    {
      input: "a signature with SHA-1",
      answer: () => leafResponse({ signer: rsaResponder, hash: "sha1" }),
      apples: "FAILURE",
      ours: "OCSP_RESPONSE_MALFORMED",
    },
    {
      input: "try later",
      answer: () => Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03),
      apples: "VERIFICATION_FAILURE",
      ours: "OCSP_TRY_LATER",
    },
    {
      input: "status 503",
      answer: () => 503,
      apples: "RETRYABLE_VERIFICATION_FAILURE",
      ours: "OCSP_REFUSED",
    },
    {
      // RFC 6960 §4.2.2.2 lets the issuer speak for itself; the library compares two objects, which never
      // are the same.
      input: "the issuer itself",
      answer: () => leafResponse({ signer: intermediate, certificates: [] }),
      apples: "VERIFICATION_FAILURE",
      ours: "good",
    },
  ])("$input: $apples there, $ours here", async (row) => {
    leafAnswer = row.answer;
    const compact = store.sign(testRealtimeRequest({ signedDate: Date.now() }));
    expect(await ours(compact)).toBe(row.ours);
    expect(await apples(compact)).toBe(row.apples);
  });
});
