import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { CodedError } from "@holdfast/appstore/errors";
import { verifyChainText } from "@holdfast/appstore/revocation";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import { implement } from "../http/index.ts";
import type { Feature } from "../http/index.ts";
import type { Database } from "../storage/index.ts";
import { keepChain } from "./revocation-chains.ts";
import { readRevocationRecords } from "./revocation-records.ts";
import { readTrustedRoots } from "./trusted-roots.ts";

/** What the operations need. */
export interface RevocationsFeatureOptions {
  readonly database: Database;
  readonly runtimeKeys: Pick<RuntimeKeys, "revocationRecords">;
}

/** Returns the operations by which runtimes learn of revoked certificates. */
export function createRevocationsFeature(options: RevocationsFeatureOptions): Feature {
  const { database, runtimeKeys } = options;
  return {
    operations: [
      implement(
        routes.readRevocations,
        async () => {
          const { text, etag } = await readRevocationRecords(database.queries, runtimeKeys);
          return { body: { records: text }, etag };
        },
        HEEDS_APPS,
      ),
      implement(
        routes.reportChain,
        async ({ body: chain }, { now }) => {
          const trust = await readTrustedRoots(database.queries);
          const hashes = await verifyChainText(chain, { trust, now }).catch(refuseChain);
          await keepChain(database, hashes, { chain, now });
          return {};
        },
        HEEDS_APPS,
      ),
    ],
  };
}

/** Chains are the same for all apps, and say nothing of any. */
const HEEDS_APPS = { heedsApps: true } as const;

function refuseChain(error: unknown): never {
  if (!(error instanceof CodedError)) throw error;
  const message = `reportChain: expected a chain of the App Store's, got ${error.code}: ${error.message}`;
  throw new ApiRefusal("INPUT_INVALID", message);
}
