import { randomBytes } from "node:crypto";
import { startEmulator } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import {
  postgresEngines,
  temporaryDirectory,
} from "../packages/control/src/storage/testing/engines.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import { answeredMessage, flowAnswering, publishMessage } from "./live-message.ts";
import { addEmulatedApp, startServeProcess } from "./serve-process.ts";
import type { ServeProcess } from "./serve-process.ts";

const FIRST = "00000000-0000-4000-8000-000000000001";
const SECOND = "00000000-0000-4000-8000-000000000002";

/** How many requests of the App Store are looked at while something is away. */
const REQUESTS = 40;

/** Calls the API without the client, which would wait and try again. */
async function callApi(
  { url, token }: ServeProcess,
  { method, path, body }: { method: string; path: string; body?: unknown },
) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, retryAfter: response.headers.get("retry-after") };
}

const READ = { method: "GET", path: "/v1/apps" };
const WRITE = {
  method: "POST",
  path: "/v1/apps/yoga/versions",
  body: { source: flowAnswering(SECOND) },
};

/** Expects reading and writing to be refused for now, with nothing of the database in the answer. */
async function expectAway(server: ServeProcess): Promise<void> {
  for (const request of [READ, WRITE]) {
    const { status, text, retryAfter } = await callApi(server, request);
    expect([status, JSON.parse(text)]).toEqual([
      503,
      {
        error: expect.objectContaining({
          code: "UNAVAILABLE",
          message: expect.any(String) as string,
          advice: expect.any(String) as string,
        }) as unknown,
      },
    ]);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(text).not.toMatch(/postgres|ECONN|127\.0\.0\.1/i);
  }
}

test.for(await postgresEngines())(
  "while the database cannot be reached the API says so, and the App Store is answered as before",
  { timeout: 120_000 },
  async (engine) => {
    const place = await engine.place();
    const proxy = await startCuttableProxy(place.engine === "postgres" ? place.url : "");
    onTestFinished(() => proxy.close());
    const emulator = await startEmulator({ port: 0 });
    onTestFinished(() => emulator.close());
    const surroundings = {
      cwd: await temporaryDirectory(),
      env: {
        HOLDFAST_DATABASE_URL: proxy.url,
        HOLDFAST_MASTER_KEY: randomBytes(32).toString("base64"),
        HOLDFAST_RUNTIME_SECRET: randomBytes(32).toString("base64"),
      },
    };
    const start = async (token?: string): Promise<ServeProcess> => {
      const server = await startServeProcess(surroundings, token === undefined ? {} : { token });
      onTestFinished(async () => void (await server.stop()));
      return server;
    };
    const expectAnswers = async ({ url }: ServeProcess, message: string): Promise<void> => {
      const answers = Array.from({ length: REQUESTS }, () => answeredMessage(emulator, url));
      expect(new Set(await Promise.all(answers))).toEqual(new Set([message]));
    };

    const server = await start();
    await addEmulatedApp(server.admin, emulator, { app: "yoga", environment: "sandbox" });
    await publishMessage(server.admin, FIRST);
    await expect.poll(() => answeredMessage(emulator, server.url)).toBe(FIRST);

    await proxy.cut();
    await expectAway(server);
    await expectAnswers(server, FIRST);
    await expectAway(server);

    // Nobody need do anything when it is there again.
    await proxy.mend();
    await expect.poll(async () => (await callApi(server, READ)).status).toBe(200);
    await publishMessage(server.admin, SECOND);
    await expect.poll(() => answeredMessage(emulator, server.url)).toBe(SECOND);

    // A start without the database is one, too: the runtime has its own copy.
    await proxy.cut();
    await server.stop();
    const again = await start(server.token);
    await expectAnswers(again, SECOND);
    await expectAway(again);
    await proxy.mend();
    await expect.poll(async () => (await callApi(again, READ)).status).toBe(200);
    await publishMessage(again.admin, FIRST);
    await expect.poll(() => answeredMessage(emulator, again.url)).toBe(FIRST);
  },
);
