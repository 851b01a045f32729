import { expect } from "vitest";
import { createTestControl } from "../../apps/testing/test-control.ts";
import type { TestCallerOptions, TestControl } from "../../apps/testing/test-control.ts";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import { openTestPublishing } from "../../publishing/testing/test-publishing.ts";
import type { TestPublishing } from "../../publishing/testing/test-publishing.ts";
import { createIdSource } from "../../storage/index.ts";
import { openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { createWebhooksFeature, webhookJobs } from "../index.ts";
import type { WebhookJobsOptions } from "../index.ts";

/** A webhook as it was made. */
export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
}

/** Webhooks of the app `yoga`, on a real database, with publishing beside them. */
export interface TestWebhooks extends TestPublishing {
  readonly webhooks: TestControl;
  readonly options: WebhookJobsOptions;
  /** Moves the clock. */
  readonly wait: (milliseconds: number) => void;
  readonly make: (url: string, events: readonly string[]) => Promise<MadeWebhook>;
  /** Tells events and posts what is due, until nothing is. */
  readonly deliver: (signal?: AbortSignal) => Promise<void>;
  readonly prune: () => Promise<void>;
  readonly deliveries: (webhook: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly audit: () => Promise<readonly string[]>;
}

/** Opens webhooks that may be on this machine. */
export async function openTestWebhooks(
  engine: TestEngine,
  {
    means = {},
    caller = {},
  }: {
    readonly means?: Partial<WebhookJobsOptions>;
    readonly caller?: TestCallerOptions;
  } = {},
): Promise<TestWebhooks> {
  const database = await openTestDatabase(engine);
  const publishing = await openTestPublishing(database);
  let waited = 0;
  const now = (): number => Date.now() + waited;
  const options: WebhookJobsOptions = {
    database,
    keyring: publishing.keyring,
    ids: createIdSource(),
    release: "0.0.0",
    allowPrivateNetworks: true,
    times: { ...SYSTEM_TIMES, now, random: () => 0.5 },
    ...means,
  };
  const features = [createWebhooksFeature(options)];
  const webhooks = createTestControl({ database, features }, { now, ...caller });
  const [deliver, prune] = webhookJobs(options);
  const context = { id: "job", payload: null, attempt: 1, signal: new AbortController().signal };
  return {
    ...publishing,
    webhooks,
    options,
    wait(milliseconds) {
      waited += milliseconds;
    },
    async make(url, events) {
      const made = await webhooks.call("POST /v1/apps/yoga/webhooks", { url, events });
      expect(made.status).toBe(201);
      // What a creation answers has both.
      return made.body as unknown as MadeWebhook;
    },
    deliver: async (signal = context.signal) => deliver?.run({ ...context, signal }),
    prune: async () => prune?.run(context),
    async deliveries(webhook) {
      const { body } = await webhooks.call(`GET /v1/apps/yoga/webhooks/${webhook}/deliveries`);
      return body["items"] ?? [];
    },
    async audit() {
      const rows = await database.queries
        .selectFrom("audit_log")
        .select(["action", "actor", "details"])
        .where("action", "like", "%ebhook%")
        .orderBy("at")
        .orderBy("id")
        .execute();
      return rows.map(({ action, actor, details }) => `${actor} ${action} ${details}`);
    },
  };
}
