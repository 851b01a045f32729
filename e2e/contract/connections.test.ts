import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_BODY_BYTES } from "../../packages/runtime/src/answer/receive.ts";
import { connectRaw, exchangeRaw } from "../../packages/runtime/src/testing/raw-http.ts";
import { ask } from "./ask.ts";
import { CONTRACT_PATH, createContractApp } from "./contract-app.ts";
import { HOSTS, startForTest } from "./contract-hosts.ts";
import type { StartedHost } from "./contract-hosts.ts";

const POST = `POST ${CONTRACT_PATH} HTTP/1.1\r\nhost: x\r\n`;

function length(body: string): string {
  return `content-length: ${Buffer.byteLength(body)}`;
}

describe.each(HOSTS)("the host on %s", (_, start) => {
  let started: StartedHost;
  beforeAll(async () => {
    const app = await createContractApp();
    started = { app, host: await start({ app, values: [await app.live()] }) };
  });
  afterAll(() => started.host.close());

  test("answers two requests in one go, in order", async () => {
    const { app, host } = started;
    const bodies = [app.body({ productId: "p.plain" }), app.body({ appAppleId: 1 })];
    const text = await exchangeRaw(
      host.url,
      bodies
        .map((body, index) => {
          const connection = index === 0 ? "keep-alive" : "close";
          return `${POST}${length(body)}\r\nconnection: ${connection}\r\n\r\n${body}`;
        })
        .join(""),
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 403"]);
  });

  test("refuses a body in chunks as soon as it is too large", async () => {
    const connection = await connectRaw(started.host.url);
    connection.write(`${POST}transfer-encoding: chunked\r\n\r\n`);
    connection.write(`${(MAX_BODY_BYTES + 1).toString(16)}\r\n${"x".repeat(MAX_BODY_BYTES + 1)}`);
    expect(await connection.received(/^HTTP\/1\.1 \d+/)).toMatch(/^HTTP\/1\.1 413/);
    connection.destroy();
  });

  test("refuses a body that says it is too large, without waiting for it", async () => {
    const connection = await connectRaw(started.host.url);
    connection.write(`${POST}content-length: ${10 * MAX_BODY_BYTES}\r\n\r\n`);
    expect(await connection.received(/^HTTP\/1\.1 \d+/)).toMatch(/^HTTP\/1\.1 413/);
    connection.destroy();
  });

  test.each([
    ["declared", "content-length: 5000"],
    ["in chunks", "transfer-encoding: chunked"],
  ])("goes on after a body, %s, that breaks off", async (__, framing) => {
    const connection = await connectRaw(started.host.url);
    connection.write(`${POST}${framing}\r\n\r\n5\r\n{`);
    connection.destroy();
    expect((await ask(started)).status).toBe(200);
  });

  test("goes on after a connection that breaks off in its headers", async () => {
    const connection = await connectRaw(started.host.url);
    connection.write(`${POST}x`);
    connection.destroy();
    expect((await ask(started)).status).toBe(200);
  });
});

test.each(HOSTS)(
  "the host on %s answers others whose first request goes away",
  async (_, start) => {
    const started = await startForTest(start);
    const { app, host } = started;
    // What the first request begins to load, the next ones wait for.
    for (let request = 0; request < 8; request += 1) {
      const body = app.body();
      const connection = await connectRaw(host.url);
      connection.write(`${POST}${length(body)}\r\n\r\n${body}`);
      connection.destroy();
    }
    const asked = Array.from({ length: 8 }, () => randomUUID());
    const answers = await Promise.all(
      asked.map((requestIdentifier) => ask(started, { requestIdentifier })),
    );
    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
    await expect
      .poll(async () => (await host.decisions()).map((decision) => decision.requestIdentifier))
      .toEqual(expect.arrayContaining(asked));
  },
);
