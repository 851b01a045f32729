import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "./client-address.ts";
import { createPassOn } from "./pass-on.ts";
import { createSocketFetch } from "./socket-fetch.ts";

/** A listener on a socket, and one on a port that passes everything on to it. */
async function passingTo(listener?: RequestListener): Promise<{ url: string; socketPath: string }> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-pass-"));
  const socketPath = join(directory, "inner.sock");
  const servers: Server[] = [];
  if (listener !== undefined) {
    const inner = createServer(listener);
    await new Promise<void>((resolve) => inner.listen(socketPath, resolve));
    servers.push(inner);
  }
  const passOn = createPassOn({ socketPath, clientAddress: () => "203.0.113.9" });
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
  return { url: `http://127.0.0.1:${(outer.address() as AddressInfo).port}`, socketPath };
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
