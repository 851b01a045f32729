import { parseSnapshot } from "@holdfast/flow/snapshot";
import type { Snapshot, SnapshotResponse } from "@holdfast/flow/snapshot";
import type { CatalogReference } from "../catalog/index.ts";
import type { Queries } from "../storage/index.ts";
import { liveSequences, readSnapshotText } from "./publications.ts";
import type { PublicationPlace } from "./publishing-means.ts";

/** How long what was live can be rolled back to with the messages it needs, ms: 30 days. */
const ROLLBACK_WINDOW_MS = 30 * 24 * 3_600_000;

/** Returns the products and offers that what is live of an app names, in every environment. */
export async function liveReferences(
  queries: Queries,
  app: string,
): Promise<readonly CatalogReference[]> {
  const snapshots = await liveSnapshots(queries, app);
  return snapshots.flatMap((snapshot) => responsesOf(snapshot).flatMap(referencesOf));
}

/** Tells whether something that is live of an app signs offers. */
export async function signsOffers(queries: Queries, app: string): Promise<boolean> {
  const snapshots = await liveSnapshots(queries, app);
  return snapshots.some((snapshot) =>
    responsesOf(snapshot).some(
      ({ kind }) => kind === "promotionalOffer" || kind === "advancedCommerceInfo",
    ),
  );
}

/**
 * Tells whether a message is used by what is live in an environment, or by what was live within the
 * rollback window before `now`.
 */
export async function isMessageUsed(
  queries: Queries,
  { app, environment }: PublicationPlace,
  { messageIdentifier, now }: { readonly messageIdentifier: string; readonly now: number },
): Promise<boolean> {
  const newestBefore = await queries
    .selectFrom("publications")
    .select((row) => row.fn.max("sequence").as("sequence"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("published_at", "<", now - ROLLBACK_WINDOW_MS)
    .executeTakeFirst();
  const rows = await queries
    .selectFrom("publications")
    .select("snapshot")
    .distinct()
    .where("app", "=", app)
    .where("environment", "=", environment)
    // That one was live when the window began.
    .where("sequence", ">=", newestBefore?.sequence ?? 0)
    .execute();
  for (const { snapshot } of rows) {
    // In canonical JSON an identifier stands between quotes, as it is.
    if ((await readSnapshotText(queries, snapshot)).includes(`"${messageIdentifier}"`)) return true;
  }
  return false;
}

async function liveSnapshots(queries: Queries, app: string): Promise<readonly Snapshot[]> {
  const live = await liveSequences(queries, app);
  const rows = await Promise.all(
    live.map(({ environment, sequence }) =>
      queries
        .selectFrom("publications")
        .select("snapshot")
        .where("app", "=", app)
        .where("environment", "=", environment)
        .where("sequence", "=", sequence)
        .executeTakeFirstOrThrow(),
    ),
  );
  const hashes = [...new Set(rows.map(({ snapshot }) => snapshot))];
  return Promise.all(
    hashes.map(async (hash) => parseSnapshot(JSON.parse(await readSnapshotText(queries, hash)))),
  );
}

function responsesOf({ rules }: Snapshot): readonly SnapshotResponse[] {
  return rules.flatMap(({ respond, experiment }) => [
    ...(respond === undefined ? [] : [respond]),
    ...(experiment?.arms.map((arm) => arm.respond) ?? []),
  ]);
}

function referencesOf(response: SnapshotResponse): readonly CatalogReference[] {
  if (response.kind === "alternateProduct") {
    return Object.values(response.products).map(({ product }) => ({ productId: product }));
  }
  if (response.kind !== "promotionalOffer") return [];
  return Object.values(response.offers).map(({ product, offer }) => ({
    productId: product,
    offerIdentifier: offer,
  }));
}
