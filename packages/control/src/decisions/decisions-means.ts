import type { RuntimeKeys } from "@holdfast/runtime/keys";
import type { Queries } from "../storage/index.ts";
import type { FindSubscriptionIds, SubscriptionPlace } from "../subscribers/index.ts";
import type { IngestMeans } from "./ingest-decisions.ts";

/** What the operations on decisions need. */
export interface DecisionsMeans extends IngestMeans {
  readonly idsOf: FindSubscriptionIds;
  /** What runtimes sealed the ids in decisions under. */
  readonly runtimeKeys: Pick<RuntimeKeys, "decisionSeal">;
  /** Returns the pseudonym of the subscription that a transaction, given by its hash, is of; undefined where that is not known. */
  readonly ownerOf: (
    queries: Queries,
    place: SubscriptionPlace,
    transactionHash: string,
  ) => Promise<string | undefined>;
}
