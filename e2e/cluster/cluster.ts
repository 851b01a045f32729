import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import { createApiClient } from "@holdfast/api/client";
import type { ApiClient } from "@holdfast/api/client";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { takeFreePorts } from "../free-ports.ts";
import { addEmulatedApp, makeAdmin } from "../serve-process.ts";
import { runBinary } from "../spawn-cli.ts";
import { createClusterDatabase } from "./cluster-database.ts";
import type { ClusterDatabase } from "./cluster-database.ts";
import { clusterApp, messageOf, PLACE, publishShowing } from "./cluster-flow.ts";
import { createControlProcess, createRuntimeProcess, createSecrets } from "./cluster-servers.ts";
import type { ClusterSecrets, ClusterSettings, ControlProcess } from "./cluster-servers.ts";
import { untilReady } from "./observe.ts";
import type { ServerProcess } from "./server-process.ts";
import { startNginx } from "./start-nginx.ts";
import type { Nginx } from "./start-nginx.ts";

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly runtimes: number;
  readonly controls: number;
  /** Where nginx is. */
  readonly nginx: string;
  /** Times as long as the deployment's an answer may take: for a machine that does other work besides. */
  readonly patience: number;
  /** Another copy of the program to begin with; default this one. */
  readonly program?: string | undefined;
}

/** Runtimes and control planes on one PostgreSQL behind one reverse proxy, all of this machine. */
export interface Cluster {
  readonly emulator: Emulator;
  readonly database: ClusterDatabase;
  readonly nginx: Nginx;
  /** Where the App Store asks. */
  readonly url: string;
  readonly runtimes: readonly ServerProcess[];
  readonly controls: readonly ControlProcess[];
  /** The variables of a server on the database. */
  readonly secrets: ClusterSecrets;
  /** Calls the API of a control plane that is up. */
  admin(): ApiClient;
  close(): Promise<void>;
}

/** How long a runtime may take to be ready, ms. */
const READY_MS = 60_000;

/** What is to be done at the end, the last first. */
type Endings = (() => Promise<unknown>)[];

/** Starts a cluster in which one message is live. What was begun is ended when something fails. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const endings: Endings = [];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await startParts(options, endings)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  options: ClusterOptions,
  endings: Endings,
): Promise<Omit<Cluster, "close">> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-cluster-"));
  endings.push(() => rm(directory, { recursive: true, force: true }));
  const database = await createClusterDatabase();
  endings.push(() => database.drop());
  const emulator = await startEmulator({ port: 0, apps: [clusterApp()] });
  endings.push(() => emulator.close());
  const ports = await takePorts(options);
  const nginx = await startNginx(options.nginx, ports, options.patience);
  endings.push(() => nginx.close());

  const secrets = createSecrets(database.url);
  const controlUrl = `http://127.0.0.1:${ports.administering}`;
  const settings = { directory, controlUrl, secrets, program: options.program };
  const controls = await startControls(settings, { ports: ports.controls, emulator, endings });
  const token = await makeFirstAdmin(controls);
  const admin = (): ApiClient => {
    const up = controls.find((control) => control.isUp());
    return createApiClient({ baseUrl: up?.url ?? "", token });
  };
  await addEmulatedApp(admin(), emulator, PLACE);
  await publishShowing(admin(), messageOf(0));
  const given = await giveRuntimes(settings, { admin: admin(), token });
  const runtimes = await startRuntimes(settings, { ports: ports.runtimes, given, endings });
  const url = `http://127.0.0.1:${ports.answering}`;
  return { emulator, database, nginx, url, runtimes, controls, secrets, admin };
}

async function takePorts({ runtimes, controls }: ClusterOptions) {
  const [answering = 0, administering = 0, ...ports] = await takeFreePorts(2 + runtimes + controls);
  return {
    answering,
    administering,
    runtimes: ports.slice(0, runtimes),
    controls: ports.slice(runtimes),
  };
}

interface ControlParts {
  readonly ports: readonly number[];
  readonly emulator: Emulator & { readonly url: string };
  readonly endings: Endings;
}

/** One after the other: the first one makes the schema. */
async function startControls(
  settings: ClusterSettings,
  { ports, emulator, endings }: ControlParts,
): Promise<readonly ControlProcess[]> {
  const controls: ControlProcess[] = [];
  for (const [index, port] of ports.entries()) {
    const name = `control-${index + 1}`;
    const parts = { name, port, appStoreUrl: emulator.url };
    const control = await createControlProcess(settings, parts);
    endings.push(async () => {
      await control.stop();
      await control.appStore.close();
    });
    await control.start();
    controls.push(control);
  }
  return controls;
}

async function makeFirstAdmin([first]: readonly ControlProcess[]): Promise<string> {
  if (first === undefined) throw new Error("expected a control plane");
  return makeAdmin(first.url, first.err());
}

/** What somebody who may be trusted gives runtimes. */
interface GivenToRuntimes {
  readonly token: string;
  /** Text of `holdfast.yaml`. */
  readonly config: string;
}

async function giveRuntimes(
  { directory, controlUrl, program }: ClusterSettings,
  { admin, token }: { readonly admin: ApiClient; readonly token: string },
): Promise<GivenToRuntimes> {
  const made = await admin.call(routes.createToken, {
    body: { name: "runtimes", role: "runtime", apps: ["yoga"] },
  });
  const { out, err } = await runBinary(["runtimes", "config"], {
    cwd: directory,
    env: { HOLDFAST_SERVER: controlUrl, HOLDFAST_TOKEN: token },
    ...(program === undefined ? {} : { program }),
  });
  if (out === "") throw new Error(`the runtimes' configuration was not written: ${err}`);
  return { token: made.body.secret, config: out };
}

interface RuntimeParts {
  readonly ports: readonly number[];
  readonly given: GivenToRuntimes;
  readonly endings: Endings;
}

async function startRuntimes(
  settings: ClusterSettings,
  { ports, given, endings }: RuntimeParts,
): Promise<readonly ServerProcess[]> {
  const runtimes: ServerProcess[] = [];
  for (const [index, port] of ports.entries()) {
    const parts = { name: `runtime-${index + 1}`, port, ...given };
    const runtime = await createRuntimeProcess(settings, parts);
    endings.push(() => runtime.stop());
    await runtime.start();
    runtimes.push(runtime);
  }
  for (const runtime of runtimes) await untilReady(runtime, READY_MS);
  return runtimes;
}
