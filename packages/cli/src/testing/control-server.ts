import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { routes } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { createControl } from "@holdfast/control";
import type { Control } from "@holdfast/control";
import { createNodeListener } from "@holdfast/control/http";
import { createKeyring } from "@holdfast/control/secrets";
import { openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import type { Emulator } from "@holdfast/emulator";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { createControlClient } from "../control-plane/control-client.ts";
import { createSessionFetch } from "../control-plane/session-fetch.ts";
import { createFakeIo } from "./fake-io.ts";
import type { FakeIo } from "./fake-io.ts";

/** Who administers test control planes. */
export const ADMIN = {
  email: "ada@example.com",
  name: "Ada",
  password: "correct horse battery staple",
} as const;

/** Hashes as cheap as the algorithm allows: these tests are about everything else. */
const CHEAP_PASSWORDS = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** Nothing listens on the discard port. */
const NO_CLOUDFLARE = { apiUrl: "http://127.0.0.1:9" };

/** The longest that a sleep of a command really takes. */
const LONGEST_SLEEP_MS = 20;

/** A real control plane on SQLite that listens on this machine. */
export interface ControlServer {
  /** As `--server` takes it. */
  readonly url: string;
  readonly control: Control;
  readonly database: Database;
  /** Returns a link to make the first admin by. */
  readonly setupLink: () => Promise<string>;
  /**
   * Returns an outside world that knows this server, with a token of a role: the environment has both. The
   * first call makes the admin {@link ADMIN}. Its clock is the real one, and its sleeps are short.
   */
  readonly openIo: (options?: ControlIoOptions) => Promise<FakeIo>;
  readonly close: () => Promise<void>;
}

/** What {@link ControlServer.openIo} makes. */
export interface ControlIoOptions extends NonNullable<Parameters<typeof createFakeIo>[0]> {
  /** What the token may do; default admin. `none`: no token, and no server in the environment. */
  readonly role?: Role | "runtime" | "none";
  /** Default: all. */
  readonly apps?: "all" | string[];
}

/** What {@link startControlServer} starts. */
export interface ControlServerOptions {
  /** The local App Store it asks in Apple's place; without one nothing of Apple answers. */
  readonly emulator?: Pick<Emulator, "credentials">;
  /** The local Cloudflare it writes to for Workers; without one nothing of Cloudflare answers. */
  readonly cloudflare?: { readonly apiUrl: string };
  /** Whether webhooks may be on this machine; default false. */
  readonly allowPrivateWebhooks?: boolean;
}

/** Starts a control plane. */
export async function startControlServer({
  emulator,
  cloudflare = NO_CLOUDFLARE,
  allowPrivateWebhooks = false,
}: ControlServerOptions = {}): Promise<ControlServer> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-control-"));
  const database = await openDatabase({ engine: "sqlite", directory });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const control = await createControl({
    database,
    keyring: await createKeyring({ current: new Uint8Array(randomBytes(32)), previous: [] }),
    runtimeKeys: await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography),
    publicUrl: url,
    release: "0.0.0-test",
    passwordCost: CHEAP_PASSWORDS,
    allowPrivateWebhooks,
    appleHosts: hostsOf(emulator),
    cloudflareApiUrl: cloudflare.apiUrl,
  });
  const listener = createNodeListener(control, ({ socket }) => socket.remoteAddress);
  server.on("request", (incoming, outgoing) => void listener(incoming, outgoing));
  await control.start();
  let client: Promise<ApiClient> | undefined;
  return {
    url,
    control,
    database,
    setupLink: () => setupLinkOf(control),
    async openIo({ role = "admin", apps = "all", env, ...overrides } = {}) {
      const world = { now: Date.now, sleep: shortSleep, ...overrides };
      if (role === "none") return createFakeIo({ ...world, ...(env && { env }) });
      client ??= signIn(url, control);
      const { body } = await (
        await client
      ).call(routes.createToken, {
        body: { name: `a ${role} of tests`, role, apps },
      });
      const known = { HOLDFAST_SERVER: url, HOLDFAST_TOKEN: body.secret };
      return createFakeIo({ ...world, env: { ...known, ...env } });
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await control.close();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes the first admin; their cookie speaks for the client from then on. */
async function signIn(server: string, control: Control): Promise<ApiClient> {
  const io = { env: {}, fetch, now: Date.now, sleep: shortSleep };
  const client = createControlClient({ server, fetch: createSessionFetch(io) }, io);
  const code = (await setupLinkOf(control)).split("#")[1] ?? "";
  await client.call(routes.createFirstAdmin, { body: { code, ...ADMIN } });
  return client;
}

async function setupLinkOf(control: Control): Promise<string> {
  const link = await control.prepareSetup();
  if (link === undefined) throw new Error("expected a control plane without an admin");
  return link.url;
}

function hostsOf(emulator: Pick<Emulator, "credentials"> | undefined) {
  if (emulator === undefined) {
    // Nothing listens on the discard port; a test must not ask Apple.
    const nowhere = "http://127.0.0.1:9";
    return { connect: nowhere, sandbox: nowhere, production: nowhere };
  }
  const { connectBaseUrl, sandboxBaseUrl, productionBaseUrl } = emulator.credentials("yoga");
  return { connect: connectBaseUrl, sandbox: sandboxBaseUrl, production: productionBaseUrl };
}

async function shortSleep(ms: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(Math.min(ms, LONGEST_SLEEP_MS), undefined, signal === undefined ? {} : { signal });
}
