import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Queries } from "../storage/index.ts";

/** How what is known of App Store Connect and of Apple's reviews stands, over all apps. */
export interface CatalogStanding {
  readonly syncs: readonly {
    readonly app: string;
    readonly state: "running" | "succeeded" | "failed";
    /** Milliseconds since 1970, as all of these; null before the first success. */
    readonly succeededAt: number | null;
  }[];
  readonly problems: readonly { readonly app: string; readonly count: number }[];
  readonly polls: readonly {
    readonly app: string;
    readonly environment: FlowEnvironment;
    /** When Apple last answered; null before. */
    readonly seenAt: number | null;
  }[];
}

/** Returns how catalogs and reviews stand; apps that were never synced are not in it. */
export async function readCatalogStanding(queries: Queries): Promise<CatalogStanding> {
  const syncs = await queries
    .selectFrom("catalog_syncs")
    .select(["app", "state", "succeeded_at as succeededAt"])
    .orderBy("app")
    .execute();
  const problems = await queries
    .selectFrom("catalog_problems")
    .select(({ fn }) => ["app", fn.countAll<number>().as("count")])
    .groupBy("app")
    .orderBy("app")
    .execute();
  const polls = await queries
    .selectFrom("review_polls")
    .select(["app", "environment", "seen_at as seenAt"])
    .orderBy("app")
    .orderBy("environment")
    .execute();
  return { syncs, problems, polls };
}
