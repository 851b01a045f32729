import { createHash } from "node:crypto";
import { startEmulator } from "@holdfast/emulator";
import type { RunningEmulator } from "@holdfast/emulator";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Bytes } from "../crypto/index.ts";
import { createTestAppStore, testRealtimeRequest } from "../signed-data/testing/index.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { createTrustStore } from "../signed-data/trust-store.ts";
import { askChainRevocation, chainOf, verifyChainText } from "./index.ts";
import type { ChainRevocation } from "./index.ts";
import {
  createStoreWithResponder,
  informationAccess,
  issueResponder,
  writeOcspResponse,
} from "./testing/test-responder.ts";

const emulator: RunningEmulator = await startEmulator({ port: 0 });
afterAll(() => emulator.close());
const trust = createTrustStore([Uint8Array.from(emulator.rootCertificateDer)]);
const { originalTransactionId } = emulator.credentials("yoga");
const { signedPayload } = await emulator.signedRequest({
  app: "yoga",
  environment: "sandbox",
  originalTransactionId,
});

beforeEach(() => {
  emulator.ocsp.configure({ mode: "normal", status: { leaf: "good", intermediate: "good" } });
});

async function ask(): Promise<ChainRevocation> {
  return askChainRevocation(chainOf(signedPayload), { fetch, now: Date.now(), trust });
}

describe("askChainRevocation() of the local App Store", () => {
  test("returns good until the responders have news", async () => {
    const { status, nextUpdate } = await ask();
    expect(status).toBe("good");
    const hour = nextUpdate - Date.now();
    expect(hour).toBeGreaterThan(59 * 60_000);
    expect(hour).toBeLessThanOrEqual(60 * 60_000);
  });

  test.each([
    ["revoked", "good", "revoked"],
    ["good", "revoked", "revoked"],
    ["revoked", "unknown", "revoked"],
    ["good", "unknown", "unknown"],
    ["unknown", "good", "unknown"],
  ] as const)("of a leaf %s and an intermediate %s says %s", async (leaf, intermediate, status) => {
    emulator.ocsp.configure({ status: { leaf, intermediate } });
    expect(await ask()).toMatchObject({ status });
  });

  test("fails when the responder is down", async () => {
    emulator.ocsp.configure({ mode: "down" });
    expect(await rejectionOf(ask())).toMatchObject({ code: "OCSP_REFUSED" });
  });
});

const store = await createStoreWithResponder("http://responder.test");
const { leaf, intermediate, root } = store.chain;
const means = { now: Date.now(), trust: createTrustStore([store.rootDer]) };
const chain = chainOf(store.sign(testRealtimeRequest()));
const answers: Record<string, Bytes> = {
  "http://responder.test/leaf": writeOcspResponse({
    certificate: leaf.der,
    issuer: intermediate.der,
    signer: await issueResponder(intermediate),
    status: "revoked",
  }),
  "http://responder.test/intermediate": writeOcspResponse({
    certificate: intermediate.der,
    issuer: root.der,
    signer: await issueResponder(root),
  }),
};

/** Answers each address with what is given, an error or a response. */
function fetchFrom(answer: (url: string) => Response | Error): {
  readonly fetch: typeof fetch;
  readonly requests: Request[];
} {
  const requests: Request[] = [];
  return {
    requests,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      const given = answer(request.url);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}

describe("askChainRevocation()", () => {
  test("posts one request to each responder and follows nobody elsewhere", async () => {
    const { fetch, requests } = fetchFrom((url) => new Response(answers[url]));
    await askChainRevocation(chain, { ...means, fetch });
    // Both are asked at once: either may be first.
    expect(
      new Set(
        requests.map(({ url, method, headers, redirect }) =>
          [url, method, headers.get("content-type"), redirect].join(" "),
        ),
      ),
    ).toEqual(
      new Set([
        "http://responder.test/leaf POST application/ocsp-request manual",
        "http://responder.test/intermediate POST application/ocsp-request manual",
      ]),
    );
    expect(requests).toHaveLength(2);
  });

  test("says revoked when one says so and the other is silent", async () => {
    const { fetch } = fetchFrom((url) =>
      url.endsWith("/leaf") ? new Response(answers[url]) : new Error("no connection"),
    );
    expect(await askChainRevocation(chain, { ...means, fetch })).toMatchObject({
      status: "revoked",
    });
  });

  test.each<[string, () => Response | Error, string]>([
    ["no connection", () => new Error("no connection"), "OCSP_UNREACHABLE"],
    ["a redirect", () => Response.redirect("http://elsewhere.test/"), "OCSP_REFUSED"],
    ["HTTP status 500", () => new Response("no", { status: 500 }), "OCSP_REFUSED"],
    ["a body without end", () => new Response(new Uint8Array(100_000)), "OCSP_REFUSED"],
    ["a page", () => new Response("<html>"), "OCSP_RESPONSE_MALFORMED"],
  ])("fails on %s", async (_, answer, code) => {
    const { fetch } = fetchFrom(answer);
    expect(await rejectionOf(askChainRevocation(chain, { ...means, fetch }))).toMatchObject({
      code,
    });
  });

  test("asks nobody about a chain under a root that is not trusted, forged, or too old", async () => {
    const { fetch, requests } = fetchFrom(() => new Error("asked"));
    const other = await createTestAppStore();
    const forged = { ...chain, intermediate: chainOf(other.sign({})).intermediate };
    const foreign = createTrustStore([other.rootDer]);
    const codes = await Promise.all(
      [
        askChainRevocation(chain, { ...means, trust: foreign, fetch }),
        askChainRevocation(forged, { ...means, fetch }),
        askChainRevocation(chain, { ...means, now: Date.UTC(2060, 0), fetch }),
      ].map(async (asking) => (await rejectionOf(asking)).code),
    );
    expect(codes).toEqual(["ROOT_UNTRUSTED", "CHAIN_INVALID", "CERTIFICATE_EXPIRED"]);
    expect(requests).toEqual([]);
  });

  test.each([
    ["no responder", []],
    ["a responder over https", [informationAccess("https://responder.test")]],
    ["a responder in a file", [informationAccess("file:///etc/passwd")]],
  ])("refuses a leaf that names %s", async (_, extraExtensions) => {
    const { fetch } = fetchFrom((url) => new Response(answers[url]));
    const withoutResponder = await store.withNewLeaf({ extraExtensions });
    const asking = askChainRevocation(chainOf(withoutResponder.sign({})), { ...means, fetch });
    expect(await rejectionOf(asking)).toMatchObject({ code: "OCSP_URL_MISSING" });
  });
});

test("verifyChainText() returns the hashes of leaf and intermediate", async () => {
  expect(await verifyChainText(chain, means)).toEqual({
    leafSha256: createHash("sha256").update(leaf.der).digest("hex"),
    intermediateSha256: createHash("sha256").update(intermediate.der).digest("hex"),
  });
});
