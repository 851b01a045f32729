import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { attemptDelivery } from "./attempt-delivery.ts";
import { listDeliveries, newDeliveryId } from "./deliveries.ts";
import type { Delivery } from "./deliveries.ts";
import { sampleEvent } from "./events/sample-event.ts";
import { bodyOf } from "./events/webhook-event.ts";
import type { WebhooksFeatureOptions } from "./webhooks-options.ts";
import { readWebhook } from "./webhooks.ts";

/** Returns the operations on deliveries. */
export function deliveryOperations(options: WebhooksFeatureOptions): readonly Implementation[] {
  return [tryOut(options), list(options)];
}

function tryOut(options: WebhooksFeatureOptions): Implementation {
  const { database, ids } = options;
  return implement(routes.testWebhook, async ({ params }, { now, signal, change }) => {
    const webhook = await readWebhook(database.queries, params);
    const [event = "publication.live"] = webhook.events;
    const body = bodyOf(sampleEvent(event, webhook.app, now), { isTest: true });
    const post = { id: newDeliveryId(ids), webhook: webhook.id, body };
    const { status = null, problem = null } = await attemptDelivery(
      { ...webhook, ...post },
      { means: options, at: now },
      signal,
    );
    return change(async ({ queries, audit }) => {
      // Deleted meanwhile: then nothing is kept.
      await readWebhook(queries, params);
      const delivery = {
        ...post,
        event,
        state: problem === null ? ("delivered" as const) : ("failed" as const),
        attempts: 1,
        status,
        problem,
        created_at: now,
        next_at: null,
      };
      await queries.insertInto("webhook_deliveries").values(delivery).execute();
      const how = problem ?? "it arrived";
      await audit({ target: webhook.id, summary: `tried the webhook ${webhook.id}: ${how}` });
      return { body: deliveryBody(delivery) };
    });
  });
}

function list({ database: { queries } }: WebhooksFeatureOptions): Implementation {
  const { operationId } = routes.listDeliveries;
  return implement(routes.listDeliveries, async ({ params, query: { limit, cursor } }) => {
    const { id } = await readWebhook(queries, params);
    const kinds = ["number", "string"] as const;
    const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
    const rows = await listDeliveries(queries, id, { limit: limit + 1, after });
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: deliveryBody,
        positionOf: (row: Delivery) => [row.created_at, row.id],
      }),
    };
  });
}

function deliveryBody(row: Delivery): RouteBody<typeof routes.testWebhook> {
  return {
    id: row.id,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.problem === null ? {} : { problem: row.problem }),
    createdAt: row.created_at,
    ...(row.next_at === null ? {} : { nextAt: row.next_at }),
  };
}
