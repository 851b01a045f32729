import type { Database } from "../../../storage/index.ts";

/** Longer than what is waited for before those are marked that were there before, ms. */
export const SETTLED_MS = 3 * 60_000;

/** The app of tests. */
const APP = "yoga";

/** Gives the app of tests a namespace, without the token that a real one has. */
export async function connectTarget({ queries }: Database, now: number): Promise<void> {
  await queries
    .insertInto("workers_targets")
    .values({
      app: APP,
      id: "workers_1",
      account_id: "account",
      namespace_id: "namespace",
      connected_at: now,
    })
    .execute();
}

/** Takes it away. */
export async function disconnectTarget({ queries }: Database): Promise<void> {
  await queries.deleteFrom("workers_targets").where("app", "=", APP).execute();
}
