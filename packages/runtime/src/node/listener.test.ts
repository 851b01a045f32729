import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { MAX_BODY_BYTES } from "../answer/receive.ts";
import { connectRaw, exchangeRaw } from "../testing/raw-http.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { startTestHost, TEST_PATH } from "../testing/test-host.ts";
import type { TestHost } from "../testing/test-host.ts";

const OPS_TOKEN = "ops-token-0123456789";

let directory = "";
let host: TestHost;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-listener-"));
  host = await startTestHost({
    directory,
    opsToken: OPS_TOKEN,
    config: ({ rootPem }) => {
      const environments = { sandbox: { trustedRoots: [rootPem] }, production: {} };
      const app = { bundleId: "com.example.test", appAppleId: 6_745_974_592, environments };
      return { apps: { test: app } };
    },
  });
});
afterAll(async () => {
  await host.close();
  await rm(directory, { recursive: true });
});

/** Sends one request with these header lines and returns its status line and body. */
async function raw(
  target: string,
  { method = "GET", headers = ["host: 127.0.0.1"], body = "", version = "1.1" } = {},
): Promise<{ readonly status: number; readonly text: string; readonly body: string }> {
  const lines = [`${method} ${target} HTTP/${version}`, ...headers, "connection: close"];
  const text = await exchangeRaw(host.url, `${lines.join("\r\n")}\r\n\r\n${body}`);
  const [head = "", ...rest] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), text: head, body: rest.join("\r\n\r\n") };
}

describe("/healthz", () => {
  const label: unknown = expect.stringMatching(/^test_sandbox_\d{4}_\d\d_\d\d_1$/);

  test.each(["", "?app=test&environment=sandbox", "?environment=sandbox"])(
    "is exactly what was promised, asked with %j",
    async (query) => {
      const response = await host.get(`/healthz${query}`);
      expect([response.status, await response.text()]).toEqual([
        200,
        expect.stringMatching(
          /^\{"ok":true,"runtime":"node","snapshot":"test_sandbox_\d{4}_\d\d_\d\d_1","store":"ready"\}$/,
        ),
      ]);
    },
  );

  test.each([
    ["?app=test&environment=production", "nothing is published yet"],
    ["?app=test", "nothing is published yet"],
    ["?app=nobody", "no such app and environment is configured"],
    ["?app=__proto__", "no such app and environment is configured"],
    ["?environment=moon", "no such app and environment is configured"],
    ["?environment=", "no such app and environment is configured"],
  ])("is 503 with the reason, asked with %s", async (query, reason) => {
    const response = await host.get(`/healthz${query}`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ok: false, runtime: "node", reason });
  });

  test("is 503 while nothing is live, and says what is wrong with the newest publication", async () => {
    const own = await startTestHost({ directory: await temporaryDirectory(), published: false });
    onTestFinished(() => own.close());
    const response = await own.get("/healthz");
    expect([response.status, await response.json()]).toEqual([
      503,
      { ok: false, runtime: "node", store: "ready", reason: "nothing is published yet" },
    ]);
    expect((await own.get("/readyz")).status).toBe(503);
    expect((await own.ask()).status).toBe(503);
    await own.publish();
    await own.refresh();
    expect(await (await own.get("/healthz")).json()).toMatchObject({ ok: true, snapshot: label });
    expect((await own.get("/readyz")).status).toBe(200);
  });

  test("warns of a production root that is not Apple's", async () => {
    const own = await startTestHost({
      directory: await temporaryDirectory(),
      config: ({ rootPem }) => ({
        apps: {
          test: {
            bundleId: "com.example.test",
            appAppleId: 1,
            environments: { sandbox: {}, production: { trustedRoots: [rootPem] } },
          },
        },
        allowNonAppleProductionRoots: true,
      }),
    });
    onTestFinished(() => own.close());
    expect(await (await own.get("/healthz")).json()).toMatchObject({
      ok: true,
      warnings: ["test production trusts a root that is not Apple's"],
    });
  });

  test("answers HEAD without a body, and POST not at all", async () => {
    const head = await raw("/healthz", { method: "HEAD" });
    expect([head.status, head.body]).toEqual([200, ""]);
    expect((await host.post("{}", { path: "/healthz" })).status).toBe(404);
  });

  test("is for everyone", async () => {
    const headers = ["host: holdfast.example.com", "x-forwarded-for: 203.0.113.7"];
    expect((await raw("/healthz", { headers })).status).toBe(200);
  });
});

describe.each(["/metrics", "/readyz"])("%s", (path) => {
  test.each([
    ["this machine", ["host: 127.0.0.1:8787"]],
    ["this machine by name", ["host: localhost:8787"]],
    ["this machine by IPv6", ["host: [::1]:8787"]],
    ["another with the token", ["host: a.example", `authorization: Bearer ${OPS_TOKEN}`]],
    [
      "a proxy with the token",
      ["host: a.example", "x-forwarded-for: 203.0.113.7", `authorization: Bearer ${OPS_TOKEN}`],
    ],
  ])("is for %s", async (_, headers) => {
    expect((await raw(path, { headers })).status).toBe(200);
  });

  test.each([
    ["X-Forwarded-For", ["host: 127.0.0.1", "X-Forwarded-For: 127.0.0.1"]],
    ["an empty X-Forwarded-For", ["host: 127.0.0.1", "X-Forwarded-For:"]],
    ["Forwarded", ["host: 127.0.0.1", "forwarded: for=127.0.0.1"]],
    ["Via", ["host: 127.0.0.1", "via: 1.1 proxy"]],
    ["X-Real-IP", ["host: 127.0.0.1", "x-real-ip: 127.0.0.1"]],
    ["X-Forwarded-Proto", ["host: 127.0.0.1", "x-forwarded-proto: https"]],
    ["another Host", ["host: holdfast.example.com"]],
    ["a Host that only begins like this machine", ["host: 127.0.0.1.example.com"]],
    ["a Host of another that resolves to here", ["host: localhost.example.com:8787"]],
    ["a wrong token", ["host: 127.0.0.1", "authorization: Bearer ops-token-9876543210"]],
    ["a part of the token", ["host: 127.0.0.1", `authorization: Bearer ${OPS_TOKEN.slice(1)}`]],
    ["a longer token", ["host: 127.0.0.1", `authorization: Bearer ${OPS_TOKEN}0`]],
    ["no scheme", ["host: 127.0.0.1", `authorization: ${OPS_TOKEN}`]],
    ["an empty Authorization", ["host: 127.0.0.1", "authorization:"]],
    ["an empty token", ["host: 127.0.0.1", "authorization: Bearer"]],
  ])("is 404 with %s", async (_, headers) => {
    const { status, body } = await raw(path, { headers });
    expect([status, JSON.parse(body)]).toEqual([
      404,
      { code: "PATH_UNKNOWN", message: "no such path" },
    ]);
  });

  test.each([
    `${TEST_PATH}/../../../..${path}`,
    `/apple/retention/..%2f..${path}`,
    `//127.0.0.1${path}`,
    `${path}/`,
    `${path}%00`,
    `/.${path}`,
    `/x/..${path}`,
  ])("is behind no other way: %s", async (target) => {
    const headers = ["host: 127.0.0.1", "x-forwarded-for: 203.0.113.7"];
    expect((await raw(target, { headers })).status).toBe(404);
  });
});

test("/metrics is for nobody else where there is no token", async () => {
  const own = await startTestHost({ directory: await temporaryDirectory() });
  onTestFinished(() => own.close());
  const statuses = await Promise.all(
    ["Bearer undefined", "Bearer", "Bearer "].map(
      async (authorization) => (await own.get("/metrics", { authorization })).status,
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
});

function length(body: string): string {
  return `content-length: ${Buffer.byteLength(body)}`;
}

describe("the listener", () => {
  test.each([
    ["a whole URL as its target", (url: string) => url + TEST_PATH, ["host: a.example"]],
    ["another scheme's URL", () => `https://a.example${TEST_PATH}`, ["host: 127.0.0.1"]],
    ["a Host in capitals", () => TEST_PATH, ["host: A.EXAMPLE.COM"]],
    ["a Host with a port", () => TEST_PATH, ["host: a.example:443"]],
    ["an IPv6 Host", () => TEST_PATH, ["host: [::1]:8787"]],
  ])("answers a request with %s", async (_, target, headers) => {
    const body = host.body();
    const answer = await raw(target(host.url), {
      method: "POST",
      headers: [...headers, length(body)],
      body,
    });
    expect(answer.status).toBe(200);
  });

  test("answers HTTP/1.0 without a Host", async () => {
    const body = host.body();
    const answer = await raw(TEST_PATH, {
      method: "POST",
      headers: [length(body)],
      body,
      version: "1.0",
    });
    expect(answer.status).toBe(200);
  });

  test("waits with the body until it said to go on, when it is asked to", async () => {
    const body = host.body();
    const connection = await connectRaw(host.url);
    connection.write(
      `POST ${TEST_PATH} HTTP/1.1\r\nhost: x\r\n${length(body)}\r\n` +
        "expect: 100-continue\r\nconnection: close\r\n\r\n",
    );
    await connection.received(/^HTTP\/1\.1 100/);
    connection.write(body);
    expect(await connection.closed()).toContain("HTTP/1.1 200");
  });

  test.each<[string, number, string, string[], string]>([
    ["an unknown expectation", 417, TEST_PATH, ["host: x", "expect: tea"], "POST"],
    ["no Host in HTTP/1.1", 400, TEST_PATH, [], "POST"],
    ["a Host that is none", 404, TEST_PATH, ["host: a b/c"], "POST"],
    ["a Host with a path", 404, "/", [`host: x${TEST_PATH}`], "POST"],
    ["a Host with a user", 404, TEST_PATH, ["host: user@x"], "POST"],
    ["two Hosts", 400, TEST_PATH, ["host: x", "host: y"], "POST"],
    ["a target that is a star", 404, "*", ["host: x"], "OPTIONS"],
    ["a target without a slash", 400, "apple", ["host: x"], "POST"],
    ["a URL that is none", 404, "http://[", ["host: x"], "POST"],
    ["a backslash in its path", 404, `/apple\\retention/test/sandbox`, ["host: x"], "POST"],
    ["TRACE", 405, TEST_PATH, ["host: x"], "TRACE"],
    ["HEAD", 405, TEST_PATH, ["host: x"], "HEAD"],
    ["an upgrade", 400, TEST_PATH, ["host: x", "upgrade: websocket"], "POST"],
    ["two lengths", 400, TEST_PATH, ["host: x", "content-length: 1", "content-length: 2"], "POST"],
    ["a length that is none", 400, TEST_PATH, ["host: x", "content-length: 0x10"], "POST"],
    ["a negative length", 400, TEST_PATH, ["host: x", "content-length: -1"], "POST"],
    [
      "a length and chunks",
      400,
      TEST_PATH,
      ["host: x", "content-length: 5", "transfer-encoding: chunked"],
      "POST",
    ],
    [
      "an unknown transfer encoding",
      400,
      TEST_PATH,
      ["host: x", "transfer-encoding: gzip"],
      "POST",
    ],
    ["too large a header", 431, TEST_PATH, ["host: x", `x: ${"y".repeat(17_000)}`], "POST"],
  ])("refuses %s with %i", async (_, status, target, headers, method) => {
    expect((await raw(target, { method, headers })).status).toBe(status);
  });

  test("closes after a body that is too large, without reading it", async () => {
    const declared = await raw(TEST_PATH, {
      method: "POST",
      headers: ["host: x", `content-length: ${10 * MAX_BODY_BYTES}`],
    });
    expect(declared.status).toBe(413);
    expect(declared.text.toLowerCase()).toContain("connection: close");
    const connection = await connectRaw(host.url);
    connection.write(`POST ${TEST_PATH} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    connection.write(`${(MAX_BODY_BYTES + 1).toString(16)}\r\n${"x".repeat(MAX_BODY_BYTES + 1)}`);
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 413/);
  });

  test.each([
    ["declared", "content-length: 5000"],
    ["in chunks", "transfer-encoding: chunked"],
  ])("counts a body, %s, that breaks off as the sender's fault", async (_, framing) => {
    const { length: before } = host.events;
    const connection = await connectRaw(host.url);
    connection.write(
      `POST ${TEST_PATH} HTTP/1.1\r\nhost: x\r\n${framing}\r\nexpect: 100-continue\r\n\r\n`,
    );
    await connection.received(/^HTTP\/1\.1 100/);
    connection.write("5\r\n{");
    connection.destroy();
    await expect.poll(() => host.events.slice(before)).toHaveLength(1);
    expect(host.events.at(-1)).toMatchObject({
      outcome: "refused",
      code: "BODY_INCOMPLETE",
      app: "test",
    });
  });

  test("decides, and goes on, when nobody waits for the answer any more", async () => {
    const requestIdentifier = randomUUID();
    const body = host.body({ requestIdentifier });
    const connection = await connectRaw(host.url);
    connection.write(`POST ${TEST_PATH} HTTP/1.1\r\nhost: x\r\n${length(body)}\r\n\r\n${body}`);
    connection.end();
    await expect
      .poll(async () => (await host.decisions()).at(-1)?.requestIdentifier)
      .toBe(requestIdentifier);
    expect((await host.ask()).status).toBe(200);
  });
});
