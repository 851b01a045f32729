import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { NotificationMode } from "./tables.ts";

/** How notifications come where nobody said anything. */
export const DEFAULT_MODE: NotificationMode = "push";

/** Returns whether Apple posts an app's notifications here, or they are asked for. */
export async function readMode(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<NotificationMode> {
  const row = await queries
    .selectFrom("notification_settings")
    .select("mode")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row?.mode ?? DEFAULT_MODE;
}

/** Says how an app's notifications come; where they are to be asked for, that begins at once. */
export async function writeMode(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { mode, now }: { readonly mode: NotificationMode; readonly now: number },
): Promise<void> {
  await queries
    .insertInto("notification_settings")
    .values({ app, environment, mode })
    .onConflict((conflict) => conflict.columns(["app", "environment"]).doUpdateSet({ mode }))
    .execute();
  if (mode === "push") return;
  await queries
    .updateTable("notification_reads")
    .set({ next_at: now })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("next_at", ">", now)
    .execute();
}
