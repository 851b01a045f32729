import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Feature } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import { liveSequences, readLivePublication } from "./publications.ts";
import { publishingOperations } from "./publishing-operations.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
import { readStopList } from "./stop-lists.ts";
import { stopOperations } from "./stop-operations.ts";

/** Returns the operations on publications, schedules and stop lists. */
export function createPublishingFeature(means: PublishingMeans): Feature {
  return { operations: [...publishingOperations(means), ...stopOperations(means)] };
}

/** Returns the version that is live; undefined before the first publication. */
export async function liveVersion(
  queries: Queries,
  place: PublicationPlace,
): Promise<number | undefined> {
  return (await readLivePublication(queries, place))?.version;
}

/** Returns the environments in which something of an app is live and not paused. */
export async function liveEnvironments(
  queries: Queries,
  app: string,
): Promise<readonly FlowEnvironment[]> {
  const live = await liveSequences(queries, app);
  const stops = await Promise.all(live.map((place) => readStopList(queries, place)));
  return live
    .filter((_place, index) => stops[index]?.appPaused !== true)
    .map(({ environment }) => environment);
}

/** Deletes everything publishing has of an app. */
export async function deletePublicationsOfApp(queries: Queries, app: string): Promise<void> {
  const tables = ["publications", "publication_schedules", "stop_lists"] as const;
  for (const table of tables) await queries.deleteFrom(table).where("app", "=", app).execute();
  await queries
    .deleteFrom("snapshots")
    .where("hash", "not in", (row) => row.selectFrom("publications").select("snapshot"))
    .execute();
}
