import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createClientAddress } from "./client-address.ts";

async function addressSeen(trusted: readonly string[], forwarded?: string): Promise<string> {
  const addressOf = createClientAddress(trusted);
  const server = createServer((incoming, outgoing) => outgoing.end(addressOf(incoming)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    // A listening TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    const headers = forwarded === undefined ? {} : { "X-Forwarded-For": forwarded };
    return await (await fetch(`http://127.0.0.1:${port}/`, { headers })).text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each([
  ["nobody is trusted", [], "203.0.113.9", "127.0.0.1"],
  ["the proxy is trusted", ["127.0.0.1"], "203.0.113.9", "203.0.113.9"],
  ["a group of proxies is trusted", ["loopback"], "203.0.113.9", "203.0.113.9"],
  ["the client itself wrote a further entry", ["loopback"], "10.9.9.9, 203.0.113.9", "203.0.113.9"],
  ["two proxies are trusted", ["loopback", "10.0.0.0/8"], "203.0.113.9, 10.0.0.7", "203.0.113.9"],
  ["the proxy wrote nothing", ["loopback"], undefined, "127.0.0.1"],
])("createClientAddress() where %s", async (_, trusted, forwarded, expected) => {
  expect(await addressSeen(trusted, forwarded)).toBe(expected);
});

test("createClientAddress() refuses what is no address", () => {
  expect(() => createClientAddress(["everyone"])).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
