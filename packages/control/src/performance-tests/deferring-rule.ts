import { parseSnapshot, prepareSnapshot } from "@holdfast/flow/snapshot";
import { readLivePublication, readSnapshotText } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/**
 * Returns the name of a rule of what is live in the sandbox that can answer `deferToApple`; undefined where
 * none can. Which product the tested subscription is of only the App Store Server API knows, so a rule for
 * any product counts.
 *
 * @throws what the database throws
 */
export async function findDeferringRule(
  queries: Queries,
  app: string,
): Promise<string | undefined> {
  const live = await readLivePublication(queries, { app, environment: "sandbox" });
  if (live === undefined) return undefined;
  const text = await readSnapshotText(queries, live.snapshot);
  const { rulesByProduct, otherRules } = prepareSnapshot(parseSnapshot(JSON.parse(text)));
  const deferring = [...rulesByProduct.values(), otherRules].find(
    ({ canDefer }) => canDefer !== undefined,
  );
  return deferring?.canDefer;
}
