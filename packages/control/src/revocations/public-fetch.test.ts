import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { createPublicFetch } from "./public-fetch.ts";

/** A server on this machine that says what it was asked, and remembers how often. */
async function listening() {
  const asked: string[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    asked.push(`${request.method} ${request.headers.host} ${request.url} ${await text(request)}`);
    const status = Number(request.url?.match(/^\/(\d+)$/)?.[1] ?? 200);
    response.writeHead(status, { location: "/" }).write("said");
    if (request.url !== "/slow") response.end();
  }
  const server = createServer((...exchange) => void answer(...exchange));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listener on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return { asked, port };
}

/** Takes this machine for the public internet, and leads every name there. */
const here = createPublicFetch({
  resolve: async () => ({ address: "127.0.0.1" }),
  isAllowed: (address) => address === "127.0.0.1",
});

describe("createPublicFetch()", () => {
  test("asks at the address it has checked, by the host's own name", async () => {
    const { asked, port } = await listening();
    const body = new TextEncoder().encode("a request");
    const response = await here(`http://ocsp.example.com:${port}/ocsp?a=1`, {
      method: "POST",
      body,
    });
    expect([response.status, await response.text()]).toEqual([200, "said"]);
    expect(asked).toEqual([`POST ocsp.example.com:${port} /ocsp?a=1 a request`]);
  });

  test("follows no redirect", async () => {
    const { asked, port } = await listening();
    expect((await here(`http://ocsp.example.com:${port}/302`)).status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  test.each([999, 204])("rejects by an answer with the status %i, and lives", async (status) => {
    const { port } = await listening();
    await expect(here(`http://ocsp.example.com:${port}/${status}`)).rejects.toThrow();
  });

  test("rejects when the signal ends it", async () => {
    const { port } = await listening();
    const signal = AbortSignal.abort();
    await expect(here(`http://ocsp.example.com:${port}/`, { signal })).rejects.toThrow("abort");
  });

  test("rejects where nobody listens, and ends reading when the signal does", async () => {
    await expect(here("http://ocsp.example.com:1/")).rejects.toThrow("ECONNREFUSED");
    const { port } = await listening();
    const ending = new AbortController();
    const response = await here(`http://ocsp.example.com:${port}/slow`, { signal: ending.signal });
    ending.abort();
    await expect(response.text()).rejects.toThrow();
  });

  test.each(["localhost", "127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])(
    "sends nothing to this machine by the name of %s",
    async (host) => {
      const { asked, port } = await listening();
      await expect(createPublicFetch()(`http://${host}:${port}/`)).rejects.toThrow(
        "public internet",
      );
      expect(asked).toEqual([]);
    },
  );

  test.each(["http://10.1.2.3/", "http://169.254.169.254/latest/meta-data/"])(
    "refuses %s",
    async (url) => {
      await expect(createPublicFetch()(url)).rejects.toThrow("public internet");
    },
  );

  test("refuses what is not plain http", async () => {
    await expect(here("https://ocsp.example.com/")).rejects.toThrow("plain http");
  });
});
