import { createAppsFeature } from "../apps/index.ts";
import { createAuditFeature } from "../audit/index.ts";
import { createAppleContentFeature, createCatalogFeature } from "../catalog/index.ts";
import { createDecisionsFeature, keptMsOf } from "../decisions/index.ts";
import { createDeploymentsFeature } from "../deployments/index.ts";
import { createDistributionFeature } from "../distribution/index.ts";
import { createExportsFeature } from "../exports/index.ts";
import { createFlowsFeature, deleteFlowsOfApp } from "../flows/index.ts";
import { createHealthFeature } from "../health/index.ts";
import type { Feature } from "../http/index.ts";
import { createKeysFeature } from "../keys/index.ts";
import { createNotificationsFeature } from "../notifications/index.ts";
import { createOutcomesFeature } from "../outcomes/index.ts";
import { createPerformanceTestsFeature } from "../performance-tests/index.ts";
import {
  createPublishingFeature,
  deletePublicationsOfApp,
  isMessageUsed,
  liveEnvironments,
  liveVersion,
  signsOffers,
} from "../publishing/index.ts";
import { createRealtimeUrlFeature } from "../realtime-url/index.ts";
import { createRevocationsFeature } from "../revocations/index.ts";
import { createSimulatorFeature } from "../simulator/index.ts";
import { createStatusesFeature, wantStatuses } from "../statuses/index.ts";
import { createSubscribersFeature, transactionOwner } from "../subscribers/index.ts";
import { createWebhooksFeature } from "../webhooks/index.ts";
import { markStates, readStatesProgress } from "../workers/states/index.ts";
import { createWorkersFeature } from "../workers/index.ts";
import type { ControlOptions } from "./control-options.ts";
import type { ControlParts } from "./control-parts.ts";
import { ERASURES } from "./erasures.ts";
import { LARGE_TABLES } from "./large-tables.ts";

/** Returns every feature of a control plane, each with what it needs of the others. */
export function createFeatures(options: ControlOptions, parts: ControlParts): readonly Feature[] {
  const { database, keyring, runtimeKeys, release } = options;
  const { allowNonAppleProductionRoots = false } = options;
  const { access, clients, hub, ids, now } = parts;
  const allowPrivateNetworks = options.allowPrivateWebhooks ?? false;
  const deletions = [deletePublicationsOfApp, deleteFlowsOfApp];
  return [
    access.feature,
    createAuditFeature(database),
    createAppsFeature({
      database,
      keyring,
      dependents: { liveEnvironments, deletions, tables: LARGE_TABLES },
      allowNonAppleProductionRoots,
    }),
    createKeysFeature({ database, keyring, clients, signsOffers }),
    createCatalogFeature({ database, ids }),
    createAppleContentFeature({ database, clients, isMessageUsed }),
    createRealtimeUrlFeature({ database, clients, ids }),
    createPerformanceTestsFeature({ database, keyring, clients }),
    createFlowsFeature({ ...parts, liveVersion }),
    createPublishingFeature(parts),
    createDeploymentsFeature(parts),
    createDistributionFeature({ database, keyring, runtimeKeys, hub }),
    createRevocationsFeature({ database, runtimeKeys }),
    createWorkersFeature({
      ...parts.workers,
      ids,
      publisherOf: parts.publisherOf,
      readSubscribers: readStatesProgress,
    }),
    createNotificationsFeature({ database, ids, intake: parts.intake, allowPrivateNetworks }),
    createDecisionsFeature({
      ...parts,
      runtimeKeys,
      keptMs: keptMsOf(options.decisionDays),
      ownerOf: transactionOwner,
    }),
    createExportsFeature({ database, destination: options.exports }),
    createStatusesFeature(parts),
    createOutcomesFeature({ database }),
    createSubscribersFeature({
      ...parts,
      erasures: ERASURES,
      markStates,
      wantStatuses: (transaction, place, wanted) =>
        wantStatuses(transaction, place, wanted, { now: now() }),
    }),
    createWebhooksFeature({ database, keyring, ids, release, allowPrivateNetworks }),
    createSimulatorFeature({ ...parts, runtimeKeys }),
    createHealthFeature({ database, release, startedAt: now() }),
  ];
}
