import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "./client-address.ts";
import { createPassOn } from "./pass-on.ts";
import type { PassOn, PassOnOptions } from "./pass-on.ts";
import { createSocketFetch } from "./socket-fetch.ts";

/** A listener on a socket, and one on a port that passes everything on to it. */
async function passingTo(
  listener?: RequestListener,
  options: Partial<PassOnOptions> = {},
): Promise<{ url: string; socketPath: string; passOn: PassOn }> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-pass-"));
  const socketPath = join(directory, "inner.sock");
  const servers: Server[] = [];
  if (listener !== undefined) {
    const inner = createServer(listener);
    await new Promise<void>((resolve) => inner.listen(socketPath, resolve));
    servers.push(inner);
  }
  const passOn = createPassOn({ socketPath, clientAddress: () => "203.0.113.9", ...options });
  const outer = createServer((incoming, outgoing) => passOn.handle(incoming, outgoing));
  await new Promise<void>((resolve) => outer.listen(0, "127.0.0.1", resolve));
  servers.push(outer);
  onTestFinished(async () => {
    passOn.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(directory, { recursive: true, force: true });
  });
  // A listening TCP server's address is an object.
  return { url: `http://127.0.0.1:${(outer.address() as AddressInfo).port}`, socketPath, passOn };
}

/** Answers with what came. */
const echo: RequestListener = (incoming, outgoing) => {
  const parts: Buffer[] = [];
  incoming.on("data", (part: Buffer) => parts.push(part));
  incoming.on("end", () => {
    const { method, url, headers } = incoming;
    const body = Buffer.concat(parts).toString();
    outgoing.setHeader("Set-Cookie", ["a=1", "b=2"]);
    outgoing.setHeader("Connection", "X-Private");
    outgoing.setHeader("X-Private", "of this connection");
    outgoing.statusCode = 207;
    outgoing.end(JSON.stringify({ method, url, headers, body }));
  });
};

test("endStreams() ends streams, and no other answer that is under way", async () => {
  const slow = Promise.withResolvers<void>();
  const { url, passOn } = await passingTo((incoming, outgoing) => {
    if (incoming.url === "/stream") {
      outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      outgoing.write(": here\n\n");
      return;
    }
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.write("[1,");
    void slow.promise.then(() => outgoing.end("2]"));
  });
  const stream = await fetch(`${url}/stream`);
  const answer = await fetch(`${url}/answer`);
  passOn.endStreams();
  expect(await stream.text()).toBe(": here\n\n");
  slow.resolve();
  expect(await answer.json()).toEqual([1, 2]);
});

test("handle() passes on method, path, headers and body, and the answer back", async () => {
  const { url } = await passingTo(echo);
  const response = await fetch(`${url}/v1/apps?limit=2`, {
    method: "POST",
    body: "hello",
    headers: { "X-Told": "yes", [CLIENT_ADDRESS_HEADER]: "10.0.0.1" },
  });
  expect(response.status).toBe(207);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.has("x-private")).toBe(false);
  const seen = (await response.json()) as { readonly headers: Readonly<Record<string, string>> };
  expect(seen).toMatchObject({ method: "POST", url: "/v1/apps?limit=2", body: "hello" });
  expect(seen.headers).toMatchObject({
    "x-told": "yes",
    host: new URL(url).host,
    [CLIENT_ADDRESS_HEADER]: "203.0.113.9",
  });
});

/** Sends bytes as they are, and returns all that comes until the connection ends. */
async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(text);
  let answer = "";
  for await (const part of socket) answer += String(part);
  return answer;
}

/** What its sender would like to be taken for a request of its own. */
const SMUGGLED = `GET /v1/hidden HTTP/1.1\r\nHost: x\r\n${CLIENT_ADDRESS_HEADER}: 10.0.0.1\r\n\r\n`;

const CHUNKED = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`;

test.each(
  ["GET", "DELETE", "OPTIONS", "POST"].flatMap((method) => [
    [method, "a body in chunks", "Transfer-Encoding: chunked\r\nConnection: close", CHUNKED],
    [
      method,
      "a length said to be the connection's own",
      `Content-Length: ${SMUGGLED.length}\r\nConnection: close, content-length`,
      SMUGGLED,
    ],
  ]),
)("handle() keeps the body of a %s a body, with %s", async (method, _, headers, body) => {
  const seen: string[] = [];
  const { url } = await passingTo((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    echo(incoming, outgoing);
  });
  const head = `${method} /v1/apps HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`;
  const answer = await exchange(url, head + body);
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect(answer).toContain(JSON.stringify(SMUGGLED));
  // On the connection that was kept, too.
  await fetch(url);
  expect(seen).toEqual([`${method} /v1/apps`, "GET /"]);
});

test("handle() passes on one host where several are named", async () => {
  const { url } = await passingTo(echo);
  const head = "GET / HTTP/1.1\r\nHost: one.example\r\nHost: two.example\r\n";
  const answer = await exchange(url, `${head}Connection: close\r\n\r\n`);
  expect(answer).toContain('"host":"one.example"');
  expect(answer).not.toContain("two.example");
});

test("handle() lets go of a connection whose address is not known any more, and goes on", async () => {
  const addresses = [undefined, "203.0.113.9"];
  const { url } = await passingTo(echo, { clientAddress: () => addresses.shift() });
  expect(await exchange(url, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe("");
  expect((await fetch(url)).status).toBe(207);
});

test("handle() answers 503 while as many as may be are under way", async () => {
  const waiting: (() => void)[] = [];
  const begun = Promise.withResolvers<void>();
  const { url } = await passingTo(
    (_incoming, outgoing) => {
      waiting.push(() => outgoing.end("late"));
      begun.resolve();
    },
    { maxUnderWay: 1 },
  );
  const first = fetch(url);
  await begun.promise;
  const second = await fetch(url);
  expect([second.status, second.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await second.json()).toMatchObject({ error: { code: "UNAVAILABLE" } });
  for (const answer of waiting) answer();
  expect(await (await first).text()).toBe("late");
  const third = fetch(url);
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.();
  expect((await third).status).toBe(200);
});

test("handle() answers 503 in the API's shape when nobody listens", async () => {
  const { url } = await passingTo();
  const response = await fetch(`${url}/v1/health`);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(await response.json()).toMatchObject({ error: { code: "UNAVAILABLE" } });
});

test("handle() passes a stream on piece by piece, and tells when its reader is gone", async () => {
  const gone = Promise.withResolvers<void>();
  const { url } = await passingTo((_incoming, outgoing) => {
    outgoing.write("data: one\n\n");
    outgoing.on("close", () => gone.resolve());
  });
  const abort = new AbortController();
  const { body } = await fetch(url, { signal: abort.signal });
  const pieces = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await pieces?.read()).toEqual({ done: false, value: "data: one\n\n" });
  abort.abort();
  await gone.promise;
});

test("handle() breaks its answer off where the other breaks off", async () => {
  const { url } = await passingTo((_incoming, outgoing) => {
    outgoing.writeHead(200, { "Content-Length": "100" });
    outgoing.write("half", () => outgoing.destroy());
  });
  const response = await fetch(url);
  await expect(response.text()).rejects.toThrow();
});

test("createSocketFetch() reaches the socket, whatever host the URL names", async () => {
  const { socketPath } = await passingTo(echo);
  const response = await createSocketFetch(socketPath)("http://elsewhere.example/v1?x=1", {
    method: "PUT",
    body: "{}",
    headers: { Authorization: "Bearer t" },
  });
  expect(response.status).toBe(207);
  expect(await response.json()).toMatchObject({
    method: "PUT",
    url: "/v1?x=1",
    body: "{}",
    headers: { authorization: "Bearer t" },
  });
});

test("createSocketFetch() gives a status without a body as it is", async () => {
  const { socketPath } = await passingTo((_incoming, outgoing) => outgoing.writeHead(304).end());
  const response = await createSocketFetch(socketPath)("http://localhost/");
  expect([response.status, response.body]).toEqual([304, null]);
});

test("createSocketFetch() rejects when nobody listens, and when it is aborted", async () => {
  const { socketPath } = await passingTo();
  await expect(createSocketFetch(socketPath)("http://localhost/")).rejects.toThrow();
  const silent = await passingTo(() => undefined);
  const abort = new AbortController();
  const asked = createSocketFetch(silent.socketPath)("http://localhost/", { signal: abort.signal });
  abort.abort();
  await expect(asked).rejects.toThrow();
});
