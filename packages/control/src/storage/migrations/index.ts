import type { Migration } from "../migrate/migration.ts";
import { foundation } from "./0001-foundation.ts";
import { access } from "./0002-access.ts";
import { appsKeys } from "./0003-apps-keys.ts";
import { catalog } from "./0004-catalog.ts";
import { flowsPublishing } from "./0005-flows-publishing.ts";
import { realtimeUrlTests } from "./0006-realtime-url-tests.ts";
import { webhooksHealth } from "./0007-webhooks-health.ts";
import { deployments } from "./0008-deployments.ts";
import { sequenceFloor } from "./0009-sequence-floor.ts";
import { retention } from "./0010-retention.ts";
import { notifications } from "./0011-notifications.ts";
import { subscribers } from "./0012-subscribers.ts";
import { decisions } from "./0013-decisions.ts";
import { outcomes } from "./0014-outcomes.ts";
import { statuses } from "./0015-statuses.ts";
import { fixtures } from "./0016-fixtures.ts";
import { clearedApps } from "./0017-cleared-apps.ts";
import { workers } from "./0018-workers.ts";
import { workerStates } from "./0019-worker-states.ts";
import { lookupDays } from "./0020-lookup-days.ts";
import { revocations } from "./0021-revocations.ts";
import { decisionExports } from "./0022-decision-exports.ts";

/** Every migration this release knows, in order. An applied one never changes: add another. */
export const MIGRATIONS: readonly Migration[] = [
  foundation,
  access,
  appsKeys,
  catalog,
  flowsPublishing,
  realtimeUrlTests,
  webhooksHealth,
  deployments,
  sequenceFloor,
  retention,
  notifications,
  subscribers,
  decisions,
  outcomes,
  statuses,
  fixtures,
  clearedApps,
  workers,
  workerStates,
  lookupDays,
  revocations,
  decisionExports,
];
