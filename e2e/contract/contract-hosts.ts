import { onTestFinished } from "vitest";
import { createContractApp } from "./contract-app.ts";
import type { ContractApp, PublishedText } from "./contract-app.ts";
import type { ContractHost, ContractHostOptions, StartContractHost } from "./contract-host.ts";
import { startNodeContractHost } from "./node-contract-host.ts";
import { startWorkerdContractHost } from "./workerd-contract-host.ts";
import { startWranglerContractHost } from "./wrangler-contract-host.ts";

/** Every host of the contract, for tables. */
export const HOSTS: readonly (readonly [name: string, start: StartContractHost])[] = [
  ["Node", startNodeContractHost],
  ["workerd", startWorkerdContractHost],
];

/** The hosts of the contract, and the Worker as wrangler runs it, which takes seconds to start. */
export const HOSTS_AND_WRANGLER: typeof HOSTS = [
  ...HOSTS,
  ["wrangler dev", startWranglerContractHost],
];

/** A host with the app it answers for. */
export interface StartedHost<Host extends ContractHost = ContractHost> {
  readonly app: ContractApp;
  readonly host: Host;
}

/** Starts a host for one test; `publish` says what is there before its first request, by default the flow. */
export async function startForTest<Host extends ContractHost>(
  start: (options: ContractHostOptions) => Promise<Host>,
  publish: (app: ContractApp) => Promise<readonly PublishedText[]> = async (app) => [
    await app.live(),
  ],
): Promise<StartedHost<Host>> {
  const app = await createContractApp();
  const host = await start({ app, values: await publish(app) });
  onTestFinished(() => host.close());
  return { app, host };
}
