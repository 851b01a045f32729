import { createTestAppStore } from "@holdfast/appstore/testing";
import type { HeaderOverrides, TestAppStore } from "@holdfast/appstore/testing";
import { MAX_BODY_BYTES } from "../../packages/runtime/src/answer/receive.ts";
import { signedBody } from "../../packages/runtime/src/testing/test-host.ts";
import { claimsOf } from "./ask.ts";
import type { PostOptions } from "./ask.ts";
import { CONTRACT_PATH, UNPUBLISHED_PATH } from "./contract-app.ts";
import type { ContractApp } from "./contract-app.ts";

/** What is sent, how, and how it is refused. */
export type BadCase = [
  name: string,
  make: (app: ContractApp) => Promise<RequestInit["body"]> | RequestInit["body"],
  status: number,
  code: string,
  options?: PostOptions,
];

const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

type Make = BadCase[1];

const json =
  (value: unknown): Make =>
  () =>
    JSON.stringify(value);
const payload = (signedPayload: unknown): string => JSON.stringify({ signedPayload });
const typed = (contentType: string): PostOptions => ({ headers: { "content-type": contentType } });
const signed: Make = (app) => app.body();
const withLeaf =
  (options: () => Parameters<TestAppStore["withNewLeaf"]>[0]): Make =>
  async ({ store }) =>
    signedBody(await store.withNewLeaf(options()));
const withHeader =
  (header: (store: TestAppStore) => HeaderOverrides): Make =>
  (app) =>
    payload(app.store.sign(claimsNow(app), header(app.store)));
const parts = (app: ContractApp): string[] =>
  (JSON.parse(app.body()) as { signedPayload: string }).signedPayload.split(".");
const claimsNow = (app: ContractApp): object => claimsOf(parts(app).join(".")) as object;
const minutes = (count: number): number => count * 60_000;

/** Bodies that are none of ours, before anything in them is looked at. */
export const BAD_BODIES: BadCase[] = [
  ["another type", signed, 415, "CONTENT_TYPE_UNSUPPORTED", typed("text/plain")],
  ["a form", signed, 415, "CONTENT_TYPE_UNSUPPORTED", typed("multipart/form-data")],
  [
    "another charset",
    signed,
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
  ["a signedPayload that is null", json({ signedPayload: null }), 400, "SIGNED_PAYLOAD_MISSING"],
  [
    "a signedPayload that is a list",
    json({ signedPayload: ["a.b.c"] }),
    400,
    "SIGNED_PAYLOAD_MISSING",
  ],
  [
    "a signedPayload that is inherited",
    () => '{"__proto__":{"signedPayload":"a.b.c"}}',
    400,
    "SIGNED_PAYLOAD_MISSING",
  ],
  ["an empty signedPayload", json({ signedPayload: "" }), 400, "JWS_MALFORMED"],
  ["two segments", (app) => payload(parts(app).slice(0, 2).join(".")), 400, "JWS_MALFORMED"],
  ["four segments", (app) => payload([...parts(app), "AAAA"].join(".")), 400, "JWS_MALFORMED"],
  ["bad base64url", (app) => payload(`${parts(app).join(".")}=`), 400, "JWS_MALFORMED"],
  [
    "a signature that is too short",
    (app) => payload([...parts(app).slice(0, 2), "AAAA"].join(".")),
    400,
    "JWS_MALFORMED",
  ],
  [
    "a payload that is no object",
    (app) => payload([parts(app)[0], base64url([]), parts(app)[2]].join(".")),
    400,
    "JWS_MALFORMED",
  ],
];

/** Requests that are not signed by the App Store for this app, here and now. */
export const BAD_SIGNED_DATA: BadCase[] = [
  ["alg none", withHeader(() => ({ alg: "none" })), 400, "JWS_ALGORITHM_REFUSED"],
  ["alg HS256", withHeader(() => ({ alg: "HS256" })), 400, "JWS_ALGORITHM_REFUSED"],
  ["alg RS256", withHeader(() => ({ alg: "RS256" })), 400, "JWS_ALGORITHM_REFUSED"],
  [
    "critical parameters",
    withHeader(() => ({ crit: ["b64"], b64: false })),
    400,
    "JWS_HEADER_INVALID",
  ],
  ["no x5c", withHeader(() => ({ x5c: undefined })), 400, "CHAIN_LENGTH_INVALID"],
  ...[0, 1, 2, 4].map((length): BadCase => [
    `${length} certificates`,
    withHeader(({ x5c }) => ({ x5c: [...x5c, x5c[2]].slice(0, length) })),
    400,
    "CHAIN_LENGTH_INVALID",
  ]),
  [
    "a certificate that is no text",
    withHeader(() => ({ x5c: [1, 2, 3] })),
    400,
    "JWS_HEADER_INVALID",
  ],
  [
    "a certificate that is no DER",
    withHeader(({ x5c }) => ({ x5c: ["AAAA", "AAAA", x5c[2]] })),
    400,
    "CERTIFICATE_MALFORMED",
  ],
  [
    "an expired chain",
    withLeaf(() => ({ notBefore: new Date(0), notAfter: new Date(Date.now() - minutes(2)) })),
    403,
    "CERTIFICATE_EXPIRED",
  ],
  [
    "a chain that is not valid yet",
    withLeaf(() => ({ notBefore: new Date(Date.now() + minutes(2)) })),
    403,
    "CERTIFICATE_NOT_YET_VALID",
  ],
  [
    "a leaf without its marker",
    withLeaf(() => ({ markers: [] })),
    403,
    "CERTIFICATE_MARKER_MISSING",
  ],
  [
    "a leaf with another marker",
    withLeaf(() => ({ markers: ["1.2.840.113635.100.6.11.2"] })),
    403,
    "CERTIFICATE_MARKER_MISSING",
  ],
  [
    "an intermediate without its marker",
    async ({ store }) =>
      signedBody(await store.withNewIntermediate({ intermediate: { markers: [] } })),
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
    async (app) => {
      const other = await createTestAppStore();
      const x5c = [other.x5c[0], ...app.store.x5c.slice(1)];
      return payload(other.sign(claimsNow(app), { x5c }));
    },
    403,
    "CHAIN_INVALID",
  ],
  [
    "a genuine chain around a payload of one's own",
    async (app) => {
      const other = await createTestAppStore();
      return payload(other.sign(claimsNow(app), { x5c: app.store.x5c }));
    },
    403,
    "SIGNATURE_INVALID",
  ],
  [
    "a tampered payload",
    (app) => {
      const [header, , signature] = parts(app);
      const changed = base64url({ ...claimsNow(app), productId: "p.offer" });
      return payload(`${header}.${changed}.${signature}`);
    },
    403,
    "SIGNATURE_INVALID",
  ],
  ["another app", (app) => app.body({ appAppleId: 1 }), 403, "APP_MISMATCH"],
  [
    "another environment",
    (app) => app.body({ environment: "Production" }),
    403,
    "ENVIRONMENT_MISMATCH",
  ],
  ["Xcode", (app) => app.body({ environment: "Xcode" }), 403, "UNSIGNED_DATA_REFUSED"],
  [
    "a stale signedDate",
    (app) => app.body({ signedDate: Date.now() - minutes(6) }),
    403,
    "SIGNED_DATE_STALE",
  ],
  [
    "a signedDate ahead",
    (app) => app.body({ signedDate: Date.now() + minutes(6) }),
    403,
    "SIGNED_DATE_IN_FUTURE",
  ],
  [
    "a signedDate beyond all numbers",
    (app) => {
      const [header, , signature] = parts(app);
      const text = JSON.stringify({ ...claimsNow(app), signedDate: 0 }).replace(":0", ":1e999");
      const changed = Buffer.from(text).toString("base64url");
      return payload(`${header}.${changed}.${signature}`);
    },
    403,
    "SIGNED_DATE_IN_FUTURE",
  ],
  [
    "an appAppleId that is a text",
    (app) => app.body({ appAppleId: "6745974592" }),
    400,
    "PAYLOAD_INVALID",
  ],
  ["no requestIdentifier", (app) => app.body({ requestIdentifier: null }), 400, "PAYLOAD_INVALID"],
];

const to = (path: string, method = "POST"): PostOptions => ({ path, method });
/** Requests for something else. */
export const BAD_TARGETS: BadCase[] = [
  ["another path", json({}), 404, "PATH_UNKNOWN", to("/apple/retention/test")],
  ["a longer path", json({}), 404, "PATH_UNKNOWN", to(`${CONTRACT_PATH}/x`)],
  ["an encoded path", json({}), 404, "PATH_UNKNOWN", to(CONTRACT_PATH.replace("test", "t%65st"))],
  ["GET", () => undefined, 405, "METHOD_NOT_ALLOWED", to(CONTRACT_PATH, "GET")],
  ["PUT", json({}), 405, "METHOD_NOT_ALLOWED", to(CONTRACT_PATH, "PUT")],
  ["OPTIONS", () => undefined, 405, "METHOD_NOT_ALLOWED", to(CONTRACT_PATH, "OPTIONS")],
  ["an unknown app", signed, 404, "APP_UNKNOWN", to("/apple/retention/x/sandbox")],
  [
    "an app that objects inherit",
    signed,
    404,
    "APP_UNKNOWN",
    to("/apple/retention/__proto__/sandbox"),
  ],
  [
    "an environment that is not configured",
    signed,
    404,
    "APP_UNKNOWN",
    to("/apple/retention/test/production"),
  ],
  ["an app without a publication", signed, 503, "NOT_PUBLISHED", to(UNPUBLISHED_PATH)],
];
