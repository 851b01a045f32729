import { ApiRefusal } from "@holdfast/api/server";
import type { Queries } from "../storage/index.ts";
import { appOf } from "./app.ts";
import type { App } from "./app.ts";

/** Which apps to list. */
export interface ListAppsOptions {
  /** All, or these. */
  readonly apps: "all" | readonly string[];
  /** Only those whose id sorts after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Returns an app; undefined where there is none. */
export async function findApp(queries: Queries, id: string): Promise<App | undefined> {
  const [app] = await listApps(queries, { apps: [id], limit: 1 });
  return app;
}

/**
 * Returns an app.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readApp(queries: Queries, id: string): Promise<App> {
  const app = await findApp(queries, id);
  if (app !== undefined) return app;
  throw new ApiRefusal("NOT_FOUND", `no app ${id}`);
}

/** Returns apps by their id, the first `limit` of them. */
export async function listApps(
  queries: Queries,
  { apps, after, limit }: ListAppsOptions,
): Promise<readonly App[]> {
  if (apps !== "all" && apps.length === 0) return [];
  let query = queries.selectFrom("apps").selectAll().orderBy("id").limit(limit);
  if (apps !== "all") query = query.where("id", "in", apps);
  if (after !== undefined) query = query.where("id", ">", after);
  const rows = await query.execute();
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const environments = await queries
    .selectFrom("app_environments")
    .selectAll()
    .where("app", "in", ids)
    .execute();
  return rows.map((row) =>
    appOf(
      row,
      environments.filter(({ app }) => app === row.id),
    ),
  );
}
