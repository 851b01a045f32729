import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { ApiRefusal, etagOf, readCursor } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import { changesBetween } from "../audit/index.ts";
import { assertMatch, implement, pageOf } from "../http/index.ts";
import type { Feature, Implementation } from "../http/index.ts";
import { deliveryOperations } from "./delivery-operations.ts";
import { beginFeed } from "./events/tell-events.ts";
import { newWebhookKey, secretTextOf } from "./sign-post.ts";
import { describeUrlProblem } from "./webhook-url.ts";
import type { WebhookReach } from "./webhook-url.ts";
import type { WebhooksFeatureOptions } from "./webhooks-options.ts";
import {
  deleteWebhook,
  insertWebhook,
  listWebhooks,
  readWebhook,
  updateWebhook,
  webhookBinding,
} from "./webhooks.ts";
import type { Webhook } from "./webhooks.ts";

/** What of a webhook the audit log shows: of the URL only where it leads, for its path may be a secret. */
const AUDITED = ["origin", "events", "isDisabled"] as const;

/** Returns the operations on webhooks and their deliveries. */
export function createWebhooksFeature(options: WebhooksFeatureOptions): Feature {
  return {
    operations: [
      create(options),
      list(options),
      read(options),
      update(options),
      remove(),
      ...deliveryOperations(options),
    ],
  };
}

function create(options: WebhooksFeatureOptions): Implementation {
  const { database, ids, keyring } = options;
  return implement(
    routes.createWebhook,
    async ({ params: { app }, body: { url, events } }, { now, change }) => {
      await readApp(database.queries, app);
      checkUrl("createWebhook", url, options);
      const webhook: Webhook = {
        id: `webhook_${ids()}`,
        app,
        url,
        events: [...new Set(events)],
        version: 1,
        createdAt: now,
      };
      const key = newWebhookKey();
      const sealed = await keyring.seal(key, webhookBinding({ app, webhook: webhook.id }));
      return change(async (transaction) => {
        await insertWebhook(transaction.queries, webhook, sealed);
        await beginFeed(transaction);
        const { origin } = new URL(url);
        await transaction.audit({
          target: webhook.id,
          summary: `made the webhook ${webhook.id} to ${origin}`,
          changes: changesBetween(undefined, audited(webhook), AUDITED),
        });
        return { body: { ...bodyOf(webhook), secret: secretTextOf(key) } };
      });
    },
    { isAnswerSecret: true },
  );
}

function list({ database: { queries } }: WebhooksFeatureOptions): Implementation {
  const { operationId } = routes.listWebhooks;
  return implement(routes.listWebhooks, async ({ params: { app }, query: { limit, cursor } }) => {
    await readApp(queries, app);
    const kinds = ["number", "string"] as const;
    const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
    const rows = await listWebhooks(queries, app, { limit: limit + 1, after });
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: bodyOf,
        positionOf: ({ createdAt, id }: Webhook) => [createdAt, id],
      }),
    };
  });
}

function read({ database: { queries } }: WebhooksFeatureOptions): Implementation {
  return implement(routes.readWebhook, async ({ params }) =>
    answerOf(await readWebhook(queries, params)),
  );
}

function update(options: WebhooksFeatureOptions): Implementation {
  return implement(routes.updateWebhook, async ({ params, body, ifMatch }, { change }) => {
    if (body.url !== undefined) checkUrl("updateWebhook", body.url, options);
    const events = body.events && [...new Set(body.events)];
    return change(async ({ queries, audit }) => {
      const before = await readWebhook(queries, params);
      assertMatch(ifMatch, before.version);
      const after = await updateWebhook(queries, before, { ...body, events });
      await audit({
        target: before.id,
        summary: `changed the webhook ${before.id}`,
        changes: changesBetween(audited(before), audited(after), AUDITED),
      });
      return answerOf(after);
    });
  });
}

function remove(): Implementation {
  return implement(routes.deleteWebhook, async ({ params }, { change }) =>
    change(async ({ queries, audit }) => {
      const before = await readWebhook(queries, params);
      await deleteWebhook(queries, params);
      await audit({
        target: before.id,
        summary: `deleted the webhook ${before.id}`,
        changes: changesBetween(audited(before), undefined, AUDITED),
      });
      return {};
    }),
  );
}

function checkUrl(operationId: string, url: string, reach: WebhookReach): void {
  const message = describeUrlProblem(url, reach);
  if (message === undefined) return;
  throw new ApiRefusal("INPUT_INVALID", `${operationId}: ${message}`, {
    issues: [{ path: ["body", "url"], message }],
  });
}

function audited({ url, events, disabledBecause }: Webhook) {
  return { origin: new URL(url).origin, events, isDisabled: disabledBecause !== undefined };
}

function answerOf(webhook: Webhook) {
  return { body: bodyOf(webhook), etag: etagOf(webhook.version) };
}

function bodyOf({
  app: _app,
  version: _version,
  events,
  disabledBecause,
  ...webhook
}: Webhook): RouteBody<typeof routes.readWebhook> {
  const isDisabled = disabledBecause !== undefined;
  return {
    ...webhook,
    events: [...events],
    isDisabled,
    ...(isDisabled ? { disabledBecause } : {}),
  };
}
