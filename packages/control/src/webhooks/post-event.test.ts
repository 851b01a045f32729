import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:https";
import "reflect-metadata/lite";
import * as x509 from "@peculiar/x509";
import { describe, expect, onTestFinished, test } from "vitest";
import { postEvent } from "./post-event.ts";
import type { PostMeans } from "./post-event.ts";
import { startReceiver } from "./testing/receiver.ts";

const NEVER = new AbortController().signal;
const INSIDE: PostMeans = { release: "0.0.0", allowPrivateNetworks: true };
const BODY = '{"type":"ü"}';

function post(url: string, means: PostMeans = INSIDE, signal = NEVER) {
  return postEvent({ url, body: BODY, headers: { "webhook-id": "d" } }, means, signal);
}

/** Means by which a name has these addresses. */
function resolving(...addresses: readonly string[]): PostMeans {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return { release: "0.0.0", resolve: () => Promise.resolve(found) };
}

describe("postEvent()", () => {
  test("posts JSON with the headers given, and the query of the URL", async () => {
    const receiver = await startReceiver();
    expect(await post(receiver.url)).toEqual({ status: 204 });
    expect(receiver.posts).toMatchObject([
      {
        method: "POST",
        path: "/hook?token=of-the-receiver",
        body: BODY,
        headers: {
          "webhook-id": "d",
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(BODY)),
          "user-agent": "holdfast/0.0.0",
        },
      },
    ]);
  });

  test.each([200, 201, 299])("takes status %d for arrived", async (status) => {
    const receiver = await startReceiver();
    receiver.answer(status);
    expect(await post(receiver.url)).toEqual({ status });
  });

  test.each([
    [301, {}],
    [304, {}],
    [404, {}],
    [410, {}],
    [503, { "retry-after": "120" }],
  ])("takes status %d for a failure", async (status, headers) => {
    const receiver = await startReceiver();
    receiver.answer(status, headers);
    const wish = status === 503 ? { retryAfterMs: 120_000 } : {};
    expect(await post(receiver.url)).toEqual({ status, problem: "STATUS_NOT_OK", ...wish });
  });

  test("follows no redirect", async () => {
    const [receiver, elsewhere] = [await startReceiver(), await startReceiver()];
    receiver.answer(307, { location: elsewhere.url });
    expect(await post(receiver.url)).toEqual({ status: 307, problem: "STATUS_NOT_OK" });
    expect(elsewhere.posts).toEqual([]);
  });

  test("reads no more of an answer than a little", async () => {
    const receiver = await startReceiver();
    let sent = 0;
    const closed = new Promise((resolve) => {
      receiver.respond((_request, response) => {
        response.on("close", resolve);
        const more = (): void => {
          sent += 1;
          if (sent === 1000) return;
          response.write("x".repeat(64 * 1024), (error) => error ?? setImmediate(more));
        };
        more();
      });
    });
    expect(await post(receiver.url)).toEqual({ status: 200 });
    await closed;
    expect(sent).toBeLessThan(1000);
  });

  test.each([
    ["never answers", () => undefined],
    [
      "never ends its answer",
      (
        _request: unknown,
        response: { writeHead(status: number): { write(text: string): unknown } },
      ) => void response.writeHead(200).write("x"),
    ],
  ] as const)("gives up on who %s", async (_, respond) => {
    const receiver = await startReceiver();
    receiver.respond(respond);
    const result = await post(receiver.url, { ...INSIDE, timeoutMs: 100 });
    expect(result).toEqual({ problem: "TIMEOUT" });
  });

  test("ends with the signal", async () => {
    const receiver = await startReceiver();
    const stopping = new AbortController();
    receiver.respond(() => stopping.abort(new Error("stopped")));
    await expect(post(receiver.url, INSIDE, stopping.signal)).rejects.toThrow("stopped");
  });

  test("tells of nobody there, and of who hangs up", async () => {
    const server = createServer((socket) => socket.destroy());
    await once(server.listen(0, "127.0.0.1"), "listening");
    // A listening TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ problem: "UNREACHABLE" });
    await once(server.close(), "close");
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ problem: "UNREACHABLE" });
    const nowhere = { ...INSIDE, resolve: () => Promise.reject(new Error("ENOTFOUND")) };
    expect(await post("https://nowhere.example/", nowhere)).toEqual({ problem: "UNREACHABLE" });
    const empty = { ...INSIDE, resolve: () => Promise.resolve([]) };
    expect(await post("https://empty.example/", empty)).toEqual({ problem: "UNREACHABLE" });
  });

  test("trusts no certificate that nobody vouches for", async () => {
    const url = await startUntrusted();
    expect(await post(url)).toEqual({ problem: "TLS_FAILED" });
  });
});

describe("postEvent() goes into no private network", () => {
  test("that the URL names", async () => {
    const receiver = await startReceiver();
    const result = await post(receiver.url.replace("http:", "https:"), { release: "0.0.0" });
    expect(result).toEqual({ problem: "ADDRESS_REFUSED" });
    expect(await post(receiver.url, { release: "0.0.0" })).toEqual({ problem: "ADDRESS_REFUSED" });
    expect(receiver.posts).toEqual([]);
  });

  test.each(["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"])(
    "that a name leads to: %s",
    async (address) => {
      const result = await post("https://hooks.example/", resolving(address));
      expect(result).toEqual({ problem: "ADDRESS_REFUSED" });
    },
  );

  test("that a name leads to by the time of the connection, and not before", async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    let asked = 0;
    const means: PostMeans = {
      release: "0.0.0",
      // The first answer would be fine; what is connected to is whatever was answered at that time.
      resolve: () => {
        asked += 1;
        return Promise.resolve([{ address: asked === 1 ? "127.0.0.1" : "1.1.1.1", family: 4 }]);
      },
    };
    const result = await post(`https://hooks.example:${port}/`, means);
    expect(result).toEqual({ problem: "ADDRESS_REFUSED" });
    expect([asked, receiver.posts]).toEqual([1, []]);
  });

  test("unless it may; and what is not encrypted goes nowhere else", async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    const local = { ...resolving("1.1.1.1", "127.0.0.1"), allowPrivateNetworks: true };
    // Of several addresses only those that may be posted to are connected to.
    expect(await post(`http://hooks.example:${port}/`, local)).toEqual({ status: 204 });
    const outside = { ...resolving("1.1.1.1"), allowPrivateNetworks: true };
    expect(await post("http://hooks.example/", outside)).toEqual({ problem: "ADDRESS_REFUSED" });
    expect(receiver.posts).toHaveLength(1);
  });
});

/** Starts a TLS server with a certificate it signed itself. */
async function startUntrusted(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    { name: "CN=127.0.0.1", keys, signingAlgorithm: algorithm },
    crypto,
  );
  const key = x509.PemConverter.encode(
    await crypto.subtle.exportKey("pkcs8", keys.privateKey),
    "PRIVATE KEY",
  );
  const server = createTlsServer({ key, cert: certificate.toString("pem") });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return `https://127.0.0.1:${port}/`;
}
