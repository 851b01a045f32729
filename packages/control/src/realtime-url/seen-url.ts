import type { ContentPlace } from "../catalog/index.ts";
import type { Queries } from "../storage/index.ts";

/** The URL of a place, and when Apple was seen to have it. */
export interface SeenUrl {
  /** Null where there was none. */
  readonly url: string | null;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
}

/** Returns the URL as it was last seen; undefined before the first look. */
export async function readSeenUrl(
  queries: Queries,
  { app, environment }: ContentPlace,
): Promise<SeenUrl | undefined> {
  const row = await queries
    .selectFrom("realtime_urls")
    .select(["url", "seen_at"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row === undefined ? undefined : { url: row.url, seenAt: row.seen_at };
}

/** Writes which URL Apple has. */
export async function writeSeenUrl(
  queries: Queries,
  { app, environment }: ContentPlace,
  { url, seenAt }: SeenUrl,
): Promise<void> {
  const columns = { url, seen_at: seenAt };
  await queries
    .insertInto("realtime_urls")
    .values({ app, environment, ...columns })
    .onConflict((conflict) => conflict.columns(["app", "environment"]).doUpdateSet(columns))
    .execute();
}
