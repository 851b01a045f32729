import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { startTestHost } from "../testing/test-host.ts";
import type { TestHost, TestHostOptions } from "../testing/test-host.ts";
import { lastGoodPath, publicationsPath } from "./node-host.ts";
import type { HostControl } from "./node-host.ts";

async function start(options: TestHostOptions): Promise<TestHost> {
  const host = await startTestHost(options);
  onTestFinished(() => host.close());
  return host;
}

test("close() says that it is not ready and goes on answering for a while, then takes no connection", async () => {
  const host = await start({ directory: await temporaryDirectory(), shutdownDelayMs: 4000 });
  expect((await host.get("/healthz")).status).toBe(200);
  const closed = host.close();
  const health = await host.get("/healthz");
  expect([health.status, await health.json()]).toMatchObject([
    503,
    { ok: false, reason: "shutting down" },
  ]);
  expect((await host.get("/readyz")).status).toBe(503);
  expect((await host.get("/livez")).status).toBe(200);
  expect((await host.ask()).status).toBe(200);
  await closed;
  await expect(host.get("/livez")).rejects.toThrow();
  expect(await host.decisions()).toHaveLength(1);
});

test("/livez is 200 for everyone, though nothing is live", async () => {
  const host = await start({ directory: await temporaryDirectory(), published: false });
  expect((await host.get("/healthz")).status).toBe(503);
  const response = await host.get("/livez", { "x-forwarded-for": "203.0.113.7" });
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
});

/** A host's own directory and App Store, with nothing live in it any more, and what was. */
async function emptied() {
  const directory = await temporaryDirectory();
  const host = await startTestHost({ directory });
  await host.close();
  const text = await readFile(join(publicationsPath(directory), "test.sandbox.live.json"), "utf8");
  await rm(publicationsPath(directory), { recursive: true });
  await rm(lastGoodPath(directory), { recursive: true });
  return { options: { directory, store: host.store, published: false }, text };
}

/** A control plane that has one live value, as soon as it has it. */
function controlWith(live: Promise<string>, onAsked?: () => void): HostControl {
  return {
    url: "http://localhost",
    token: "hf_a_token_of_a_test",
    release: "0.0.0",
    async fetch(input, init) {
      const { pathname } = new URL(new Request(input).url);
      if (pathname === "/v1/snapshots/test/sandbox") {
        onAsked?.();
        return new Response(await live);
      }
      if (pathname !== "/v1/snapshots") return new Response(null, { status: 404 });
      // A stream that says nothing.
      return new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    },
  };
}

test("startNodeHost() with nothing live listens once it has read what is, where it is told to wait", async () => {
  const { options, text } = await emptied();
  const live = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  let isUp = false;
  const starting = start({
    ...options,
    control: controlWith(live.promise, asked.resolve),
    waitForLiveMs: 30_000,
  }).then((host) => {
    isUp = true;
    return host;
  });
  await asked.promise;
  // Far more turns than listening takes.
  for (let turn = 0; turn < 200; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(isUp).toBe(false);
  live.resolve(text);
  expect((await (await starting).ask()).status).toBe(200);
});

test("startNodeHost() listens without anything live when control is silent for too long", async () => {
  const { options } = await emptied();
  const never = Promise.withResolvers<string>();
  const control = controlWith(never.promise);
  const host = await start({ ...options, control, waitForLiveMs: 20 });
  expect((await host.get("/healthz")).status).toBe(503);
  never.resolve("");
});
