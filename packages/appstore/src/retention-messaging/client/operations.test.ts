import { describe, expect, test } from "vitest";
import { startScriptedServer } from "../../http/testing/answering-server.ts";
import { readCompactJws } from "../../signed-data/testing/read-compact-jws.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import {
  CLIENT_BUNDLE_ID,
  createTestClient,
  TEST_CONFIG,
  TEST_RESULT,
} from "../testing/test-client.ts";
import type { RetentionMessagingClient } from "./index.ts";

const ID = "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11";
const PLACE = { productId: "com.example.yoga/premium 1", locale: "en-US" };
const DEFAULT_PATH = "/default/com.example.yoga%2Fpremium%201/en-US";
const URL_OF_OURS = "https://retention.example.com/apple/retention/yoga/sandbox";
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const MESSAGE = {
  header: "Stay – it’s worth it",
  body: "Two months for the price of one.",
  headerPosition: "ABOVE_IMAGE",
  image: { imageIdentifier: ID, altText: "A mat" },
  bulletPoints: [{ text: "New classes", imageIdentifier: ID, altText: "A class" }],
};
const TRANSACTION = { originalTransactionId: "2000000123456789" };

interface Operation {
  readonly name: keyof RetentionMessagingClient;
  readonly call: (client: RetentionMessagingClient) => Promise<unknown>;
  readonly method: string;
  /** After `/inApps/v1/messaging`. */
  readonly url: string;
  /** What is sent: JSON, bytes, or nothing. */
  readonly sent?: unknown;
  /** What Apple answers; nothing where it is documented without a body. */
  readonly answer?: unknown;
  /** What the method returns; default: Apple's answer. */
  readonly returned?: unknown;
}

const LISTS = {
  images: {
    imageIdentifiers: [
      { imageIdentifier: ID, imageState: "PENDING_REVIEW", imageSize: "FULL_SIZE" },
      { imageIdentifier: "b", imageState: "A_NEW_STATE", newField: { of: "Apple's" } },
    ],
    cursor: null,
  },
  messages: { messageIdentifiers: [{ messageIdentifier: ID, messageState: "PENDING", extra: 1 }] },
};

const OPERATIONS: readonly Operation[] = [
  {
    name: "uploadImage",
    call: (client) => client.uploadImage(ID, PNG),
    method: "PUT",
    url: `/image/${ID}?imageSize=FULL_SIZE`,
    sent: PNG,
    returned: { confirmedBy: "answer" },
  },
  {
    name: "uploadImage",
    call: (client) => client.uploadImage(ID, PNG, { imageSize: "BULLET_POINT" }),
    method: "PUT",
    url: `/image/${ID}?imageSize=BULLET_POINT`,
    sent: PNG,
    returned: { confirmedBy: "answer" },
  },
  {
    name: "deleteImage",
    call: (client) => client.deleteImage(ID),
    method: "DELETE",
    url: `/image/${ID}`,
  },
  {
    name: "getImageList",
    call: (client) => client.getImageList(),
    method: "GET",
    url: "/image/list",
    answer: LISTS.images,
  },
  {
    name: "uploadMessage",
    call: (client) => client.uploadMessage(ID, MESSAGE),
    method: "PUT",
    url: `/message/${ID}`,
    sent: MESSAGE,
    returned: { confirmedBy: "answer" },
  },
  {
    name: "deleteMessage",
    call: (client) => client.deleteMessage(ID),
    method: "DELETE",
    url: `/message/${ID}`,
  },
  {
    name: "getMessageList",
    call: (client) => client.getMessageList(),
    method: "GET",
    url: "/message/list",
    answer: LISTS.messages,
  },
  {
    name: "configureDefaultMessage",
    call: (client) => client.configureDefaultMessage(PLACE, ID),
    method: "PUT",
    url: DEFAULT_PATH,
    sent: { messageIdentifier: ID },
    returned: { messageIdentifier: ID },
  },
  {
    name: "getDefaultMessage",
    call: (client) => client.getDefaultMessage(PLACE),
    method: "GET",
    url: DEFAULT_PATH,
    answer: { messageIdentifier: ID, newField: 1 },
  },
  {
    name: "deleteDefaultMessage",
    call: (client) => client.deleteDefaultMessage(PLACE),
    method: "DELETE",
    url: DEFAULT_PATH,
  },
  {
    name: "configureRealtimeUrl",
    call: (client) => client.configureRealtimeUrl(URL_OF_OURS),
    method: "PUT",
    url: "/realtime/url",
    sent: { realtimeURL: URL_OF_OURS },
    returned: { realtimeURL: URL_OF_OURS },
  },
  {
    name: "getRealtimeUrl",
    call: (client) => client.getRealtimeUrl(),
    method: "GET",
    url: "/realtime/url",
    answer: { realtimeURL: URL_OF_OURS, newField: 1 },
  },
  {
    name: "deleteRealtimeUrl",
    call: (client) => client.deleteRealtimeUrl(),
    method: "DELETE",
    url: "/realtime/url",
  },
  {
    name: "initiatePerformanceTest",
    call: (client) => client.initiatePerformanceTest(TRANSACTION),
    method: "POST",
    url: "/performanceTest",
    sent: TRANSACTION,
    answer: { config: { ...TEST_CONFIG, newField: 1 }, requestId: ID },
  },
  {
    name: "getPerformanceTestResults",
    call: (client) => client.getPerformanceTestResults("a/b"),
    method: "GET",
    url: "/performanceTest/result/a%2Fb",
    answer: { ...TEST_RESULT, result: "A_NEW_RESULT" },
  },
];

describe("createRetentionMessagingClient()", () => {
  test.each(OPERATIONS)("sends $name as Apple documents it: $method $url", async (operation) => {
    const server = await startScriptedServer({ body: operation.answer ?? "" });
    const { client, clock, source } = await createTestClient({ baseUrl: server.baseUrl });
    const returned = await operation.call(client);
    expect(returned).toEqual(operation.returned ?? operation.answer);

    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.method).toBe(operation.method);
    expect(request?.url).toBe(`/inApps/v1/messaging${operation.url}`);
    expect(request?.headers.accept).toBe("application/json");
    expect(sentBy(request)).toEqual(sentAs(operation.sent));

    const token = request?.headers.authorization?.replace(/^Bearer /, "") ?? "";
    const { header, payload } = readCompactJws(token, source.publicKey);
    expect(header).toEqual({ alg: "ES256", typ: "JWT", kid: source.keyId });
    const iat = Math.floor(clock.now() / 1000);
    expect(payload).toEqual({
      iss: source.issuerId,
      iat,
      exp: iat + 300,
      aud: "appstoreconnect-v1",
      bid: CLIENT_BUNDLE_ID,
    });
  });

  test("has a test for every operation", async () => {
    const { client } = await createTestClient({ baseUrl: "https://127.0.0.1" });
    const named = new Set(OPERATIONS.map(({ name }) => name));
    const methods = Object.entries(client).filter(([, value]) => typeof value === "function");
    expect(methods).toHaveLength(14);
    expect(new Set(methods.map(([name]) => name))).toEqual(named);
  });

  test("tells its app, environment and base URL", async () => {
    const { client } = await createTestClient({ baseUrl: "http://127.0.0.1:8788/sandbox/" });
    expect(client).toMatchObject({
      environment: "sandbox",
      bundleId: CLIENT_BUNDLE_ID,
      baseUrl: "http://127.0.0.1:8788/sandbox",
    });
  });

  test.each(OPERATIONS.filter(({ method }) => method !== "GET"))(
    "refuses $name before sending when it is read-only",
    async ({ call }) => {
      const server = await startScriptedServer({});
      const { client } = await createTestClient({ baseUrl: server.baseUrl, readOnly: true });
      expect((await rejectionOf(call(client))).code).toBe("READ_ONLY");
      expect(server.requests).toHaveLength(0);
    },
  );

  test.each(OPERATIONS.filter(({ name }) => /performanceTest/i.test(name)))(
    "refuses $name in production before sending",
    async ({ call }) => {
      const server = await startScriptedServer({});
      const { client } = await createTestClient({
        baseUrl: server.baseUrl,
        environment: "production",
      });
      expect(await rejectionOf(call(client))).toMatchObject({
        name: "UsageError",
        code: "SANDBOX_ONLY",
      });
      expect(server.requests).toHaveLength(0);
    },
  );

  test.each(["", "..", "."])("sends nothing to the identifier %j", async (identifier) => {
    const server = await startScriptedServer({});
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    for (const call of [
      client.deleteMessage(identifier),
      client.uploadImage(identifier, PNG),
      client.getDefaultMessage({ productId: identifier, locale: "en-US" }),
      client.getPerformanceTestResults(identifier),
    ]) {
      expect((await rejectionOf(call)).code).toBe("PATH_SEGMENT_INVALID");
    }
    expect(server.requests).toHaveLength(0);
  });

  test.each([{ uploadTimeoutMs: 0 }, { timeoutMs: -1 }, { baseUrl: "http://example.com" }])(
    "refuses %o when it is created",
    async (options) => {
      const created = createTestClient({ baseUrl: "https://127.0.0.1", ...options });
      expect((await rejectionOf(created)).name).toBe("UsageError");
    },
  );

  test("takes a PUT for done whatever its body is", async () => {
    const server = await startScriptedServer({ body: "OK" });
    const { client } = await createTestClient({ baseUrl: server.baseUrl });
    expect(await client.configureRealtimeUrl(URL_OF_OURS)).toEqual({ realtimeURL: URL_OF_OURS });
  });
});

interface SentRequest {
  readonly headers: { readonly "content-type"?: string | undefined };
  readonly body: Buffer;
}

/** The type and the body of a request, JSON parsed. */
function sentBy(request: SentRequest | undefined): readonly unknown[] {
  const type = request?.headers["content-type"];
  const body = request?.body ?? Buffer.alloc(0);
  if (type === "application/json") return [type, JSON.parse(body.toString())];
  return [type, body.toString("hex")];
}

function sentAs(sent: unknown): readonly unknown[] {
  if (sent === undefined) return [undefined, ""];
  return sent instanceof Uint8Array
    ? ["image/png", Buffer.from(sent).toString("hex")]
    : ["application/json", sent];
}
