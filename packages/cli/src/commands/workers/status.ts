import type { ApiClient } from "@holdfast/api/client";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, CommandInput, Io } from "../../command.ts";
import { findServer } from "../../control-plane/find-server.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { print } from "../../output.ts";
import { findWorkersTarget } from "../../workers/find-target.ts";
import { isAlarming, judgePlace } from "../../workers/judge-place.ts";
import type { FoundPlace, WrittenEnvironment } from "../../workers/judge-place.ts";
import { readNamespaceState } from "../../workers/namespace-state.ts";
import type { WorkerApp } from "../../workers/namespace-state.ts";
import { NAMESPACE_OPTIONS, openNamespaceIfKnown } from "../../workers/open-namespace.ts";
import { CONFIG_OPTIONS, readWorkerApps } from "../../workers/read-worker-config.ts";
import { describePlace, renderPlaces } from "../../workers/render-status.ts";
import { findWorkerUrl, readWorkerHealth, WORKER_URL_OPTION } from "../../workers/worker-health.ts";

/** `holdfast workers status` */
export const status: Command = {
  summary: "Show what Workers answer by, and what they should",
  description:
    "For every app and environment of the configuration: what the namespace has, verified as the Worker does it (with CLOUDFLARE_API_TOKEN), " +
    "what the Worker at --url answers by, and what the control plane that was logged in to has written. What is not known is left out. " +
    "Exit code 1 when something is not well: behind for more than 90 s, unhealthy, unverified or unpublished.",
  options: [...CONFIG_OPTIONS, WORKER_URL_OPTION, ...NAMESPACE_OPTIONS, ...CONTROL_OPTIONS],
  examples: [
    {
      line: "holdfast workers status --url https://retention.example.com",
      does: "look at the Worker, and at what else is known",
    },
    {
      line: "holdfast workers status --url https://retention.example.com --output json",
      does: "for a monitor",
    },
  ],
  async run(input, io) {
    const apps = await readWorkerApps(input.options, io);
    const found = await findPlaces(apps, input, io);
    const places = found.map((one) => ({ found: one, state: judgePlace(one, io.now()) }));
    const ok = places.every(({ state }) => !isAlarming(state));
    print(input, io, {
      json: { ok, places: places.map(describePlace) },
      table: () => renderPlaces(places, io),
    });
    return ok ? 0 : 1;
  },
};

async function findPlaces(
  apps: readonly WorkerApp[],
  input: CommandInput,
  io: Io,
): Promise<readonly FoundPlace[]> {
  const { options } = input;
  const url = findWorkerUrl(options);
  const namespace = await openNamespaceIfKnown(options, io);
  const client = await openControlIfKnown(input, io);
  if (url === undefined && namespace === undefined && client === undefined) {
    throw new UsageError(
      "OPTION_MISSING",
      "expected --url, or the account, the namespace and CLOUDFLARE_API_TOKEN, or a control plane (holdfast login): there is nobody to ask",
    );
  }
  const found: FoundPlace[] = [];
  for (const app of apps) {
    found.push({
      place: app,
      namespace: namespace && (await readNamespaceState(namespace, app, io.signal)),
      worker: url === undefined ? undefined : await readWorkerHealth(url, app, io),
      control: client && (await readWritten(client, app)),
    });
  }
  return found;
}

async function openControlIfKnown(input: CommandInput, io: Io): Promise<ApiClient | undefined> {
  if ((await findServer(input.options, io)) === undefined) return undefined;
  const { client } = await openControl(input, io);
  return client;
}

/** An app the control plane does not write for has nothing there. */
async function readWritten(
  client: ApiClient,
  { app, environment }: WorkerApp,
): Promise<WrittenEnvironment | undefined> {
  const target = await findWorkersTarget(client, app);
  return target?.environments.find((written) => written.environment === environment);
}
