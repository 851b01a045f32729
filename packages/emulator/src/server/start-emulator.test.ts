import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createEmulator } from "../emulator/create-emulator.ts";
import { startAnsweringServer } from "../testing/answering-server.ts";
import { textLike } from "../testing/matching.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { startEmulator } from "./start-emulator.ts";

describe("startEmulator()", () => {
  test("throws PORT_TAKEN, and says which, when somebody listens there", async () => {
    await using taken = await startAnsweringServer(() => undefined);
    const port = Number(new URL(taken.url).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: textLike(String(port)),
    });
  });

  test.each(["0.0.0.0", "::", "192.168.1.1", "example.com", "127.0.0.1.example.com"])(
    "throws ADDRESS_NOT_LOOPBACK for %s",
    async (host) => {
      await expect(startEmulator({ host, port: 0 })).rejects.toMatchObject({
        code: "ADDRESS_NOT_LOOPBACK",
      });
    },
  );

  test("throws LISTEN_FAILED for a port there cannot be", async () => {
    await expect(startEmulator({ port: 70_000 })).rejects.toMatchObject({ code: "LISTEN_FAILED" });
  });

  test("frees its port when it cannot be made", async () => {
    using directory = makeTemporaryDirectory();
    writeFileSync(join(directory.path, "world.json"), "{");
    await using probe = await startAnsweringServer(() => undefined);
    const port = Number(new URL(probe.url).port);
    await probe[Symbol.asyncDispose]();
    const options = { port, directory: directory.path };
    await expect(startEmulator(options)).rejects.toMatchObject({ code: "STATE_UNREADABLE" });
    const emulator = await startEmulator({ port });
    expect(emulator.port).toBe(port);
    await emulator.close();
  });

  test("ends with close(): nobody is answered any more, the port is free", async () => {
    const emulator = await startEmulator({ port: 0 });
    const address = `${emulator.url}/healthz`;
    expect((await fetch(address)).status).toBe(200);
    await emulator.close();
    await expect(fetch(address)).rejects.toThrow(TypeError);
    const again = await startEmulator({ port: emulator.port });
    await again.close();
    await again.close();
  });

  test("names its own address in certificates and credentials", async () => {
    const emulator = await startEmulator({ port: 0 });
    const { leaf } = emulator.authority.certificates;
    expect(Buffer.from(leaf.certificate.rawData).includes(`${emulator.url}/ocsp`)).toBe(true);
    expect(emulator.credentials("yoga").sandboxBaseUrl).toBe(`${emulator.url}/sandbox`);
    await emulator.close();
  });
});

test("createEmulator() answers without listening", async () => {
  const emulator = await createEmulator({ baseUrl: "http://localhost:9000" });
  const response = await emulator.fetch(new Request("http://localhost:9000/healthz"));
  expect(await response.json()).toEqual({ ok: true });
  expect(emulator.credentials("seed")).toMatchObject({
    keyId: "MXT7J9D2",
    issuerId: "57246542-96fe-1a63-e053-0824d011072a",
    originalTransactionId: "2000000000000000",
    productId: "com.example.monthly",
    sandboxBaseUrl: "http://localhost:9000/sandbox",
  });
});

test("createEmulator() tells whoever wants to know of an error of its own", async () => {
  using directory = makeTemporaryDirectory();
  const told: unknown[] = [];
  const emulator = await createEmulator({
    directory: directory.path,
    onInternalError: (error) => told.push(error),
  });
  // Where the world is to be written there is a directory now.
  mkdirSync(join(directory.path, "world.json"));
  const url = "http://localhost/emulator/apps/yoga/performance-test-pass";
  const response = await emulator.fetch(new Request(url, { method: "POST" }));
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ code: "INTERNAL", message: "an internal error" });
  expect(told).toMatchObject([{ code: "EISDIR" }]);
});
