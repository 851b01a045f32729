import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { routes } from "@holdfast/api";
import { createApiClient } from "@holdfast/api/client";
import { expect, onTestFinished, test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { implementEvents } from "./index.ts";
import type { Feature } from "./index.ts";
import { openTestControl } from "./testing/test-control.ts";
import type { TestControl } from "./testing/test-control.ts";

/** Serves a control plane on loopback, as the composition does. */
async function serve({ app }: TestControl): Promise<string> {
  const listener = getRequestListener((request) => app.fetch(request, { address: "127.0.0.1" }));
  const server = createServer((incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

test("the typed client makes, lists and edits over a real connection", async () => {
  const control = await openTestControl(SQLITE);
  const token = await control.token(await control.setUp(), "admin");
  const client = createApiClient({ baseUrl: await serve(control), token });
  const made = await client.call(routes.createToken, {
    body: { name: "CI", role: "viewer", apps: ["yoga"] },
  });
  expect(made.body.secret).toMatch(/^hf_/);
  const names: string[] = [];
  for await (const entry of client.items(routes.listTokens, { query: { limit: 1 } })) {
    names.push(entry.name);
  }
  expect(names).toEqual(["CI", "a admin"]);
  const [person] = (await client.call(routes.listPeople)).body.items;
  const params = { person: person?.id ?? "" };
  const { etag } = await client.call(routes.readPerson, { params });
  const edited = await client.call(routes.updatePerson, {
    params,
    ifMatch: etag,
    body: { name: "Ada L." },
  });
  expect(edited.body.name).toBe("Ada L.");
  expect(edited.etag).not.toBe(etag);
  const stale = client.call(routes.updatePerson, { params, ifMatch: etag, body: {} });
  await expect(stale).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});

test("a caller who leaves ends their event stream", async () => {
  const ended = Promise.withResolvers<"ended">();
  let streams = 0;
  async function* events(signal: AbortSignal) {
    streams += 1;
    try {
      const data = { app: "yoga", environment: "sandbox", what: "live", sequence: 1 };
      yield { event: "changed", data };
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve, { once: true });
      });
    } finally {
      ended.resolve("ended");
    }
  }
  const feature: Feature = {
    operations: [
      implementEvents(routes.watchSnapshots, async (_, { signal }) => events(signal), {
        heedsApps: true,
      }),
    ],
  };
  const control = await openTestControl(SQLITE, { features: [feature] });
  const token = await control.token(await control.setUp(), "runtime");
  const leaving = new AbortController();
  const base = await serve(control);
  const response = await fetch(`${base}${routes.watchSnapshots.path}`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  let text = "";
  while (!text.includes('"sequence":1')) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  const head = await fetch(`${base}${routes.watchSnapshots.path}`, {
    method: "HEAD",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(head.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(streams).toBe(1);
  leaving.abort();
  expect(await ended.promise).toBe("ended");
});
