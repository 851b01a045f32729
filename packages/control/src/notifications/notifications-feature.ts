import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { changesBetween } from "../audit/index.ts";
import { readServedApp } from "../catalog/index.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import type { Database, IdSource } from "../storage/index.ts";
import type { WebhookReach } from "../webhooks/index.ts";
import { forwardOperations } from "./forwarding/forward-operations.ts";
import type { NotificationIntake } from "./intake.ts";
import { listNotifications } from "./list-notifications.ts";
import { receiveNotifications } from "./receive-notifications.ts";
import { readMode, writeMode } from "./settings.ts";
import { readStatus } from "./status.ts";
import type { NotificationsTable } from "./tables.ts";

/** What the feature needs. */
export interface NotificationsFeatureOptions extends WebhookReach {
  readonly database: Database;
  readonly ids: IdSource;
  readonly intake: NotificationIntake;
}

/** Returns what takes notifications, and the operations on them. */
export function createNotificationsFeature(options: NotificationsFeatureOptions): Feature {
  return {
    receivers: [receiveNotifications(options.intake)],
    operations: [
      list(options),
      readHow(options),
      readSettings(options),
      configure(options),
      ...forwardOperations(options),
    ],
  };
}

function list({ database: { queries } }: NotificationsFeatureOptions): Implementation {
  const route = routes.listNotifications;
  const { operationId } = route;
  return implement(route, async ({ params, query: { limit, cursor, pseudonym } }) => {
    await readServedApp(queries, params);
    const kinds = ["number", "string"] as const;
    const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
    const rows = await listNotifications(queries, params, { limit: limit + 1, pseudonym, after });
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: bodyOf,
        positionOf: (row: Row) => [row.received_at, row.notification_uuid],
      }),
    };
  });
}

type Row = Selectable<NotificationsTable>;
type Item = RouteBody<typeof routes.listNotifications>["items"][number];

function bodyOf(row: Row): Item {
  return {
    notificationUUID: row.notification_uuid,
    notificationType: row.type,
    ...(row.subtype === null ? {} : { subtype: row.subtype }),
    ...(row.pseudonym === null ? {} : { pseudonym: row.pseudonym }),
    signedDate: row.signed_date,
    receivedAt: row.received_at,
    source: row.source,
    ...(row.forwarding === null ? {} : { forwarding: row.forwarding }),
  };
}

function readHow({ database: { queries } }: NotificationsFeatureOptions): Implementation {
  return implement(routes.readNotificationStatus, async ({ params }, { now }) => {
    await readServedApp(queries, params);
    return { body: await readStatus(queries, params, now) };
  });
}

function readSettings({ database: { queries } }: NotificationsFeatureOptions): Implementation {
  return implement(routes.readNotificationSettings, async ({ params }) => {
    await readServedApp(queries, params);
    return { body: { mode: await readMode(queries, params) } };
  });
}

function configure({ database }: NotificationsFeatureOptions): Implementation {
  const route = routes.configureNotifications;
  return implement(route, async ({ params, body: { mode } }, { now, change }) => {
    await readServedApp(database.queries, params);
    return change(async ({ queries, audit }) => {
      const before = { mode: await readMode(queries, params) };
      await writeMode(queries, params, { mode, now });
      const how = mode === "push" ? "posted here" : "read from Apple's history";
      await audit({
        target: params.app,
        summary: `had ${params.environment} notifications ${how}`,
        changes: changesBetween(before, { mode }, ["mode"]),
      });
      return { body: { mode } };
    });
  });
}
