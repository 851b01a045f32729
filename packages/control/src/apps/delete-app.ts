import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { assertMatch } from "../http/index.ts";
import { deleteSecretsOfApp } from "../secrets/index.ts";
import { deleteSomeOf } from "../storage/index.ts";
import type { Queries, TableOfApps, Transaction } from "../storage/index.ts";
import type { App } from "./app.ts";
import { readApp } from "./read-apps.ts";

/** What else knows an app: features that hold rows of apps, or can tell what is live. */
export interface AppDependents {
  /** Returns the environments in which something of the app is live; it then cannot be deleted. */
  readonly liveEnvironments: (queries: Queries, app: string) => Promise<readonly FlowEnvironment[]>;
  /** Delete what an app has in tables that do not refer to `apps`, in order. */
  readonly deletions: readonly ((queries: Queries, app: string) => Promise<void>)[];
  /**
   * Tables that do not refer to `apps` either and may hold millions of rows of one: what is too much for the
   * transaction is left to `clearAppsJob`. In the order in which whoever writes several of them does. Default
   * none.
   */
  readonly tables?: readonly TableOfApps[];
}

/** Rows of each table that are deleted at once with their app. */
const AT_ONCE = 1000;

/** Which app, as it was seen. */
export interface AppDeletion {
  readonly id: string;
  /** The ETag of what was seen. */
  readonly ifMatch: string;
  readonly dependents: AppDependents;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Deletes an app with everything of it, its pseudonym key included, and announces `app`. Returns what it
 * was. What there is very much of goes a little later, of an app whose key is gone; until then no other can
 * be made under its id. The audit log stays.
 *
 * @throws ApiRefusal `NOT_FOUND`, `PRECONDITION_FAILED`; `CONFLICT` while something is live
 */
export async function deleteApp(
  { queries, announce }: Transaction,
  { id, ifMatch, dependents, now }: AppDeletion,
): Promise<App> {
  const app = await readApp(queries, id);
  assertMatch(ifMatch, app.version);
  const live = await dependents.liveEnvironments(queries, id);
  if (live.length > 0) {
    throw new ApiRefusal("CONFLICT", `${id} is live in ${live.join(" and ")}`, {
      advice: "pause it and delete the real-time URL first",
    });
  }
  for (const deletion of dependents.deletions) await deletion(queries, id);
  let isLeft = false;
  for (const table of dependents.tables ?? []) {
    const count = await deleteSomeOf(queries, table, { app: id, limit: AT_ONCE });
    isLeft ||= count === AT_ONCE;
  }
  if (isLeft) {
    await queries.insertInto("app_clearances").values({ app: id, deleted_at: now }).execute();
  }
  await deleteSecretsOfApp(queries, id);
  await queries.deleteFrom("apps").where("id", "=", id).execute();
  announce({ topic: "app", app: id, subject: id });
  return app;
}
