import { describe, expect, test } from "vitest";
import { startAnsweringServer } from "../../http/testing/answering-server.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../../http/testing/answering-server.ts";
import { rejectionOf } from "../../signed-data/testing/thrown-by.ts";
import { createTestClient } from "../testing/test-client.ts";
import type { RetentionMessagingClient, RetentionMessagingClientOptions } from "./index.ts";

const ID = "f0f3bd2a-3c1c-4b3a-8a40-5e4e2c1a9d11";
const CONFLICT: ScriptedAnswer = { status: 409, body: { errorCode: 4090001 } };

/** What becomes of one upload: stored or not, and answered or not. */
type Fate = "stored, answered" | "stored, dropped" | "lost, dropped" | "lost, 500" | ScriptedAnswer;

/** A server of messages that treats each upload as it is told; the last fate stays. */
async function startMessageServer(
  fates: readonly Fate[],
  list: (stored: ReadonlySet<string>) => ScriptedAnswer = listOf,
) {
  const stored = new Set<string>();
  let uploads = 0;
  const upload = (identifier: string): ScriptedAnswer => {
    const fate = fates[Math.min(uploads, fates.length - 1)] ?? "stored, answered";
    uploads += 1;
    if (typeof fate !== "string" || fate === "drop" || fate === "hang") return fate;
    if (fate === "lost, dropped") return "drop";
    if (fate === "lost, 500") return { status: 500 };
    if (stored.has(identifier)) return CONFLICT;
    stored.add(identifier);
    return fate === "stored, dropped" ? "drop" : {};
  };
  const server = await startAnsweringServer(({ method, url }: ReceivedRequest) =>
    method === "GET" ? list(stored) : upload(url.split("/").at(-1) ?? ""),
  );
  return { ...server, stored, sent: () => server.requests.map(({ method }) => method).join(" ") };
}

function listOf(stored: ReadonlySet<string>): ScriptedAnswer {
  const messageIdentifiers = [...stored].map((messageIdentifier) => ({
    messageIdentifier,
    messageState: "PENDING",
  }));
  return { body: { messageIdentifiers } };
}

async function clientOf(
  server: { readonly baseUrl: string },
  options: Partial<RetentionMessagingClientOptions> = {},
): Promise<RetentionMessagingClient> {
  const { client } = await createTestClient({ ...options, baseUrl: server.baseUrl });
  return client;
}

const upload = (client: RetentionMessagingClient, signal?: AbortSignal) =>
  client.uploadMessage(ID, { header: "h", body: "b" }, { signal });

describe("uploadMessage() when the answer is lost", () => {
  test("finds it in the list", async () => {
    const server = await startMessageServer(["stored, dropped"]);
    expect(await upload(await clientOf(server))).toEqual({ confirmedBy: "list" });
    expect(server.sent()).toBe("PUT GET");
  });

  test.each<[Fate]>([["lost, dropped"], ["lost, 500"]])(
    "uploads once more what is not there after %s",
    async (fate) => {
      const server = await startMessageServer([fate, "stored, answered"]);
      expect(await upload(await clientOf(server))).toEqual({ confirmedBy: "answer" });
      expect(server.sent()).toBe("PUT GET PUT");
      expect([...server.stored]).toEqual([ID]);
    },
  );

  test("takes a refusal of the second upload as the same identifier's", async () => {
    // The first one arrives after the list was read.
    const server = await startMessageServer(["stored, dropped"], () => listOf(new Set()));
    expect(await upload(await clientOf(server))).toEqual({ confirmedBy: "list" });
    expect(server.sent()).toBe("PUT GET PUT");
  });

  test("finds the second one in the list when its answer is lost too", async () => {
    const server = await startMessageServer(["lost, dropped", "stored, dropped"]);
    expect(await upload(await clientOf(server))).toEqual({ confirmedBy: "list" });
    expect(server.sent()).toBe("PUT GET PUT GET");
  });

  test("gives up after the second one, not knowing what became of them", async () => {
    const server = await startMessageServer(["lost, dropped"]);
    const error = await rejectionOf(upload(await clientOf(server)));
    expect(error).toMatchObject({
      code: "APPLE_CONNECTION_LOST",
      effect: "unknown",
      retryable: false,
    });
    expect(error).toHaveProperty("advice", expect.stringContaining("Look at the list"));
    expect(server.sent()).toBe("PUT GET PUT GET");
  });

  test("keeps what Apple says of the second one", async () => {
    const full = { status: 403, body: { errorCode: 4030016 } };
    const server = await startMessageServer(["lost, dropped", full]);
    const error = await rejectionOf(upload(await clientOf(server)));
    expect(error).toMatchObject({
      errorName: "MaximumNumberOfMessagesReachedError",
      effect: "unknown",
    });
    expect(error).toHaveProperty("advice", expect.stringMatching(/^Delete messages .*Look at/));
  });

  test("throws the first error when the list cannot be read", async () => {
    const server = await startMessageServer(["lost, 500"], () => ({ status: 403 }));
    const error = await rejectionOf(upload(await clientOf(server)));
    expect(error).toMatchObject({ status: 500, effect: "unknown", retryable: false });
    expect(error).toHaveProperty("advice", expect.stringContaining("Look at the list"));
    expect(server.sent()).toBe("PUT GET");
  });

  test("uploads only once when that is all it may", async () => {
    const server = await startMessageServer(["lost, dropped", "stored, answered"]);
    const error = await rejectionOf(upload(await clientOf(server, { maxAttempts: 1 })));
    expect(error).toMatchObject({ code: "APPLE_CONNECTION_LOST", effect: "unknown" });
    expect(server.sent()).toBe("PUT GET");
  });

  test("does not come back before Apple says it may", async () => {
    const busy = { status: 503, headers: { "retry-after": "30" } };
    const server = await startMessageServer([busy, "stored, answered"]);
    const error = await rejectionOf(upload(await clientOf(server)));
    expect(error).toMatchObject({ status: 503, effect: "unknown" });
    expect(error).toHaveProperty("retryAt", expect.any(Number));
    expect(server.sent()).toBe("PUT GET");
  });

  test("asks nothing more for a caller who has ended the call", async () => {
    const controller = new AbortController();
    const server = await startMessageServer([() => controller.abort()]);
    const error = await rejectionOf(upload(await clientOf(server), controller.signal));
    expect(error).toMatchObject({
      code: "REQUEST_ABORTED",
      operation: "Upload Message",
      effect: "unknown",
    });
    expect(server.sent()).toBe("PUT");
  });

  test("ends with the caller while the list is read", async () => {
    const controller = new AbortController();
    const server = await startMessageServer(["lost, dropped"], () => () => controller.abort());
    const error = await rejectionOf(upload(await clientOf(server), controller.signal));
    expect(error).toMatchObject({ code: "REQUEST_ABORTED", effect: "unknown" });
    expect(server.sent()).toBe("PUT GET");
  });
});

describe("uploadMessage() when the answer is known", () => {
  test("throws for an identifier in use", async () => {
    const server = await startMessageServer(["stored, answered"]);
    const client = await clientOf(server);
    await upload(client);
    expect(await rejectionOf(upload(client))).toMatchObject({
      status: 409,
      errorName: "MessageAlreadyExistsError",
      effect: "none",
    });
    expect(server.sent()).toBe("PUT PUT");
  });

  test("does not take a 409 after a 429 for its own", async () => {
    const server = await startMessageServer([{ status: 429 }, CONFLICT]);
    expect(await rejectionOf(upload(await clientOf(server)))).toMatchObject({
      status: 409,
      effect: "none",
    });
  });
});

test("uploadImage() finds an image in the list when the answer is lost", async () => {
  const imageIdentifiers = [{ imageIdentifier: ID, imageState: "PENDING" }];
  const server = await startAnsweringServer(({ method }) =>
    method === "GET" ? { body: { imageIdentifiers } } : "drop",
  );
  const { client } = await createTestClient({ baseUrl: server.baseUrl });
  expect(await client.uploadImage(ID, Uint8Array.of(1))).toEqual({ confirmedBy: "list" });
  expect(server.requests.map(({ url }) => url)).toEqual([
    `/inApps/v1/messaging/image/${ID}?imageSize=FULL_SIZE`,
    "/inApps/v1/messaging/image/list",
  ]);
});

test("uploadImage() takes as long as it is told", async () => {
  const server = await startAnsweringServer(({ method }) => (method === "GET" ? {} : "hang"));
  const { client } = await createTestClient({
    baseUrl: server.baseUrl,
    uploadTimeoutMs: 20,
    maxAttempts: 1,
  });
  const error = await rejectionOf(client.uploadImage(ID, Uint8Array.of(1)));
  expect(error.code).toBe("APPLE_TIMEOUT");
  expect(error.message).toContain("20 ms");
});
