import { accessRetentionJob } from "../access/index.ts";
import { catalogJobs, defaultsJob, reviewJob } from "../catalog/index.ts";
import { deploymentJobs } from "../deployments/index.ts";
import { forgetRuntimesJob } from "../distribution/index.ts";
import { conditionsJob } from "../health/index.ts";
import { retentionJob } from "../jobs/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { performanceTestJob } from "../performance-tests/index.ts";
import { liveReferences, reviewsJob, scheduleJob } from "../publishing/index.ts";
import { realtimeUrlJob } from "../realtime-url/index.ts";
import { webhookJobs } from "../webhooks/index.ts";
import type { ControlOptions } from "./control-options.ts";
import type { ControlParts } from "./control-parts.ts";

/** Returns every kind of job of a control plane. */
export function createJobs(
  { keyring, release, allowPrivateWebhooks: allowPrivateNetworks = false }: ControlOptions,
  parts: ControlParts,
): readonly JobKind[] {
  const { database, clients, ids, now } = parts;
  return [
    retentionJob({ database, times: { now } }),
    accessRetentionJob({ database, now }),
    ...catalogJobs({ database, clients, ids, now, liveReferences }),
    reviewJob({ database, clients, now }),
    defaultsJob({ database, clients, now }),
    realtimeUrlJob({ database, clients, ids, now }),
    performanceTestJob({ database, clients, now }),
    scheduleJob(parts),
    reviewsJob(parts),
    ...deploymentJobs(parts),
    forgetRuntimesJob({ database, now }),
    conditionsJob({ database, ids, now }),
    ...webhookJobs({ database, keyring, ids, release, allowPrivateNetworks }),
  ];
}
