import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import type { ControlSettings } from "./control-settings.ts";
import { createControlThread } from "./control-thread.ts";
import type { ControlThread } from "./control-thread.ts";

const SCRIPT = new URL("testing/fake-control-worker.ts", import.meta.url);

interface Stage {
  readonly thread: ControlThread;
  readonly settings: ControlSettings;
  readonly setupLinks: readonly string[];
  /** GET through the listener in front. */
  readonly get: (path: string) => Promise<Response>;
}

async function setUp(env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-thread-"));
  const socketPath = join(directory, "control.sock");
  const setupLinks: string[] = [];
  const thread = createControlThread({
    socketPath,
    clientAddress: () => "127.0.0.1",
    env,
    logger: pino({ level: "silent" }),
    onLog: () => undefined,
    onApps: () => undefined,
    onSetupLink: (url) => setupLinks.push(url),
    script: SCRIPT,
  });
  const server = createServer((incoming, outgoing) => thread.handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await thread.close();
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  const settings: ControlSettings = {
    dataDirectory: directory,
    socketPath,
    release: "0.0.0",
    publicUrl: "http://localhost",
    appleHosts: {},
    logLevel: "silent",
    localRuntimeToken: "token",
  };
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return { thread, settings, setupLinks, get: (path) => fetch(`http://127.0.0.1:${port}${path}`) };
}

test("start() resolves when the control plane listens", async () => {
  const { thread, settings, setupLinks, get } = await setUp();
  expect(thread.isUp()).toBe(false);
  await thread.start(settings);
  expect(thread.isUp()).toBe(true);
  expect(setupLinks).toEqual(["http://localhost/setup#code"]);
  expect(await (await get("/v1/apps")).text()).toBe("/v1/apps");
  expect(await (await thread.fetch("http://localhost/v1/snapshots")).text()).toBe("/v1/snapshots");
  expect(await thread.renderMetrics()).toBe("fake 1\n");
});

test("a control plane that dies is away for a moment, and is started again", async () => {
  const { thread, settings, get } = await setUp();
  await thread.start(settings);
  const dying = await get("/die");
  expect(dying.status).toBe(503);
  await expect.poll(() => thread.isUp()).toBe(false);
  expect((await get("/v1/apps")).status).toBe(503);
  expect(await thread.renderMetrics()).toBe("");
  await expect.poll(() => thread.isUp()).toBe(true);
  expect(await (await get("/v1/apps")).text()).toBe("/v1/apps");
});

test("start() rejects with what only people can mend", async () => {
  const { thread, settings } = await setUp({ FAKE_FAILURE: "lasting" });
  await expect(thread.start(settings)).rejects.toThrow(
    expect.objectContaining({ code: "FAKE_FAILED", message: "as told" }),
  );
});

test("start() resolves where waiting may help, and it is tried again", async () => {
  const { thread, settings } = await setUp({ FAKE_FAILURE: "passing" });
  await thread.start(settings);
  expect(thread.isUp()).toBe(false);
});

test("fetch() waits for the control plane, but not longer than its caller", async () => {
  const { thread } = await setUp();
  const abort = new AbortController();
  const asked = thread.fetch("http://localhost/", { signal: abort.signal });
  abort.abort();
  await expect(asked).rejects.toThrow();
});
