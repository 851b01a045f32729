import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { inspectTls } from "./inspect-tls.ts";
import type { TlsOptions } from "./inspect-tls.ts";
import { startTlsServer } from "./testing/tls-server.ts";
import type { TlsServer, TlsServerOptions } from "./testing/tls-server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const { signal } = new AbortController();

function start(options: Omit<TlsServerOptions, "listener"> = {}): Promise<TlsServer> {
  return startTlsServer({ listener: (_, response) => response.end(), ...options });
}

async function inspect(server: TlsServer, options: Partial<TlsOptions> = {}) {
  const now = Date.now();
  const { findings, ...rest } = await inspectTls(new URL(server.url), {
    ca: server.ca,
    now,
    signal,
    ...options,
  });
  const statuses = Object.fromEntries(findings.map(({ code, status }) => [code, status]));
  return { ...rest, statuses, said: findings.map(({ message }) => message).join("\n") };
}

describe("inspectTls()", () => {
  test("finds nothing wrong with a good certificate, and names the chain", async () => {
    await using server = await start();
    const found = await inspect(server);
    expect(found).toMatchObject({
      isTrusted: true,
      protocol: "TLSv1.3",
      statuses: { TLS_CERTIFICATE: "ok", TLS_EXPIRY: "ok", TLS_PROTOCOL: "ok" },
    });
    expect(found.chain).toEqual(["Test Endpoint", "Test Authority"]);
  });

  test("tells of an authority nobody trusts", async () => {
    await using server = await start();
    const found = await inspect(server, { ca: undefined });
    expect(found).toMatchObject({ isTrusted: false, statuses: { TLS_CERTIFICATE: "fail" } });
    expect(found.said).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });

  test("tells of a certificate for another host", async () => {
    await using server = await start({ address: "127.0.0.2" });
    const found = await inspect(server);
    expect(found).toMatchObject({ isTrusted: false, statuses: { TLS_CERTIFICATE: "fail" } });
    expect(found.said).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("tells of a certificate that has ended", async () => {
    await using server = await start({ notAfter: new Date(Date.now() - DAY_MS) });
    expect(await inspect(server)).toMatchObject({
      isTrusted: false,
      statuses: { TLS_CERTIFICATE: "fail", TLS_EXPIRY: "fail" },
    });
  });

  test("warns of a certificate that ends soon", async () => {
    await using server = await start({ notAfter: new Date(Date.now() + 13 * DAY_MS) });
    expect(await inspect(server)).toMatchObject({
      isTrusted: true,
      statuses: { TLS_EXPIRY: "warn" },
    });
  });

  test("is content with TLS 1.2 alone, and warns when it is refused", async () => {
    await using only12 = await start({ maxVersion: "TLSv1.2" });
    expect(await inspect(only12)).toMatchObject({
      protocol: "TLSv1.2",
      statuses: { TLS_PROTOCOL: "ok" },
    });
    await using only13 = await start({ minVersion: "TLSv1.3" });
    expect(await inspect(only13)).toMatchObject({ statuses: { TLS_PROTOCOL: "warn" } });
  });

  test("tells of a port that does not speak TLS", async () => {
    const server = createServer((socket) =>
      socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on a port has an address of this shape.
    const { port } = server.address() as AddressInfo;
    try {
      const url = new URL(`https://127.0.0.1:${port}/`);
      expect(await inspectTls(url, { now: 0, signal })).toMatchObject({
        isTrusted: false,
        protocol: undefined,
        findings: [{ code: "TLS_PROTOCOL", status: "fail" }],
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test("throws when there is no connection", async () => {
    const url = new URL("https://127.0.0.1:9/");
    await expect(inspectTls(url, { now: 0, signal })).rejects.toThrow("ECONNREFUSED");
  });
});
