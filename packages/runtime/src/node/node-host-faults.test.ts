import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectRaw } from "../testing/raw-http.ts";
import type { RawConnection } from "../testing/raw-http.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { compileTestFlow } from "../testing/test-flow.ts";
import { readDecisions, signedBody, startTestHost, TEST_PATH } from "../testing/test-host.ts";
import type { TestHost, TestHostOptions } from "../testing/test-host.ts";
import { openLocalPublisher } from "./local-publisher.ts";

async function startHost(options: Partial<TestHostOptions> = {}): Promise<TestHost> {
  return startTestHost({ directory: await temporaryDirectory(), ...options });
}

/** A request whose body is awaited: the answer is under way. */
async function beginRequest(host: TestHost, body: string): Promise<RawConnection> {
  const connection = await connectRaw(host.url);
  connection.write(
    `POST ${TEST_PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n` +
      "expect: 100-continue\r\n\r\n",
  );
  await connection.received(/^HTTP\/1\.1 100/);
  return connection;
}

describe("startNodeHost() refuses to start", () => {
  test("on a port that is taken, and lets go of what it opened", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(startHost({ port })).rejects.toMatchObject({ code: "PORT_TAKEN" });
  });

  test("with a runtime secret that is none", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "runtime-secret"), "x", { mode: 0o600 });
    await expect(startHost({ directory })).rejects.toMatchObject({
      code: "RUNTIME_SECRET_INVALID",
    });
  });
});

describe("startNodeHost() at its end", () => {
  test("finishes the answer under way, takes no new connection, and has the decision", async () => {
    const host = await startHost();
    const requestIdentifier = randomUUID();
    const body = host.body({ requestIdentifier });
    const connection = await beginRequest(host, body);
    const closed = host.close();
    await expect(connectRaw(host.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    connection.write(body);
    expect(await connection.closed()).toContain("HTTP/1.1 200");
    await closed;
    expect(await host.decisions()).toMatchObject([{ requestIdentifier }]);
  });

  test("asks those who keep their connection to close it", async () => {
    const host = await startHost();
    const body = host.body();
    const connection = await beginRequest(host, body);
    const closed = host.close();
    connection.write(`${body}GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    const text = await connection.closed();
    expect(text).toContain('{"ready":false,"reason":"shutting down"}');
    expect(text.slice(text.lastIndexOf("HTTP/1.1 503")).toLowerCase()).toContain(
      "connection: close",
    );
    await closed;
  });

  test("starts again with everything it had", async () => {
    const directory = await temporaryDirectory();
    const first = await startHost({ directory });
    await first.ask();
    await first.close();
    const { store } = first;
    const second = await startHost({ directory, store, published: false });
    onTestFinished(() => second.close());
    expect((await second.ask()).status).toBe(200);
    const [one, other] = await second.decisions();
    expect(one?.subject.pseudonym).toBe(other?.subject.pseudonym);
    expect(one?.subject.sealedId).not.toBe(other?.subject.sealedId);
  });
});

test("startNodeHost() takes over a publication between two requests", async () => {
  const host = await startHost();
  onTestFinished(() => host.close());
  await host.ask();
  await host.publish();
  await expect.poll(async () => host.metrics()).toMatch(/_publication_sequence\{.*\} 2$/m);
  expect((await host.ask()).status).toBe(200);
});

describe("startNodeHost() without a disk to write on", () => {
  const decisions = "decisions.ndjson";

  test.each<[string, string, (path: string) => Promise<unknown>, boolean]>([
    ["cannot be opened", "EISDIR", (path) => mkdir(path), true],
    ["is full", "ENOSPC", (path) => symlink("/dev/full", path), existsSync("/dev/full")],
  ])("answers when the file %s, and is not ready", async (_, code, breakFile, isPossible) => {
    if (!isPossible) return;
    const directory = await temporaryDirectory();
    const path = join(directory, decisions);
    await breakFile(path);
    const host = await startHost({ directory });
    onTestFinished(() => host.close());
    const identifiers = [randomUUID(), randomUUID()];
    for (const requestIdentifier of identifiers) {
      expect((await host.ask({ requestIdentifier })).status).toBe(200);
    }
    const reason = `decisions cannot be written (${code})`;
    const [health, ready] = [await host.get("/healthz"), await host.get("/readyz")];
    expect([health.status, await health.json()]).toMatchObject([200, { ok: true, store: reason }]);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, reason }]);
    expect(await host.metrics()).toContain("\nholdfast_decisions_pending 2\n");
    await rm(path, { recursive: true });
    await expect.poll(async () => (await host.get("/readyz")).status, { timeout: 5000 }).toBe(200);
    expect((await host.decisions()).map((record) => record.requestIdentifier)).toEqual(identifiers);
  });

  test("writes what waits at its end, when it can", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, decisions);
    await mkdir(path);
    const host = await startHost({ directory });
    const requestIdentifier = randomUUID();
    await host.ask({ requestIdentifier });
    await rm(path, { recursive: true });
    await host.close();
    expect(await host.decisions()).toMatchObject([{ requestIdentifier }]);
  });

  test("answers when its own copies of publications cannot be written", async () => {
    const host = await startHost();
    onTestFinished(() => host.close());
    await rm(join(host.directory, "last-good"), { recursive: true });
    await writeFile(join(host.directory, "last-good"), "");
    await host.publish();
    await host.refresh();
    expect((await host.ask()).status).toBe(200);
    expect(host.log.join("")).toContain("lastGoodNotKept");
  });
});

const HOST_SCRIPT = fileURLToPath(new URL("../testing/run-test-host.ts", import.meta.url));

/** Starts a host as a process of its own. */
async function startChild(directory: string, rootPem: string) {
  const child = spawn(process.execPath, [HOST_SCRIPT, directory, rootPem], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, url: await firstLine(child.stdout) };
}

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) return line;
  throw new Error("the host said nothing");
}

describe("a host that is killed", () => {
  test("has recorded every request it answered", async () => {
    const directory = await temporaryDirectory();
    const store = await createTestAppStore();
    const publisher = await openLocalPublisher(directory, {});
    await publisher.publish({
      app: "test",
      snapshot: compileTestFlow(),
      publishedAt: Date.now(),
    });
    const { child, url } = await startChild(directory, store.rootPem);
    const answered: string[] = [];
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const askOn = async (): Promise<void> => {
      for (;;) {
        const requestIdentifier = randomUUID();
        const body = signedBody(store, { requestIdentifier });
        const response = await fetch(`${url}${TEST_PATH}`, {
          method: "POST",
          body: Buffer.from(body),
        });
        await response.text();
        if (response.status === 200) answered.push(requestIdentifier);
        if (answered.length >= 200) child.kill("SIGKILL");
      }
    };
    // Each asks until the connection breaks.
    await Promise.allSettled(Array.from({ length: 10 }, askOn));
    await exited;
    const recorded = new Set(
      (await readDecisions(directory)).map((record) => record.requestIdentifier),
    );
    expect(answered.length).toBeGreaterThanOrEqual(200);
    expect(answered.filter((identifier) => !recorded.has(identifier))).toEqual([]);
  });
});
