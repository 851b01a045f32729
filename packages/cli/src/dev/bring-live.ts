import { routes } from "@holdfast/api";
import { awaitSync } from "../catalog/await-sync.ts";
import type { Io } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { saveVersion } from "../flow-versions/save-version.ts";
import type { Deployment } from "../going-live/deployment.ts";
import { followDeployment } from "../going-live/follow-deployment.ts";
import { renderDeployment } from "../going-live/render-deployment.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import type { UsableFlow } from "../load-flow.ts";
import { sayCount } from "../say-count.ts";
import type { AppDefinition, RunningEmulator } from "@holdfast/emulator";

/** How long each step may take on this machine. */
const TIMEOUT_MS = 60_000;

/** What is brought live. */
export interface BringLiveOptions {
  readonly app: AppDefinition;
  readonly emulator: RunningEmulator;
  readonly flow: UsableFlow;
}

/**
 * Does through the API what a team does once, and then with each change of its flow, and tells of each step:
 * the app, its keys, its catalog, a version, its deployment.
 */
export async function bringLive(
  place: PlaceAtControl,
  { app, emulator, flow }: BringLiveOptions,
  io: Io,
): Promise<void> {
  const say = (step: string, what: string): void => io.stdout(`${step.padEnd(11)}${what}\n`);
  await addApp(place, app, emulator);
  say("app", `${app.id} (${app.bundleId}), with its In-App Purchase and App Store Connect keys`);
  say("catalog", await syncCatalog(place, io));
  const { version } = await saveVersion(place, { flow, note: "holdfast dev" }, io);
  say("flow", `${flow.file}, saved as version ${version}`);
  const deployment = await deploy(place, version, io);
  for (const line of renderDeployment(deployment, io)) say("live", line);
}

async function addApp(
  { client, environment }: PlaceAtControl,
  { id, name, bundleId, appAppleId }: AppDefinition,
  emulator: RunningEmulator,
): Promise<void> {
  const settings = { trustedRoots: [emulator.rootCertificatePem] };
  await client.call(routes.createApp, {
    body: { id, name, bundleId, appAppleId, environments: { [environment]: settings } },
  });
  const keys = emulator.credentials(id);
  await client.call(routes.addInAppPurchaseKey, {
    params: { app: id },
    body: { keyId: keys.keyId, issuerId: keys.issuerId, privateKey: keys.privateKey },
  });
  await client.call(routes.addConnectKey, {
    params: { app: id },
    body: {
      kind: "team",
      keyId: keys.connectKeyId,
      issuerId: keys.connectIssuerId,
      privateKey: keys.connectPrivateKey,
    },
  });
}

async function syncCatalog({ client, app }: PlaceAtControl, io: Io): Promise<string> {
  const params = { app };
  await client.call(routes.syncCatalog, { params });
  const { state } = await awaitSync({ client, app, timeoutMs: TIMEOUT_MS }, io);
  if (state !== "succeeded") {
    throw new CommandFailed("SYNC_FAILED", `the catalog of ${app} was not read`, {
      advice: "look at the log above",
    });
  }
  const read = await client.call(routes.readCatalog, { params });
  const products = read.isUnchanged ? [] : read.body.products;
  const offers = products.flatMap(({ promotionalOffers }) => promotionalOffers);
  return `${sayCount(products.length, "product")} and ${sayCount(offers.length, "promotional offer")}, synced from the local App Store Connect`;
}

async function deploy(place: PlaceAtControl, version: number, io: Io): Promise<Deployment> {
  const { client, app, environment } = place;
  const { body: begun } = await client.call(routes.createDeployment, {
    params: { app, environment },
    body: { version, expectedSequence: 0, publishWhen: "everythingApproved", setDefaults: true },
  });
  const follow = { isReviewAwaited: true, timeoutMs: TIMEOUT_MS };
  const ended = await followDeployment(place, begun, follow, io);
  if (ended.state === "live") return ended;
  throw new CommandFailed("DEPLOYMENT_FAILED", renderDeployment(ended, io).join("\n"), {
    advice: "mend the flow and start again",
  });
}
