import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { CloudflareOptions, LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { onTestFinished } from "vitest";
import type { CloudflareAccess } from "../cloudflare-access.ts";
import { createKvNamespaceClient } from "../kv-namespace-client.ts";
import type { KvNamespaceClient } from "../kv-namespace-client.ts";

/** A clock on which sleeping takes no time: it moves ahead instead. */
interface MovingClock {
  now(): number;
  elapsed(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** How long each sleep was asked to be, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** A namespace of a local Cloudflare, and a client of it that lives by the same clock. */
export interface TestNamespace {
  readonly cloudflare: LocalCloudflare;
  readonly namespaceId: string;
  readonly access: CloudflareAccess;
  readonly client: KvNamespaceClient;
  readonly clock: MovingClock;
  /** How many bulk calls the API has answered so far, and with what. */
  readonly bulkStatuses: () => readonly (number | undefined)[];
}

/** Starts one; it is gone when the test is over. */
export async function startTestNamespace(options: CloudflareOptions = {}): Promise<TestNamespace> {
  const clock = createMovingClock();
  const cloudflare = await startCloudflare({ clock, ...options });
  onTestFinished(() => cloudflare.close());
  const namespaceId = cloudflare.addNamespace();
  const { accountId, apiToken, apiUrl } = cloudflare;
  const access = { accountId, namespaceId, apiToken, apiUrl };
  return {
    cloudflare,
    namespaceId,
    access,
    clock,
    client: createKvNamespaceClient(access, { clock, random: () => 0.5 }),
    bulkStatuses: () =>
      cloudflare.requests.filter(({ path }) => path.includes("/bulk")).map(({ status }) => status),
  };
}

function createMovingClock(): MovingClock {
  let now = 1_763_715_600_000;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    elapsed: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}
