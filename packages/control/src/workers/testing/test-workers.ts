import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { onTestFinished } from "vitest";
import { createTestControl } from "../../apps/testing/test-control.ts";
import type { TestControl } from "../../apps/testing/test-control.ts";
import { openTestPublishing } from "../../publishing/testing/test-publishing.ts";
import type { TestPublishing } from "../../publishing/testing/test-publishing.ts";
import type { Keyring } from "../../secrets/index.ts";
import type { Database } from "../../storage/index.ts";
import { createTargetClients } from "../target-clients.ts";
import { createWorkersFeature } from "../workers-feature.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { tendValues } from "../values/tend-values.ts";

/** A control plane with the app `yoga`, whose Workers read a namespace of a local Cloudflare. */
export interface TestWorkers {
  readonly publishing: TestPublishing;
  readonly cloudflare: LocalCloudflare;
  readonly namespaceId: string;
  readonly means: WorkersMeans;
  /** Calls the operations on Workers as an admin. */
  readonly call: TestControl["call"];
  /** How much later than now it is, ms. */
  readonly clock: { aheadMs: number };
  /** Connects `yoga` to the namespace, or to another. */
  readonly connect: (namespaceId?: string) => Promise<void>;
  /** Writes what is due. */
  readonly tend: () => Promise<void>;
  /** How often values were written, and which keys are there. */
  readonly writes: () => number;
  readonly keys: () => readonly string[];
}

/** Opens one on an open database; a second one on the same is a replica of the first. */
export async function openTestWorkers(
  database: Database,
  {
    replicaOf,
    keyring = replicaOf?.publishing.keyring,
  }: { readonly replicaOf?: TestWorkers; readonly keyring?: Keyring | undefined } = {},
): Promise<TestWorkers> {
  const publishing = await openTestPublishing(database, keyring === undefined ? {} : { keyring });
  const cloudflare = replicaOf?.cloudflare ?? (await startCloudflare());
  if (replicaOf === undefined) onTestFinished(() => cloudflare.close());
  const namespaceId = replicaOf?.namespaceId ?? cloudflare.addNamespace();
  const clock = { aheadMs: 0 };
  const clients = createTargetClients({
    queries: database.queries,
    keyring: publishing.keyring,
    apiUrl: cloudflare.apiUrl,
  });
  const means = {
    database,
    keyring: publishing.keyring,
    runtimeKeys: publishing.runtimeKeys,
    now: () => Date.now() + clock.aheadMs,
    ...clients,
  };
  const { ids, publisherOf } = publishing.means;
  const features = [createWorkersFeature({ ...means, ids, publisherOf })];
  const control = createTestControl({ database, features });
  const call: TestControl["call"] = (...request) => control.call(...request);
  return {
    publishing,
    cloudflare,
    namespaceId,
    means,
    call,
    clock,
    async connect(namespace = namespaceId) {
      const { accountId, apiToken } = cloudflare;
      const body = { accountId, namespaceId: namespace, apiToken };
      const { status, text } = await call("PUT /v1/apps/yoga/workers", body);
      if (status !== 200) throw new Error(`expected 200, got ${status} ${text}`);
    },
    tend: () => tendValues(means, { app: "yoga", signal: new AbortController().signal }),
    writes: () => cloudflare.requests.filter(({ method }) => method === "PUT").length,
    keys: () => cloudflare.keys(namespaceId),
  };
}
