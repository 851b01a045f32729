import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestAppStore } from "@holdfast/appstore/testing";
import type { HeaderOverrides } from "@holdfast/appstore/testing";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import { createTrustStore } from "@holdfast/appstore/signed-data";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { MAX_BODY_BYTES } from "../answer/receive.ts";
import { openAppKeys } from "../keys/app-keys.ts";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { webCryptography } from "../ports/web-cryptography.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { MESSAGE } from "../testing/test-flow.ts";
import { signedBody, startTestHost, TEST_PATH } from "../testing/test-host.ts";
import type { PostOptions, TestHost } from "../testing/test-host.ts";
import { createTestRuntime } from "../testing/test-runtime.ts";
import { parseLiveValue } from "../wire/live-value.ts";
import { loadRuntimeSecret } from "./runtime-secret-file.ts";

let directory = "";
let host: TestHost;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-host-"));
  host = await startTestHost({
    directory,
    config: ({ rootPem }) => {
      const environments = { sandbox: { trustedRoots: [rootPem] } };
      const app = { bundleId: "com.example.test", appAppleId: 6_745_974_592, environments };
      return { apps: { test: app, unpublished: { ...app, bundleId: "com.example.other" } } };
    },
  });
});
afterAll(async () => {
  await host.close();
  await rm(directory, { recursive: true });
});

type Json = Record<string, Record<string, unknown>>;

const anyText = expect.any(String) as unknown;
const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");
const claimsOf = (jws: unknown): unknown =>
  JSON.parse(Buffer.from(String(jws).split(".")[1] ?? "", "base64url").toString());

describe("startNodeHost() answers", () => {
  test.each([
    ["a message", "p.plain", "message", MESSAGE.plain],
    ["an alternate product", "p.switch", "alternateProduct", MESSAGE.switch],
    ["a promotional offer", "p.offer", "promotionalOffer", MESSAGE.offer],
    ["a promotional offer in the older form", "p.offer.v1", "promotionalOffer", MESSAGE.offer],
    ["advanced commerce", "p.commerce", "advancedCommerceInfo", MESSAGE.commerce],
  ])("%s, and has recorded it by then", async (_, productId, kind, messageIdentifier) => {
    const requestIdentifier = randomUUID();
    const response = await host.ask({ productId, requestIdentifier });
    const recorded = (await host.decisions()).at(-1);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/json; charset=utf-8",
    ]);
    const body = (await response.json()) as Json;
    expect(Object.keys(body)).toEqual([kind]);
    expect(body[kind]).toMatchObject({ messageIdentifier });
    expect(recorded).toMatchObject({ requestIdentifier, delivered: { messageIdentifier } });
  });

  test("503 without a body where the flow defers to Apple", async () => {
    const response = await host.ask({ productId: "p.defer" });
    expect([response.status, await response.text()]).toEqual([503, ""]);
  });

  test("a request without a Content-Type", async () => {
    const response = await host.post(new TextEncoder().encode(host.body()), { headers: {} });
    expect(response.status).toBe(200);
  });

  test("a body in pieces without a declared length", async () => {
    const body = host.body();
    const pieces = new Blob([body.slice(0, 1000), body.slice(1000)]).stream();
    expect((await host.post(pieces)).status).toBe(200);
  });

  test("a path with a slash at its end, or a query", async () => {
    for (const end of ["/", "?x=1", "/?x=/metrics"]) {
      const response = await host.post(host.body(), { path: TEST_PATH + end });
      expect(response.status).toBe(200);
    }
  });

  test("the same claims as a host on Web Crypto that was given the same", async () => {
    const file = join(directory, "publications", "test.sandbox.live.json");
    const { snapshot: _, ...sealed } = parseLiveValue(JSON.parse(await readFile(file, "utf8")));
    const secret = await loadRuntimeSecret(directory, {});
    const { keys } = await openAppKeys(
      sealed,
      { app: "test", environment: "sandbox" },
      await deriveRuntimeKeys(secret, webCryptography),
      webCryptography,
    );
    const signing = await importInAppPurchaseKey({ ...host.key, ecdsa: webCryptography });
    const trust = createTrustStore([host.store.rootDer]);
    const other = await createTestRuntime({ live: { trust, keys: { ...keys, signing } } });
    other.now = Date.now();
    const body = host.body({ productId: "p.offer" });
    const answers = [await host.post(body), await other.post(body)];
    const claims = [];
    for (const answer of answers) {
      const { promotionalOffer } = (await answer.json()) as Json;
      claims.push(claimsOf(promotionalOffer?.["promotionalOfferSignatureV2"]));
    }
    expect(claims[0]).toMatchObject({ aud: "promotional-offer", offerIdentifier: "OFFER" });
    expect(claims[0]).toEqual(claims[1]);
    const [recorded] = other.records;
    expect((await host.decisions()).at(-1)?.subject.pseudonym).toBe(recorded?.subject.pseudonym);
  });
});

/** What is sent, how, and how it is refused. */
type BadCase = [
  name: string,
  make: () => Promise<RequestInit["body"]> | RequestInit["body"],
  status: number,
  code: string,
  options?: PostOptions,
];

const json = (value: unknown) => () => JSON.stringify(value);
const payload = (signedPayload: unknown) => json({ signedPayload });
const typed = (contentType: string): PostOptions => ({ headers: { "content-type": contentType } });
const withLeaf = async (options: Parameters<typeof host.store.withNewLeaf>[0]) =>
  signedBody(await host.store.withNewLeaf(options));
const withHeader = (header: HeaderOverrides) => () =>
  JSON.stringify({ signedPayload: host.store.sign(payloadNow(), header) });
const payloadNow = (): object =>
  claimsOf((JSON.parse(host.body()) as { signedPayload: string }).signedPayload) as object;
const parts = (): string[] =>
  (JSON.parse(host.body()) as { signedPayload: string }).signedPayload.split(".");
const minutes = (count: number): number => count * 60_000;

const BAD_BODIES: BadCase[] = [
  ["another type", () => host.body(), 415, "CONTENT_TYPE_UNSUPPORTED", typed("text/plain")],
  ["a form", () => host.body(), 415, "CONTENT_TYPE_UNSUPPORTED", typed("multipart/form-data")],
  [
    "another charset",
    () => host.body(),
    415,
    "CHARSET_UNSUPPORTED",
    typed("application/json; charset=utf-16"),
  ],
  ["a declared body over the limit", () => "x".repeat(MAX_BODY_BYTES + 1), 413, "BODY_TOO_LARGE"],
  [
    "a chunked body over the limit",
    () => new Blob(["x".repeat(MAX_BODY_BYTES), "x"]).stream(),
    413,
    "BODY_TOO_LARGE",
  ],
  ["no body", () => null, 400, "BODY_MISSING"],
  ["an empty chunked body", () => new Blob([]).stream(), 400, "BODY_MISSING"],
  ["no JSON", () => "signedPayload=a.b.c", 400, "BODY_MALFORMED"],
  ["a compressed body", () => new Uint8Array([31, 139, 8, 0, 1, 2, 3]), 400, "BODY_MALFORMED"],
  ["an array", json([]), 400, "BODY_MALFORMED"],
  ["a text", json("a.b.c"), 400, "BODY_MALFORMED"],
  ["null", json(null), 400, "BODY_MALFORMED"],
  ["deeply nested JSON", () => "[".repeat(60_000), 400, "BODY_MALFORMED"],
  ["no signedPayload", json({}), 400, "SIGNED_PAYLOAD_MISSING"],
  ["a signedPayload that is null", payload(null), 400, "SIGNED_PAYLOAD_MISSING"],
  ["a signedPayload that is a list", payload(["a.b.c"]), 400, "SIGNED_PAYLOAD_MISSING"],
  [
    "a signedPayload that is inherited",
    () => '{"__proto__":{"signedPayload":"a.b.c"}}',
    400,
    "SIGNED_PAYLOAD_MISSING",
  ],
  ["an empty signedPayload", payload(""), 400, "JWS_MALFORMED"],
  ["two segments", () => payload(parts().slice(0, 2).join("."))(), 400, "JWS_MALFORMED"],
  ["four segments", () => payload([...parts(), "AAAA"].join("."))(), 400, "JWS_MALFORMED"],
  ["bad base64url", () => payload(`${parts().join(".")}=`)(), 400, "JWS_MALFORMED"],
  [
    "a signature that is too short",
    () => payload([...parts().slice(0, 2), "AAAA"].join("."))(),
    400,
    "JWS_MALFORMED",
  ],
  [
    "a payload that is no object",
    () => payload([parts()[0], base64url([]), parts()[2]].join("."))(),
    400,
    "JWS_MALFORMED",
  ],
];

const BAD_SIGNED_DATA: BadCase[] = [
  ["alg none", withHeader({ alg: "none" }), 400, "JWS_ALGORITHM_REFUSED"],
  ["alg HS256", withHeader({ alg: "HS256" }), 400, "JWS_ALGORITHM_REFUSED"],
  ["alg RS256", withHeader({ alg: "RS256" }), 400, "JWS_ALGORITHM_REFUSED"],
  ["critical parameters", withHeader({ crit: ["b64"], b64: false }), 400, "JWS_HEADER_INVALID"],
  ["no x5c", withHeader({ x5c: undefined }), 400, "CHAIN_LENGTH_INVALID"],
  ...[0, 1, 2, 4].map((length): BadCase => [
    `${length} certificates`,
    () => {
      const { x5c } = host.store;
      return withHeader({ x5c: [...x5c, x5c[2]].slice(0, length) })();
    },
    400,
    "CHAIN_LENGTH_INVALID",
  ]),
  ["a certificate that is no text", withHeader({ x5c: [1, 2, 3] }), 400, "JWS_HEADER_INVALID"],
  [
    "a certificate that is no DER",
    () => withHeader({ x5c: ["AAAA", "AAAA", host.store.x5c[2]] })(),
    400,
    "CERTIFICATE_MALFORMED",
  ],
  [
    "an expired chain",
    () => withLeaf({ notBefore: new Date(0), notAfter: new Date(Date.now() - minutes(2)) }),
    403,
    "CERTIFICATE_EXPIRED",
  ],
  [
    "a chain that is not valid yet",
    () => withLeaf({ notBefore: new Date(Date.now() + minutes(2)) }),
    403,
    "CERTIFICATE_NOT_YET_VALID",
  ],
  ["a leaf without its marker", () => withLeaf({ markers: [] }), 403, "CERTIFICATE_MARKER_MISSING"],
  [
    "a leaf with another marker",
    () => withLeaf({ markers: ["1.2.840.113635.100.6.11.2"] }),
    403,
    "CERTIFICATE_MARKER_MISSING",
  ],
  [
    "an intermediate without its marker",
    async () => signedBody(await host.store.withNewIntermediate({ intermediate: { markers: [] } })),
    403,
    "CERTIFICATE_MARKER_MISSING",
  ],
  [
    "another CA of the same name",
    async () => signedBody(await createTestAppStore()),
    403,
    "ROOT_UNTRUSTED",
  ],
  [
    "a leaf by another CA of the same name",
    async () => {
      const other = await createTestAppStore();
      const x5c = [other.x5c[0], ...host.store.x5c.slice(1)];
      return JSON.stringify({ signedPayload: other.sign(payloadNow(), { x5c }) });
    },
    403,
    "CHAIN_INVALID",
  ],
  [
    "a genuine chain around a payload of one's own",
    async () => {
      const other = await createTestAppStore();
      const { x5c } = host.store;
      return JSON.stringify({ signedPayload: other.sign(payloadNow(), { x5c }) });
    },
    403,
    "SIGNATURE_INVALID",
  ],
  [
    "a tampered payload",
    () => {
      const [header, , signature] = parts();
      const changed = base64url({ ...payloadNow(), productId: "p.offer" });
      return payload(`${header}.${changed}.${signature}`)();
    },
    403,
    "SIGNATURE_INVALID",
  ],
  ["another app", () => host.body({ appAppleId: 1 }), 403, "APP_MISMATCH"],
  [
    "another environment",
    () => host.body({ environment: "Production" }),
    403,
    "ENVIRONMENT_MISMATCH",
  ],
  ["Xcode", () => host.body({ environment: "Xcode" }), 403, "UNSIGNED_DATA_REFUSED"],
  [
    "a stale signedDate",
    () => host.body({ signedDate: Date.now() - minutes(6) }),
    403,
    "SIGNED_DATE_STALE",
  ],
  [
    "a signedDate ahead",
    () => host.body({ signedDate: Date.now() + minutes(6) }),
    403,
    "SIGNED_DATE_IN_FUTURE",
  ],
  [
    "a signedDate beyond all numbers",
    () => {
      const [header, , signature] = parts();
      const text = JSON.stringify({ ...payloadNow(), signedDate: 0 }).replace(":0", ":1e999");
      const changed = Buffer.from(text).toString("base64url");
      return payload(`${header}.${changed}.${signature}`)();
    },
    403,
    "SIGNED_DATE_IN_FUTURE",
  ],
  [
    "an appAppleId that is a text",
    () => host.body({ appAppleId: "6745974592" }),
    400,
    "PAYLOAD_INVALID",
  ],
  ["no requestIdentifier", () => host.body({ requestIdentifier: null }), 400, "PAYLOAD_INVALID"],
];

const post = (path: string, method = "POST"): PostOptions => ({ path, method });
const BAD_TARGETS: BadCase[] = [
  ["another path", () => "{}", 404, "PATH_UNKNOWN", post("/apple/retention/test")],
  ["a longer path", () => "{}", 404, "PATH_UNKNOWN", post(`${TEST_PATH}/x`)],
  ["an encoded path", () => "{}", 404, "PATH_UNKNOWN", post(TEST_PATH.replace("test", "t%65st"))],
  ["GET", () => undefined, 405, "METHOD_NOT_ALLOWED", post(TEST_PATH, "GET")],
  ["PUT", () => "{}", 405, "METHOD_NOT_ALLOWED", post(TEST_PATH, "PUT")],
  ["OPTIONS", () => undefined, 405, "METHOD_NOT_ALLOWED", post(TEST_PATH, "OPTIONS")],
  ["an unknown app", () => host.body(), 404, "APP_UNKNOWN", post("/apple/retention/x/sandbox")],
  [
    "an app that objects inherit",
    () => host.body(),
    404,
    "APP_UNKNOWN",
    post("/apple/retention/__proto__/sandbox"),
  ],
  [
    "an environment that is not configured",
    () => host.body(),
    404,
    "APP_UNKNOWN",
    post("/apple/retention/test/production"),
  ],
  [
    "an app without a publication",
    () => host.body(),
    503,
    "NOT_PUBLISHED",
    post("/apple/retention/unpublished/sandbox"),
  ],
];

/** Requests counted under a code. */
async function countOf(code: string): Promise<number> {
  const lines = (await host.metrics()).split("\n");
  return lines
    .filter((line) => line.startsWith("holdfast_requests_total{"))
    .filter((line) => line.includes(`code="${code}"`))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

describe.each<[string, BadCase[]]>([
  ["bodies", BAD_BODIES],
  ["signed data", BAD_SIGNED_DATA],
  ["targets", BAD_TARGETS],
])("startNodeHost() refuses bad %s, counts them and decides nothing:", (_, cases) => {
  test.each(cases)("%s", async (__, make, status, code, options) => {
    const body = await make();
    const [recorded, counted] = [(await host.decisions()).length, await countOf(code)];
    const response = await host.post(body, options);
    expect([response.status, await response.json()]).toEqual([status, { code, message: anyText }]);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await host.decisions()).toHaveLength(recorded);
    expect(await countOf(code)).toBe(counted + 1);
  });
});

test.each(["/", "/apple/notifications/test/sandbox", TEST_PATH.toUpperCase(), `/x${TEST_PATH}`])(
  "startNodeHost() has nothing at %s",
  async (path) => {
    const response = await host.post(host.body(), { path });
    expect([response.status, await response.json()]).toEqual([
      404,
      { code: "PATH_UNKNOWN", message: "no such path" },
    ]);
  },
);

test("startNodeHost() counts made-up apps under no app", async () => {
  await host.post(host.body(), post("/apple/retention/canary-app/sandbox"));
  await host.post(host.body(), post("/apple/retention/test/canary"));
  const metrics = await host.metrics();
  expect(metrics).not.toContain("canary");
  expect(metrics).toMatch(
    /holdfast_requests_total\{app="",environment="",outcome="refused",code="APP_UNKNOWN"\} \d+/,
  );
});

test("startNodeHost() turns unknown chains above the budget away, and answers known ones", async () => {
  const own = await startTestHost({ directory: await temporaryDirectory() });
  onTestFinished(() => own.close());
  expect((await own.ask()).status).toBe(200);
  const forger = await createTestAppStore();
  const bodies = await Promise.all(
    Array.from({ length: 45 }, async () => {
      const forged = await forger.withNewLeaf();
      const x5c = [forged.x5c[0], forged.x5c[1], own.store.x5c[2]];
      const { signedPayload } = JSON.parse(own.body()) as { signedPayload: string };
      return JSON.stringify({ signedPayload: forged.sign(claimsOf(signedPayload), { x5c }) });
    }),
  );
  const answers = await Promise.all(bodies.map((body) => own.post(body)));
  const codes = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { code: string }).code),
  );
  expect(new Set(codes)).toEqual(new Set(["CHAIN_INVALID", "CHAIN_BUDGET_EXCEEDED"]));
  const over = answers.filter((_, index) => codes[index] === "CHAIN_BUDGET_EXCEEDED");
  expect(over.every(({ status }) => status === 503)).toBe(true);
  expect((await own.ask()).status).toBe(200);
});
