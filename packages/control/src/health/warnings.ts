import { listApps } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import { findActiveConnectKey, findActiveInAppPurchaseKey } from "../keys/index.ts";
import type { RecurringJob } from "../jobs/index.ts";
import type { Queries } from "../storage/index.ts";
import { revocationWarnings } from "../revocations/index.ts";
import { listFailedWebhooks } from "../webhooks/webhooks.ts";
import { listStanding } from "./conditions.ts";
import { describeCondition } from "./describe-condition.ts";

/** The most warnings that are shown, as the API describes them. */
const MAX_WARNINGS = 100;

/** The most apps that are looked at: who has more looks at the conditions. */
const MAX_APPS = 100;

/**
 * Returns what whoever runs it should know, in sentences: the gravest first.
 *
 * @param now - milliseconds since 1970
 */
export async function readWarnings(
  queries: Queries,
  jobs: readonly RecurringJob[],
  now: number,
): Promise<readonly string[]> {
  const apps = await listApps(queries, { apps: "all", limit: MAX_APPS });
  const conditions = await listStanding(queries, MAX_WARNINGS);
  const warnings = [
    ...apps.flatMap(foreignRoots),
    ...(await revocationWarnings(queries, now)),
    ...conditions.map(describeCondition),
    ...jobs.flatMap(failedJob),
    ...(await failedWebhooks(queries)),
    ...(await missing(queries, apps)),
  ];
  return warnings.slice(0, MAX_WARNINGS);
}

function foreignRoots({ id, environments }: App): readonly string[] {
  const roots = environments.production?.trustedRoots ?? [];
  return roots.length === 0 ? [] : [`${id} production trusts a root that is not Apple's`];
}

function failedJob({ name, state, problem }: RecurringJob): readonly string[] {
  return state === "failed" ? [`the job ${name} failed: ${problem ?? "UNKNOWN"}`] : [];
}

async function failedWebhooks(queries: Queries): Promise<readonly string[]> {
  const webhooks = await listFailedWebhooks(queries);
  return webhooks.map(({ app, id, disabledBecause }) => {
    const why = disabledBecause === "gone" ? "it answered 410" : "it failed for days";
    return `${app}: the webhook ${id} is held back, for ${why}`;
  });
}

/** What is still to be done before anything can be answered. */
async function missing(queries: Queries, apps: readonly App[]): Promise<readonly string[]> {
  if (apps.length === 0) return ["no app is configured yet"];
  const warnings: string[] = [];
  for (const { id, environments } of apps) {
    if (Object.keys(environments).length === 0) warnings.push(`${id} is served in no environment`);
    if ((await findActiveInAppPurchaseKey(queries, id)) === undefined) {
      warnings.push(`${id} has no In-App Purchase key: no offer can be signed, nothing uploaded`);
    }
    if ((await findActiveConnectKey(queries, id)) === undefined) {
      warnings.push(`${id} has no App Store Connect key: its catalog cannot be read`);
    }
  }
  return warnings;
}
