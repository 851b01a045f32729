import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { assertMatch } from "../http/index.ts";
import { deleteSecretsOfApp } from "../secrets/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { App } from "./app.ts";
import { readApp } from "./read-apps.ts";

/** What else knows an app: features that hold rows of apps, or can tell what is live. */
export interface AppDependents {
  /** Returns the environments in which something of the app is live; it then cannot be deleted. */
  readonly liveEnvironments: (queries: Queries, app: string) => Promise<readonly FlowEnvironment[]>;
  /** Delete what an app has in tables that do not refer to `apps`, in order. */
  readonly deletions: readonly ((queries: Queries, app: string) => Promise<void>)[];
}

/** Which app, as it was seen. */
export interface AppDeletion {
  readonly id: string;
  /** The ETag of what was seen. */
  readonly ifMatch: string;
  readonly dependents: AppDependents;
}

/**
 * Deletes an app with everything of it, its pseudonym key included, and announces `app`. Returns what it
 * was. The audit log stays.
 *
 * @throws ApiRefusal `NOT_FOUND`, `PRECONDITION_FAILED`; `CONFLICT` while something is live
 */
export async function deleteApp(
  { queries, announce }: Transaction,
  { id, ifMatch, dependents }: AppDeletion,
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
  await deleteSecretsOfApp(queries, id);
  await queries.deleteFrom("apps").where("id", "=", id).execute();
  announce({ topic: "app", app: id, subject: id });
  return app;
}
