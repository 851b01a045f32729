import { createAccess } from "../access/index.ts";
import type { Access } from "../access/index.ts";
import { openChangeHub } from "../changes/index.ts";
import type { ChangeHub } from "../changes/index.ts";
import { WATCHED_TOPICS } from "../distribution/index.ts";
import { databaseFacts } from "../flows/index.ts";
import { createAppleClients } from "../keys/index.ts";
import type { AppleClients } from "../keys/index.ts";
import { loadPublisher, REVIEW_TOPICS } from "../publishing/index.ts";
import type { PublishingMeans } from "../publishing/index.ts";
import { createSubscriptionIds } from "../subscribers/index.ts";
import type { FindSubscriptionIds } from "../subscribers/index.ts";
import type { ControlOptions } from "./control-options.ts";
import { subscriptionStreams } from "./subscription-streams.ts";
import type { SubscriptionStreams } from "./subscription-streams.ts";

/** What an edit of an app is announced under. */
export const APP_TOPIC = "app";

/** What features and jobs share: one of each in a process. */
export interface ControlParts extends PublishingMeans {
  readonly access: Access;
  /** One client for each key, so that Apple's rates are kept over all that is done with it. */
  readonly clients: AppleClients;
  readonly hub: ChangeHub;
  /** How an app's subscriptions are called in rows. */
  readonly idsOf: FindSubscriptionIds;
  /** Where what Apple tells and runtimes decide goes on to. */
  readonly streams: SubscriptionStreams;
}

/**
 * Makes the parts.
 *
 * @throws UsageError `PUBLIC_URL_INVALID`, `PROVIDER_ISSUER_INVALID`; what the database throws
 */
export async function createControlParts(
  options: ControlOptions,
  { ids, now }: Pick<ControlParts, "ids" | "now">,
): Promise<ControlParts> {
  const { database, keyring, appleHosts: hosts = {}, onProblem } = options;
  const { queries } = database;
  return {
    database,
    ids,
    now,
    facts: databaseFacts(queries),
    publisherOf: (app) => loadPublisher({ database, keyring }, app),
    access: createAccess({ ...options, now, ids }),
    idsOf: createSubscriptionIds({ queries, keyring }),
    streams: subscriptionStreams,
    clients: createAppleClients({ queries, keyring, hosts, now }),
    hub: await openChangeHub(database, {
      topics: [...WATCHED_TOPICS, ...REVIEW_TOPICS, APP_TOPIC],
      ...(onProblem === undefined ? {} : { onProblem }),
    }),
  };
}
