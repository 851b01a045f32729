import { readPoll } from "../../catalog/index.ts";
import { readSyncState } from "../../catalog/sync-state.ts";
import type { CatalogSync } from "../../catalog/sync-state.ts";
import { findActiveConnectKey, findActiveInAppPurchaseKey } from "../../keys/index.ts";
import type { App } from "../../apps/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { FoundCondition } from "../conditions.ts";

/** What Apple's 401 is written down as. */
const KEY_REFUSED = "APPLE_UNAUTHORIZED";

/** A sync that fails is told of once it did so for so long, ms: most mend themselves by then. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Finds what went wrong the last time Apple was asked for an app: a key that was refused, a catalog that
 * cannot be read.
 *
 * @param now - milliseconds since 1970
 */
export async function findAppleProblems(
  queries: Queries,
  app: App,
  now: number,
): Promise<readonly FoundCondition[]> {
  const sync = await readSyncState(queries, app.id);
  return [
    ...syncFailed(app, sync, now),
    ...(await connectKeyRefused(queries, app, sync)),
    ...(await purchaseKeyRefused(queries, app)),
  ];
}

function syncFailed({ id }: App, sync: CatalogSync, now: number): readonly FoundCondition[] {
  if (sync.state === "never" || sync.state === "succeeded") return [];
  const isLong = now - (sync.startedAt ?? now) >= PATIENCE_MS;
  return [
    {
      kind: "catalog.syncFailed",
      app: id,
      environment: "both",
      subject: "",
      state: sync.state === "failed" && isLong ? "standing" : "unknown",
      details: { problem: sync.problem?.code ?? "UNKNOWN" },
    },
  ];
}

async function connectKeyRefused(
  queries: Queries,
  { id: app }: App,
  sync: CatalogSync,
): Promise<readonly FoundCondition[]> {
  const isRefused = sync.problem?.code === KEY_REFUSED;
  if (!isRefused && sync.state !== "running") return [];
  const key = await findActiveConnectKey(queries, app);
  if (key === undefined) return [];
  const state = isRefused ? "standing" : "unknown";
  return [keyRefused({ app, environment: "both", state }, "connect", key.keyId)];
}

async function purchaseKeyRefused(
  queries: Queries,
  { id: app, environments }: App,
): Promise<readonly FoundCondition[]> {
  const key = await findActiveInAppPurchaseKey(queries, app);
  if (key === undefined) return [];
  const found: FoundCondition[] = [];
  for (const environment of ["sandbox", "production"] as const) {
    if (environments[environment] === undefined) continue;
    const poll = await readPoll(queries, { app, environment });
    if (poll?.problem_code !== KEY_REFUSED) continue;
    found.push(keyRefused({ app, environment, state: "standing" }, "inAppPurchase", key.keyId));
  }
  return found;
}

function keyRefused(
  place: Pick<FoundCondition, "app" | "environment" | "state">,
  key: "connect" | "inAppPurchase",
  keyId: string,
): FoundCondition {
  const details = { key, keyId, problem: KEY_REFUSED };
  return { ...place, kind: "key.refused", subject: `${key} ${keyId}`, details };
}
