import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer({ allowPrivateWebhooks: true });
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
});
afterAll(() => server.close());

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Starts somebody on this machine whom events are posted to; it ends with the test. */
async function startReceiver(status = 204) {
  const posts: Post[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    posts.push({ headers: request.headers, body: await text(request) });
    response.writeHead(status).end();
  };
  const receiver = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  // A listening TCP server's address is an object.
  const { port } = receiver.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, posts };
}

async function addWebhook(io: FakeIo, url: string) {
  const line = `webhooks add ${url} --app yoga --event message.rejected --event apple.silent`;
  const { json } = await runJson(io, line);
  return { id: String(json["id"]), secret: String(json["secret"]), json };
}

/** What a receiver that follows the Standard Webhooks specification computes of a post. */
function signatureOf({ headers, body }: Post, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

describe("holdfast webhooks", () => {
  test("add shows the secret that posts are verified with, and nothing else does", async () => {
    await using io = await server.openIo();
    const { url, posts } = await startReceiver();
    const { id, secret, json } = await addWebhook(io, url);
    expect(json).toMatchObject({
      url,
      events: ["message.rejected", "apple.silent"],
      isDisabled: false,
      secret: expect.stringMatching(/^whsec_/) as string,
    });
    const tested = await runJson(io, `webhooks test ${id} --app yoga`);
    expect(tested.code).toBe(0);
    expect(tested.json).toMatchObject({
      event: "message.rejected",
      state: "delivered",
      status: 204,
    });
    const [post] = posts;
    expect(post?.headers["webhook-signature"]).toBe(post && signatureOf(post, secret));
    expect(JSON.parse(post?.body ?? "")).toMatchObject({ type: "message.rejected", isTest: true });

    const before = io.out().length;
    for (const line of ["list", `view ${id}`, `deliveries ${id}`, `update ${id} --disable`]) {
      expect(await run(io, `webhooks ${line} --app yoga`)).toBe(0);
    }
    expect(io.out().slice(before)).toMatch(/ active +message\.rejected, apple\.silent/);
    expect(io.out().slice(before)).toMatch(/state +disabled/);
    expect(io.out().slice(before)).toMatch(/message\.rejected +delivered +1 +HTTP 204/);
    expect(io.out().slice(before)).not.toContain(secret.slice("whsec_".length));
  });

  test("add tells people where the secret goes, and how to try it", async () => {
    await using io = await server.openIo();
    const { url } = await startReceiver();
    expect(await run(io, `webhooks add ${url} --app yoga --event publication.live`)).toBe(0);
    expect(io.out()).toMatch(/secret: whsec_\S+\nThe secret is shown only now/);
    expect(io.out()).toMatch(/holdfast webhooks test webhook_\S+ --app yoga/);
  });

  test("posts a test, and exits 1 and says why when the receiver does not take it", async () => {
    await using io = await server.openIo();
    const { url } = await startReceiver(503);
    const { id } = await addWebhook(io, url);
    expect(await run(io, `webhooks test ${id} --app yoga`)).toBe(1);
    expect(io.out()).toContain("message.rejected did not arrive: HTTP 503 STATUS_NOT_OK");
    const { json } = await runJson(io, `webhooks deliveries ${id} --app yoga`);
    expect(json["items"]).toMatchObject([{ state: "failed", status: 503, attempts: 1 }]);
  });

  test("deliveries shows as many as are asked for, and says where there is none", async () => {
    await using io = await server.openIo();
    const { url } = await startReceiver();
    const { id } = await addWebhook(io, url);
    expect(await run(io, `webhooks deliveries ${id} --app yoga`)).toBe(0);
    expect(io.out()).toContain(`nothing was posted to it yet: holdfast webhooks test ${id}`);
    for (const _ of [1, 2]) await run(io, `webhooks test ${id} --app yoga`);
    const { json } = await runJson(io, `webhooks deliveries ${id} --app yoga --limit 1`);
    expect(json["items"]).toHaveLength(1);
  });

  test("update changes what is given and keeps the rest", async () => {
    await using io = await server.openIo();
    const { url, posts } = await startReceiver();
    const { id, secret } = await addWebhook(io, "http://127.0.0.1:9/nobody");
    const line = `webhooks update ${id} --app yoga`;
    expect((await runJson(io, `${line} --url ${url} --disable`)).json).toMatchObject({
      url,
      events: ["message.rejected", "apple.silent"],
      isDisabled: true,
      disabledBecause: "wanted",
    });
    expect((await runJson(io, `${line} --event key.refused --enable`)).json).toMatchObject({
      url,
      events: ["key.refused"],
      isDisabled: false,
    });
    expect(await run(io, `webhooks test ${id} --app yoga`)).toBe(0);
    const [post] = posts;
    expect(post?.headers["webhook-signature"]).toBe(post && signatureOf(post, secret));
  });

  test("remove needs --confirm, and nothing of it is left", async () => {
    await using io = await server.openIo();
    const { id } = await addWebhook(io, "http://127.0.0.1:9/nobody");
    expect(await run(io, `webhooks remove ${id} --app yoga`)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
    const removed = await runJson(io, `webhooks remove ${id} --app yoga --confirm`);
    expect(removed.json).toEqual({ app: "yoga", webhook: id, removed: true });
    const { json } = await runJson(io, "webhooks list --app yoga");
    expect(JSON.stringify(json)).not.toContain(id);
  });

  test("list says how to begin where an app has none", async () => {
    await using io = await server.openIo();
    await run(io, "apps add empty --bundle-id com.example.empty --apple-id 2");
    expect(await run(io, "webhooks list --app empty")).toBe(0);
    expect(io.out()).toContain("empty has no webhook: holdfast webhooks add <url> --app empty");
  });

  test.each([
    ["webhooks add https://a.example.com --app yoga", "--event is required"],
    ["webhooks add https://a.example.com --app yoga --event rain", "--event: expected"],
    ["webhooks add https://a.example.com --event apple.silent", "--app is required"],
    ["webhooks add ftp://a.example.com --app yoga --event apple.silent", "url: expected a URL"],
    ["webhooks update webhook_1 --app yoga", "expected something to change"],
    ["webhooks update webhook_1 --app yoga --enable --disable", "got both"],
    ["webhooks deliveries webhook_1 --app yoga --limit 0", "--limit: expected"],
  ])("%s is refused: %s", async (line, message) => {
    await using io = await server.openIo();
    expect(await run(io, line)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test.each([
    "webhooks view webhook_nobody",
    "webhooks update webhook_nobody --disable",
    "webhooks test webhook_nobody",
    "webhooks deliveries webhook_nobody",
    "webhooks remove webhook_nobody --confirm",
  ])("%s tells that there is no such webhook", async (line) => {
    await using io = await server.openIo();
    expect(await run(io, `${line} --app yoga --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "NOT_FOUND" });
  });

  test("is for admins", async () => {
    await using io = await server.openIo({ role: "publisher" });
    expect(await run(io, "webhooks list --app yoga --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "FORBIDDEN" });
  });
});
