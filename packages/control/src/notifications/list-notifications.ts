import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { NotificationsTable } from "./tables.ts";

/** Which notifications to list. */
export interface ListNotificationsOptions {
  readonly limit: number;
  /** Only those about this subscription. */
  readonly pseudonym?: string | undefined;
  /** Where the list goes on: the time and the UUID of the last one. */
  readonly after?: readonly [receivedAt: number, notificationUUID: string] | undefined;
}

/** Returns an app's notifications, the newest first. */
export function listNotifications(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { limit, pseudonym, after }: ListNotificationsOptions,
): Promise<readonly Selectable<NotificationsTable>[]> {
  let query = queries
    .selectFrom("notifications")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("received_at", "desc")
    .orderBy("notification_uuid", "desc")
    .limit(limit);
  if (pseudonym !== undefined) query = query.where("pseudonym", "=", pseudonym);
  if (after !== undefined) {
    query = query.where((row) =>
      row(row.refTuple("received_at", "notification_uuid"), "<", row.tuple(after[0], after[1])),
    );
  }
  return query.execute();
}
