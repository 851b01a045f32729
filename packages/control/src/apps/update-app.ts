import { assertMatch, versionMoved } from "../http/index.ts";
import type { Transaction } from "../storage/index.ts";
import type { App, EnvironmentsSettings } from "./app.ts";
import { replaceEnvironments } from "./create-app.ts";
import { readApp } from "./read-apps.ts";

/** What to change of an app; the rest stays. */
export interface AppChange {
  readonly name?: string | undefined;
  /** As `checkSettings()` returned them; one that is given is replaced whole. */
  readonly environments?: EnvironmentsSettings | undefined;
}

/** Which app, as the editor saw it, and when. */
export interface AppEdit {
  readonly id: string;
  /** The ETag of what was seen. */
  readonly ifMatch: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Changes an app and announces `app`. Returns it as it was and as it is.
 *
 * @throws ApiRefusal `NOT_FOUND`, `PRECONDITION_FAILED`
 */
export async function updateApp(
  { queries, announce }: Transaction,
  { id, ifMatch, now }: AppEdit,
  change: AppChange,
): Promise<{ readonly before: App; readonly after: App }> {
  const before = await readApp(queries, id);
  assertMatch(ifMatch, before.version);
  const { numUpdatedRows } = await queries
    .updateTable("apps")
    .set({ name: change.name ?? before.name, version: before.version + 1, updated_at: now })
    .where("id", "=", id)
    .where("version", "=", before.version)
    .executeTakeFirst();
  // Somebody was faster between the two statements.
  if (numUpdatedRows === 0n) throw versionMoved();
  await replaceEnvironments(queries, id, change.environments ?? {});
  announce({ topic: "app", app: id, subject: id });
  return { before, after: await readApp(queries, id) };
}
