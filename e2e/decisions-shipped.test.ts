import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { beforeAll, afterAll, expect, onTestFinished, test } from "vitest";
import { engines, temporaryDirectory } from "../packages/control/src/storage/testing/engines.ts";
import type { TestEngine } from "../packages/control/src/storage/testing/engines.ts";
import { takeFreePorts } from "./free-ports.ts";
import { mountDisk } from "./full-disk.ts";
import { answeredMessage, flowAnswering, publishMessage } from "./live-message.ts";
import { readDecisionsThere, startRequestLoad } from "./request-load.ts";
import type { RequestLoad } from "./request-load.ts";
import { addEmulatedApp, startServeProcess } from "./serve-process.ts";
import type { ServeProcess } from "./serve-process.ts";
import { runBinary, startBinary } from "./spawn-cli.ts";
import type { Running } from "./spawn-cli.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const [STAY, KNOWN] = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
] as const;

const TIMEOUT_MS = 120_000;

let emulator: Emulator & { close(): Promise<void> };
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterAll(() => emulator.close());

/** Expects every answered request to be there, and each once, counted too. */
async function expectAllThere(server: ServeProcess, loads: readonly RequestLoad[]): Promise<void> {
  const answered = loads.flatMap((load) => [...load.answered]);
  const missing = async (): Promise<number> => {
    const there = new Set((await readDecisionsThere(server.admin)).identifiers);
    return answered.filter((identifier) => !there.has(identifier)).length;
  };
  await expect.poll(missing).toBe(0);
  const { identifiers, counted } = await readDecisionsThere(server.admin);
  expect(new Set(identifiers).size).toBe(identifiers.length);
  expect(counted).toBe(identifiers.length);
}

async function waitingAt(url: string): Promise<number> {
  const response = await fetch(`${url}/readyz`);
  // What operators are told.
  const { decisions } = (await response.json()) as { readonly decisions?: { waiting: number } };
  return decisions?.waiting ?? -1;
}

/** Answers those of a tier otherwise. */
const FLOW_WITH_TIER =
  `${flowAnswering(STAY).replace("rules: []\n", "")}attributes: { tier: string }
rules:
  - name: gold
    when: { attributes.tier: gold }
    respond: { message: known }
`.replace(
    "messages:\n",
    `messages:\n  known: { defaultLocale: en-US, locales: { en-US: { id: ${KNOWN} } } }\n`,
  );

test.for(await engines())(
  "a server and a runtime look subscribers up, and each decision of theirs arrives once though the server is killed",
  { timeout: TIMEOUT_MS },
  async (engine) => {
    const { surroundings, secret, port } = await surroundingsOf(engine);
    const args = ["--port", String(port)];
    const server = await startServeProcess(surroundings, { args });
    await addEmulatedApp(server.admin, emulator, PLACE);
    await publishFlow(server.admin, FLOW_WITH_TIER);
    const runtime = await startRuntime(server, secret);
    onTestFinished(async () => void (await runtime.stop()));
    const urls = [server.url, String(runtime.announced["url"])];
    for (const url of urls) await expect.poll(() => answeredMessage(emulator, url)).toBe(STAY);

    for (const [tier, message] of [
      ["gold", KNOWN],
      [null, STAY],
    ] as const) {
      await sayTier(server.admin, tier);
      for (const url of urls) {
        await expect.poll(() => answeredMessage(emulator, url)).toBe(message);
        expect(await metricsOf(url)).toMatch(/_lookups_total\{ending="found"\} [1-9]/);
      }
    }

    // In the middle of shipping: some have arrived, and more are on their way.
    const loads = urls.map((url) => startRequestLoad(emulator, url));
    const countArrived = async () => (await readDecisionsThere(server.admin)).identifiers.length;
    await expect.poll(countArrived, { interval: 20 }).toBeGreaterThan(40);
    process.kill(server.pid, "SIGKILL");
    await server.stop();
    const [, runtimeUrl = ""] = urls;
    await expect.poll(() => waitingAt(runtimeUrl), { interval: 20 }).toBeGreaterThan(20);
    await Promise.all(loads.map((load) => load.stop()));
    expect(await metricsOf(runtimeUrl)).toMatch(/^holdfast_decisions_waiting [1-9]/m);

    const again = await startServeProcess(surroundings, { args, token: server.token });
    onTestFinished(async () => void (await again.stop()));
    await expectAllThere(again, loads);
    for (const url of urls) await expect.poll(() => waitingAt(url)).toBe(0);
    expect(await metricsOf(runtimeUrl)).toMatch(/^holdfast_decisions_dropped 0$/m);
    // First: a server gives a stream that is open some seconds to end.
    await runtime.stop();
  },
);

async function surroundingsOf(engine: TestEngine) {
  const secret = randomBytes(32).toString("base64");
  const [port = 0] = await takeFreePorts(1);
  const place = await engine.migratedPlace();
  const env = {
    HOLDFAST_RUNTIME_SECRET: secret,
    HOLDFAST_MASTER_KEY: randomBytes(32).toString("base64"),
    // Anything may take such a machine a while.
    HOLDFAST_LOOKUP_MS: "300",
    ...(place.engine === "postgres" ? { HOLDFAST_DATABASE_URL: place.url } : {}),
  };
  return { surroundings: { cwd: await temporaryDirectory(), env }, secret, port };
}

async function publishFlow(admin: ApiClient, source: string): Promise<void> {
  const params = PLACE;
  const { body } = await admin.call(routes.createVersion, { params, body: { source } });
  await admin.call(routes.publishVersion, {
    params,
    body: { version: body.version, expectedSequence: 0 },
  });
}

/** Says something of the subscriber that is asked about. */
async function sayTier(admin: ApiClient, tier: string | null): Promise<void> {
  const [subscriber] = emulator.subscribers(PLACE);
  const { originalTransactionId = "" } = subscriber ?? {};
  const entries = [{ originalTransactionId, attributes: { tier } }];
  const said = await admin.call(routes.putAttributes, { params: PLACE, body: { entries } });
  expect(said.body).toMatchObject({ stored: 1, problems: [] });
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** A runtime of its own: it has a token and the runtime secret, and neither database nor master key. */
async function startRuntime({ url, admin, token }: ServeProcess, secret: string): Promise<Running> {
  const cwd = await temporaryDirectory();
  const login = { HOLDFAST_SERVER: url, HOLDFAST_TOKEN: token };
  const config = await runBinary(["runtimes", "config"], { cwd, env: login });
  await writeFile(join(cwd, "holdfast.yaml"), config.out);
  const made = await admin.call(routes.createToken, {
    body: { name: "runtime", role: "runtime", apps: ["yoga"] },
  });
  const args = ["serve", "--role", "runtime", "--port", "0", "--control-url", url];
  const env = { HOLDFAST_RUNTIME_SECRET: secret, HOLDFAST_RUNTIME_TOKEN: made.body.secret };
  return startBinary(args, { cwd, env: { ...env, HOLDFAST_LOOKUP_MS: "300" } });
}

test(
  "answers go on while the disk is full, and what was decided meanwhile arrives",
  async ({ skip }) => {
    const directory = await temporaryDirectory();
    const disk = await mountDisk(directory);
    if (typeof disk === "string") return skip(disk);
    const server = await startServeProcess(
      { cwd: await temporaryDirectory() },
      { args: ["--data", directory] },
    );
    onTestFinished(async () => void (await server.stop()));
    await addEmulatedApp(server.admin, emulator, PLACE);
    await publishMessage(server.admin, STAY);
    await expect.poll(() => answeredMessage(emulator, server.url)).toBe(STAY);
    await disk.fill();
    const load = startRequestLoad(emulator, server.url);
    const decisions = join(directory, "decisions.ndjson");
    const sizeWhenFull = (await readFile(decisions)).length;
    await expect.poll(() => load.answered.size, { interval: 20 }).toBeGreaterThan(100);
    await load.stop();
    expect((await readFile(decisions)).length - sizeWhenFull).toBeLessThan(4096 * 2);
    await disk.empty();
    await expectAllThere(server, [load]);
  },
  TIMEOUT_MS,
);
