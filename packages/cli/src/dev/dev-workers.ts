import { routes } from "@holdfast/api";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { bundleWorker, checkWorkerBundle, startWorkerd } from "@holdfast/runtime/workers-tools";
import type { AppDefinition, RunningEmulator } from "@holdfast/emulator";
import type { PlaceAtControl } from "../going-live/live-publication.ts";

/**
 * How much of Cloudflare's times this Cloudflare takes: a write is seen after up to six seconds in place of a
 * minute, and a location keeps what it has read for three in place of thirty.
 */
const TIME_SCALE = 0.1;

/** What Cloudflare says a write may take: developers.cloudflare.com/kv/concepts/how-kv-works. */
const PROPAGATION = { minMs: 0, maxMs: 60_000 };

/** Starts a Cloudflare that takes its time as the real one does, at a tenth. */
export function startDevCloudflare(): Promise<LocalCloudflare> {
  return startCloudflare({ propagation: PROPAGATION, timeScale: TIME_SCALE });
}

/** Says where it is, and how slow. */
export function describeCloudflare({ apiUrl }: LocalCloudflare): string {
  const [seenMs, keptMs] = [PROPAGATION.maxMs * TIME_SCALE, 30_000 * TIME_SCALE];
  return `Cloudflare ${apiUrl}    a local one: writes are seen within ${seenMs / 1000} s and reads kept for ${keptMs / 1000} s, a tenth of the real one's times`;
}

/** What the Worker of a session is made of. */
export interface DevWorkerOptions {
  readonly app: AppDefinition;
  readonly emulator: RunningEmulator;
  readonly cloudflare: LocalCloudflare;
  /** The control plane's address. */
  readonly server: string;
  /** A token of role `runtime`. */
  readonly token: string;
  /** The runtime secret, which the server seals under. */
  readonly secret: Uint8Array;
  /** Is given each line that the Worker writes. */
  readonly onLine: (line: string) => void;
}

/** A Worker of this machine. */
export interface DevWorker {
  readonly url: string;
  /** The size of its code as Cloudflare counts it. */
  readonly gzippedBytes: number;
  /** Resolves when its process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects the app's control plane with a namespace of the local Cloudflare, builds the Worker for the app and runs
 * it in workerd.
 *
 * @throws UsageError `WORKERD_MISSING`; UpstreamError `WORKERD_FAILED`
 */
export async function startDevWorker(
  { client, app: id, environment }: PlaceAtControl,
  options: DevWorkerOptions,
): Promise<DevWorker> {
  const { app, emulator, cloudflare } = options;
  const { accountId, apiToken } = cloudflare;
  const namespaceId = cloudflare.addNamespace(id);
  const params = { app: id };
  await client.call(routes.putWorkersTarget, {
    params,
    body: { accountId, namespaceId, apiToken },
  });
  const { publicKeyPem } = (await client.call(routes.readPublisherKey, { params })).body;
  const bundle = await bundleWorker({
    apps: {
      [id]: {
        bundleId: app.bundleId,
        appAppleId: app.appAppleId,
        publisherKey: publicKeyPem,
        environments: { [environment]: { trustedRoots: [emulator.rootCertificatePem] } },
      },
    },
  });
  checkWorkerBundle(bundle);
  const workerd = await startWorkerd({
    code: bundle.code,
    kvUrl: await cloudflare.kvUrl(namespaceId),
    bindings: {
      HOLDFAST_RUNTIME_SECRET: Buffer.from(options.secret).toString("base64"),
      HOLDFAST_CONTROL_URL: options.server,
      HOLDFAST_RUNTIME_TOKEN: options.token,
      // What is asked and answered is shown as it comes.
      HOLDFAST_LOG_LEVEL: "info",
    },
    onLine: options.onLine,
  });
  return {
    url: workerd.url,
    gzippedBytes: bundle.gzippedBytes,
    ended: workerd.ended,
    close: () => workerd.stop(),
  };
}
