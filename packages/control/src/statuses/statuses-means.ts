import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import type { JobTimes } from "../jobs/index.ts";
import type { AppleClients } from "../keys/index.ts";
import type { Database, Transaction } from "../storage/index.ts";
import type {
  FindSubscriptionIds,
  SubscriptionNews,
  SubscriptionPlace,
} from "../subscribers/index.ts";

/** How statuses are fetched. */
export interface StatusSettings {
  /**
   * How many calls a second an app's statuses may cost in each environment, and its histories as many;
   * default {@link CALLS_PER_SECOND}.
   */
  readonly callsPerSecond?: Partial<Readonly<Record<FlowEnvironment, number>>> | undefined;
  /** Whether the transactions of subscriptions that were unknown or imported are read too; default true. */
  readonly readHistories?: boolean | undefined;
}

/**
 * Half of the 50 and 5 that Apple allows each app on these operations: the app's own server spends from the
 * same limit.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/identifying-rate-limits
 */
export const CALLS_PER_SECOND: Readonly<Record<FlowEnvironment, number>> = {
  production: 25,
  sandbox: 2.5,
};

/** What fetching statuses works with. */
export interface StatusesMeans {
  readonly database: Database;
  readonly clients: Pick<AppleClients, "appStoreServer">;
  readonly verifier: SignedDataVerifier;
  readonly idsOf: FindSubscriptionIds;
  /** Opens the ids in decisions. */
  readonly runtimeKeys: Pick<RuntimeKeys, "decisionSeal">;
  /** Takes news over in the transaction in which what was asked for is settled. */
  readonly takeNews: (
    transaction: Transaction,
    place: SubscriptionPlace,
    news: readonly SubscriptionNews[],
  ) => Promise<void>;
  /** Whether production may trust roots beside Apple's. */
  readonly allowNonAppleProductionRoots: boolean;
  /** Default the system's. */
  readonly times?: JobTimes;
  readonly settings?: StatusSettings | undefined;
}
