import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { routes } from "@holdfast/api";
import { createApiClient } from "@holdfast/api/client";
import type { ApiClient } from "@holdfast/api/client";
import { createControl } from "@holdfast/control";
import { createNodeListener } from "@holdfast/control/http";
import type { JobKind } from "@holdfast/control/jobs";
import { createKeyring } from "@holdfast/control/secrets";
import { createIdSource, openDatabase } from "@holdfast/control/storage";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { createControlSubscribers, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import { expect, onTestFinished } from "vitest";
import { createJobs } from "../../packages/control/src/control/control-jobs.ts";
import type { ControlOptions } from "../../packages/control/src/control/control-options.ts";
import { createControlParts } from "../../packages/control/src/control/control-parts.ts";
import { CHEAP_PASSWORDS } from "../../packages/control/src/http/testing/test-control.ts";
import { temporaryDirectory } from "../../packages/control/src/storage/testing/engines.ts";
import type { TestEngine } from "../../packages/control/src/storage/testing/engines.ts";
import { takeFreePorts } from "../free-ports.ts";
import { addEmulatedApp, makeAdmin } from "../serve-process.ts";
import { FLOW, measuredApp, PLACE } from "./measured-app.ts";
import { createMovedClock } from "./moved-clock.ts";
import type { MovedClock } from "./moved-clock.ts";

const PUBLIC_URL = "https://holdfast.example.com/";

/** A job of the control plane, by its name. */
type JobName =
  | "notifications.history"
  | "outcomes.attribute"
  | "outcomes.retention"
  | "statuses.fetch";

/** An App Store with subscribers, a control plane and a runtime, which reach each other over HTTP. */
export interface MeasuredWorld {
  /** The App Store's and the control plane's; the runtime goes by the machine's, so it is not moved before it has answered. */
  readonly clock: MovedClock;
  readonly emulator: Emulator;
  readonly admin: ApiClient;
  /** Does once what a job of the control plane does. */
  readonly run: (job: JobName) => Promise<void>;
}

/** Starts one, with the flow live; all ends with the test. */
export async function startMeasuredWorld(
  engine: TestEngine,
  { subscribers, notifies }: { readonly subscribers: number; readonly notifies: boolean },
): Promise<MeasuredWorld> {
  const clock = createMovedClock();
  const secret = randomBytes(32);
  const { server, url } = await listen();
  const [hostPort = 0] = await takeFreePorts(1);
  const emulator = await startEmulator({
    port: 0,
    apps: [measuredApp(subscribers)],
    clock,
    resolve: [
      {
        from: `${PUBLIC_URL}apple/retention/`,
        to: `http://127.0.0.1:${hostPort}/apple/retention/`,
      },
      { from: `${PUBLIC_URL}apple/notifications/`, to: `${url}/apple/notifications/` },
    ],
    // One process is everything, and may be kept waiting.
    answerTimeoutMs: 10_000,
    // The history has no others.
    maxNotifications: 10 * subscribers,
    ...(notifies
      ? { notificationUrls: { yoga: { sandbox: `${PUBLIC_URL}apple/notifications/yoga` } } }
      : {}),
  });
  onTestFinished(() => emulator.close());
  const database = await openDatabase(await engine.migratedPlace());
  onTestFinished(() => database.close());
  const options = await controlOptions({ database, clock, url, emulator, secret });
  const control = await createControl(options);
  onTestFinished(() => control.close());
  server.on("request", (incoming, outgoing) => {
    void createNodeListener(control, () => undefined)(incoming, outgoing);
  });
  const setup = await control.prepareSetup();
  const admin = createApiClient({ baseUrl: url, token: await makeAdmin(url, setup?.url ?? "") });
  await addEmulatedApp(admin, emulator, PLACE);
  await publish(admin);
  await startRuntime({ admin, url, port: hostPort, secret, apps: await control.readRuntimeApps() });
  emulator.configureRealtimeUrl(PLACE, `${PUBLIC_URL}apple/retention/yoga/sandbox`);
  const jobs = await openJobs(options);
  return {
    clock,
    emulator,
    admin,
    async run(name) {
      const kind = jobs.find((job) => job.name === name);
      if (kind === undefined) throw new Error(`no job is called ${name}`);
      const { signal } = new AbortController();
      await kind.run({ id: name, payload: null, attempt: 1, signal });
    },
  };
}

/** Starts a server of this machine, on which nobody answers yet. */
async function listen() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

interface OptionParts extends Pick<ControlOptions, "database"> {
  readonly clock: MovedClock;
  readonly url: string;
  readonly emulator: Emulator;
  readonly secret: Uint8Array<ArrayBuffer>;
}

async function controlOptions(parts: OptionParts): Promise<ControlOptions> {
  const { database, clock, url, emulator, secret } = parts;
  const { sandboxBaseUrl, productionBaseUrl, connectBaseUrl } = emulator.credentials(PLACE.app);
  return {
    database,
    keyring: await createKeyring({ current: new Uint8Array(randomBytes(32)), previous: [] }),
    runtimeKeys: await deriveRuntimeKeys(secret, webCryptography),
    publicUrl: url,
    release: "0.0.0-test",
    passwordCost: CHEAP_PASSWORDS,
    appleHosts: {
      sandbox: sandboxBaseUrl,
      production: productionBaseUrl,
      connect: connectBaseUrl,
    },
    // This App Store has no limit.
    statuses: { callsPerSecond: { sandbox: 1e6 }, readHistories: false },
    now: () => clock.now(),
  };
}

/** The jobs of a replica that answers nobody; nothing is done but what a test asks for. */
async function openJobs(options: ControlOptions): Promise<readonly JobKind[]> {
  const { now = Date.now } = options;
  const parts = await createControlParts(options, { ids: createIdSource({ now }), now });
  onTestFinished(() => parts.hub.close());
  return createJobs(options, parts);
}

async function publish(admin: ApiClient): Promise<void> {
  const params = PLACE;
  const { body } = await admin.call(routes.createVersion, { params, body: { source: FLOW } });
  const { version } = body;
  await admin.call(routes.publishVersion, { params, body: { version, expectedSequence: 0 } });
}

interface RuntimeParts {
  readonly admin: ApiClient;
  readonly url: string;
  readonly port: number;
  readonly secret: Uint8Array;
  readonly apps: unknown;
}

/** Starts a runtime that follows the control plane, and waits until it answers. */
async function startRuntime({ admin, url, port, secret, apps }: RuntimeParts): Promise<void> {
  const body = { name: "runtime", role: "runtime" as const, apps: [PLACE.app] };
  const { secret: token } = (await admin.call(routes.createToken, { body })).body;
  const access = { url, token };
  const dataDirectory = await temporaryDirectory();
  const config = { directory: dataDirectory, localPublisherKeyPem: "" };
  const host = await startNodeHost({
    config: await readRuntimeConfig({ apps }, config),
    dataDirectory,
    port,
    env: { HOLDFAST_RUNTIME_SECRET: Buffer.from(secret).toString("base64") },
    logger: pino({ level: "silent" }),
    control: { ...access, release: "0.0.0-test" },
    subscribers: createControlSubscribers(access),
    lookupMs: 300,
  });
  onTestFinished(() => host.close());
  const isAnswering = async (): Promise<boolean> => (await fetch(`${host.url}/healthz`)).ok;
  await expect.poll(isAnswering, { interval: 20 }).toBe(true);
}
