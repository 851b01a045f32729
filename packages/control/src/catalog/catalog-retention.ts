import type { ConnectRetention } from "@holdfast/appstore/connect-api";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { CatalogWrite } from "./catalog-write.ts";

/**
 * EXPERIMENTAL: returns App Store Connect's own retention messages and offers of an app, as they were last
 * read; undefined where they were not available.
 */
export async function readStoredRetention(
  queries: Queries,
  app: string,
): Promise<ConnectRetention | undefined> {
  const row = await queries
    .selectFrom("catalog_retention")
    .select("content")
    .where("app", "=", app)
    .executeTakeFirst();
  return row && fromJsonText(row.content);
}

/** EXPERIMENTAL: writes what was read of them; what is not available any more is forgotten. */
export async function writeRetention(
  queries: Queries,
  retention: ConnectRetention | undefined,
  { app, now }: CatalogWrite,
): Promise<void> {
  if (retention === undefined) {
    await queries.deleteFrom("catalog_retention").where("app", "=", app).execute();
    return;
  }
  const content = toJsonText(retention);
  await queries
    .insertInto("catalog_retention")
    .values({ app, content, changed_at: now })
    .onConflict((conflict) =>
      conflict
        .column("app")
        .doUpdateSet({ content, changed_at: now })
        .where("catalog_retention.content", "<>", content),
    )
    .execute();
}
