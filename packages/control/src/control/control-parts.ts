import { systemApiClock } from "@holdfast/appstore/http";
import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import { createAccess } from "../access/index.ts";
import type { Access } from "../access/index.ts";
import { openChangeHub } from "../changes/index.ts";
import type { ChangeHub } from "../changes/index.ts";
import { WATCHED_TOPICS } from "../distribution/index.ts";
import { databaseFacts } from "../flows/index.ts";
import { createAppleClients } from "../keys/index.ts";
import type { AppleClients } from "../keys/index.ts";
import { createNotificationIntake, nodeEcdsa } from "../notifications/index.ts";
import type { NotificationIntake } from "../notifications/index.ts";
import { loadPublisher, REVIEW_TOPICS } from "../publishing/index.ts";
import type { PublishingMeans } from "../publishing/index.ts";
import { createRevocationGuard } from "../revocations/index.ts";
import type { RevocationGuard } from "../revocations/index.ts";
import { createSubscriptionIds } from "../subscribers/index.ts";
import type { FindSubscriptionIds } from "../subscribers/index.ts";
import { createTargetClients, WORKERS_TOPICS } from "../workers/index.ts";
import type { TargetClients, WorkersMeans } from "../workers/index.ts";
import type { ControlOptions } from "./control-options.ts";
import { createSubscriptionStreams } from "./subscription-streams.ts";
import type { SubscriptionStreams } from "./subscription-streams.ts";

/** What an edit of an app is announced under. */
export const APP_TOPIC = "app";

/** What features and jobs share: one of each in a process. */
export interface ControlParts extends PublishingMeans {
  readonly access: Access;
  /** One client for each key, so that Apple's rates are kept over all that is done with it. */
  readonly clients: AppleClients;
  readonly hub: ChangeHub;
  /** What is written for Workers is written with. */
  readonly workers: WorkersMeans & TargetClients;
  /** One for all that Apple signed, for its chains are the same for all apps. It heeds revocations. */
  readonly verifier: SignedDataVerifier;
  /** What the verifier knows of revocations. */
  readonly revocations: RevocationGuard;
  /** How an app's subscriptions are called in rows. */
  readonly idsOf: FindSubscriptionIds;
  /** Takes notifications, posted or found in Apple's history: those that come together are stored together. */
  readonly intake: NotificationIntake;
  /** Where what Apple tells and runtimes decide goes on to. */
  readonly streams: SubscriptionStreams;
}

/**
 * Makes the parts.
 *
 * @throws UsageError `PUBLIC_URL_INVALID`, `PROVIDER_ISSUER_INVALID`, `CLOUDFLARE_URL_INVALID`; what the database throws
 */
export async function createControlParts(
  options: ControlOptions,
  { ids, now }: Pick<ControlParts, "ids" | "now">,
): Promise<ControlParts> {
  const { database, keyring, runtimeKeys, appleHosts: hosts = {}, onProblem } = options;
  const { queries } = database;
  const idsOf = createSubscriptionIds({ queries, keyring });
  const revocations = createRevocationGuard({
    database,
    now,
    onProblem: onProblem ?? (() => undefined),
  });
  await revocations.refresh();
  const verifier = revocations.guard(createSignedDataVerifier({ ecdsa: nodeEcdsa, now }));
  const streams = createSubscriptionStreams({ now, idsOf });
  const { allowNonAppleProductionRoots = false } = options;
  const roots = { allowNonAppleProductionRoots };
  const calling = { clock: { ...systemApiClock, now } };
  return {
    database,
    ids,
    now,
    facts: databaseFacts(queries, now),
    publisherOf: (app) => loadPublisher({ database, keyring }, app),
    access: createAccess({ ...options, now, ids }),
    verifier,
    revocations,
    intake: createNotificationIntake({ database, verifier, idsOf, streams, ids, now, ...roots }),
    idsOf,
    streams,
    clients: createAppleClients({ queries, keyring, hosts, now, calling }),
    workers: {
      database,
      keyring,
      runtimeKeys,
      now,
      ...createTargetClients({ queries, keyring, apiUrl: options.cloudflareApiUrl }),
    },
    hub: await openChangeHub(database, {
      topics: [...new Set([...WATCHED_TOPICS, ...REVIEW_TOPICS, ...WORKERS_TOPICS, APP_TOPIC])],
      ...(onProblem === undefined ? {} : { onProblem }),
    }),
  };
}
