import { clearAppsJob } from "../apps/index.ts";
import { accessRetentionJob } from "../access/index.ts";
import { catalogJobs, defaultsJob, reviewJob } from "../catalog/index.ts";
import { decisionJobs, keptMsOf, lossesJob } from "../decisions/index.ts";
import { deploymentJobs } from "../deployments/index.ts";
import { forgetRuntimesJob } from "../distribution/index.ts";
import { conditionsJob } from "../health/index.ts";
import { exportJob, openS3Store } from "../exports/index.ts";
import { retentionJob, SYSTEM_TIMES } from "../jobs/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { forwardJob, historyJob, notificationRetentionJob } from "../notifications/index.ts";
import { outcomeJobs } from "../outcomes/index.ts";
import { performanceTestJob } from "../performance-tests/index.ts";
import { liveReferences, reviewsJob, scheduleJob } from "../publishing/index.ts";
import { realtimeUrlJob } from "../realtime-url/index.ts";
import { revocationsJob } from "../revocations/index.ts";
import { fixtureJob } from "../simulator/index.ts";
import { statusesJobs } from "../statuses/index.ts";
import { expiredAttributesJob } from "../subscribers/index.ts";
import { webhookJobs } from "../webhooks/index.ts";
import { workersJobs } from "../workers/index.ts";
import { clearStatesJob, workerStatesJob } from "../workers/states/index.ts";
import type { ControlOptions } from "./control-options.ts";
import type { ControlParts } from "./control-parts.ts";
import { LARGE_TABLES } from "./large-tables.ts";

/** Returns every kind of job of a control plane. */
export function createJobs(
  {
    keyring,
    release,
    allowPrivateWebhooks: allowPrivateNetworks = false,
    decisionDays,
    exports: destination,
    runtimeKeys,
    statuses,
    allowNonAppleProductionRoots = false,
    asksRevocations = true,
    appleHosts = {},
  }: ControlOptions,
  parts: ControlParts,
): readonly JobKind[] {
  const { database, clients, ids, now } = parts;
  // A local App Store has its responder beside it.
  const isLocal = allowPrivateNetworks || Object.keys(appleHosts).length > 0;
  return [
    retentionJob({ database, times: { now } }),
    accessRetentionJob({ database, now }),
    clearAppsJob({ database, tables: LARGE_TABLES, now }),
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
    historyJob({ database, clients, intake: parts.intake, now }),
    forwardJob({ database, idsOf: parts.idsOf, release, allowPrivateNetworks }),
    notificationRetentionJob({ database, now }),
    ...decisionJobs({ database, now, keptMs: keptMsOf(decisionDays) }),
    lossesJob({ database, now }),
    ...(destination === undefined
      ? []
      : [
          exportJob({
            database,
            destination,
            openStore: openS3Store,
            keptMs: keptMsOf(decisionDays),
            now,
          }),
        ]),
    fixtureJob({ database, idsOf: parts.idsOf, now }),
    ...statusesJobs({
      ...parts,
      takeNews: (transaction, place, news) => parts.streams.takeNews(transaction, place, news),
      allowNonAppleProductionRoots,
      runtimeKeys,
      times: { ...SYSTEM_TIMES, now },
      settings: statuses,
    }),
    ...outcomeJobs({ database, now }),
    expiredAttributesJob({ database, now }),
    ...(asksRevocations ? [revocationsJob({ database, now, allowPrivateNetworks: isLocal })] : []),
    ...workersJobs(parts.workers),
    workerStatesJob({ ...parts.workers, times: { ...SYSTEM_TIMES, now } }),
    clearStatesJob({ database }),
    ...webhookJobs({ database, keyring, ids, release, allowPrivateNetworks }),
  ];
}
