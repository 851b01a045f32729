import type { Selectable } from "kysely";
import { lockKeysOf } from "../keys/key-rows.ts";
import { deleteSecret, insertSecret } from "../secrets/index.ts";
import type { SealedSecret, SecretBinding } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";
import type { WorkersTargetsTable } from "./tables.ts";

/** What a new, changed or deleted target is announced under. */
export const WORKERS_TARGET_TOPIC = "workers-target";

/** The key-value namespace an app's Workers read. Without what opens it. */
export interface WorkersTarget {
  readonly app: string;
  /** Another one after each change of the target, a new token included. */
  readonly id: string;
  readonly accountId: string;
  readonly namespaceId: string;
  /** When it was last changed, ms since 1970. */
  readonly connectedAt: number;
}

/** Returns what a target's API token is bound to. */
export function tokenBinding({ app, id }: Pick<WorkersTarget, "app" | "id">): SecretBinding {
  return { app, environment: "both", purpose: "cloudflareToken", keyId: id };
}

/** Returns an app's target; undefined where it has none. */
export async function findTarget(
  queries: Queries,
  app: string,
): Promise<WorkersTarget | undefined> {
  const row = await queries
    .selectFrom("workers_targets")
    .selectAll()
    .where("app", "=", app)
    .executeTakeFirst();
  return row && targetOf(row);
}

/** Returns every target, by app. */
export async function listTargets(queries: Queries): Promise<readonly WorkersTarget[]> {
  const rows = await queries.selectFrom("workers_targets").selectAll().orderBy("app").execute();
  return rows.map(targetOf);
}

/**
 * Gives an app a target, or another one, with its sealed token. What was written to another namespace is
 * forgotten, and all of it is written to this one; with a new token for the same namespace what waits is
 * tried at once. Returns what the target was.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app
 */
export async function putTarget(
  queries: Queries,
  target: WorkersTarget,
  sealed: SealedSecret,
): Promise<WorkersTarget | undefined> {
  const { app, id, accountId, namespaceId, connectedAt } = target;
  await lockKeysOf(queries, app);
  const before = await findTarget(queries, app);
  const isSame = before?.accountId === accountId && before.namespaceId === namespaceId;
  if (isSame) await deleteSecret(queries, tokenBinding(before));
  else await deleteTarget(queries, app);
  await queries
    .insertInto("workers_targets")
    .values({
      app,
      id,
      account_id: accountId,
      namespace_id: namespaceId,
      connected_at: connectedAt,
    })
    .onConflict((conflict) => conflict.column("app").doUpdateSet({ id, connected_at: connectedAt }))
    .execute();
  await queries
    .updateTable("workers_values")
    .set({ attempts: 0, problem: null, failing_since: null, next_at: connectedAt })
    .where("app", "=", app)
    .where("next_at", "is not", null)
    .execute();
  await insertSecret(queries, tokenBinding(target), sealed);
  return before;
}

/**
 * Deletes an app's target with its token and what is known of what was written. Returns what it was;
 * undefined where the app has none.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app
 */
export async function deleteTarget(
  queries: Queries,
  app: string,
): Promise<WorkersTarget | undefined> {
  await lockKeysOf(queries, app);
  const target = await findTarget(queries, app);
  if (target === undefined) return undefined;
  await queries.deleteFrom("workers_targets").where("app", "=", app).execute();
  await deleteSecret(queries, tokenBinding(target));
  return target;
}

/**
 * Holds an app's target until the transaction ends. Returns whether it is still this one: what is written
 * down of another would be wrong.
 */
export async function holdTarget(
  queries: Queries,
  { app, id }: Pick<WorkersTarget, "app" | "id">,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("workers_targets")
    // Changes nothing, and so takes the row on both engines.
    .set((row) => ({ id: row.ref("id") }))
    .where("app", "=", app)
    .where("id", "=", id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function targetOf(row: Selectable<WorkersTargetsTable>): WorkersTarget {
  return {
    app: row.app,
    id: row.id,
    accountId: row.account_id,
    namespaceId: row.namespace_id,
    connectedAt: row.connected_at,
  };
}
