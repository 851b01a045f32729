import { defineRoute } from "../contract/define-route.ts";
import { appId, httpsUrl, id } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const TAG = "Webhooks";

const webhookId = id("The webhook's id.", "webhook_0gBn");

const webhookUrl = httpsUrl("Where events are posted.", {
  max: 2048,
  example: "https://hooks.example.com/holdfast",
});

const eventKind = choice("A kind of event.", [
  "publication.live",
  "publication.failed",
  "stopList.changed",
  "message.rejected",
  "message.approved",
  "realtimeUrl.changed",
  "performanceTest.finished",
  "catalog.syncFailed",
  "runtime.lost",
]);

const events = list("The kinds of events that are posted.", eventKind, { max: 32, min: 1 });

const webhookShape = {
  id: webhookId,
  url: webhookUrl,
  events,
  isDisabled: flag("Whether it is held back.", false),
  createdAt: moment("When it was made."),
};

const webhookSchema = open(webhookShape, {
  id: "Webhook",
  about: "An address that is told of events.",
});

const webhookParams = { app: appId, webhook: webhookId };

/** Makes a webhook. */
export const createWebhook = defineRoute({
  operationId: "createWebhook",
  method: "POST",
  path: "/v1/apps/{app}/webhooks",
  tag: TAG,
  summary: "Make a webhook",
  description:
    "Makes an address be told of events. Every post is signed with the secret of this answer, which is shown only here: the header Holdfast-Signature has `t=<seconds>,v1=<HMAC-SHA-256 of t.body in hex>`. Addresses of private networks are refused with INPUT_INVALID unless the server allows them.",
  access: "admin",
  params: { app: appId },
  body: strict({ url: webhookUrl, events }, { id: "NewWebhook", about: "The webhook to make." }),
  isCreation: true,
  success: {
    status: 201,
    about: "The webhook, with its secret.",
    body: open(
      {
        ...webhookShape,
        secret: text("What posts are signed with; shown only here.", {
          max: 256,
          example: "the-secret-shown-once",
        }),
      },
      { id: "WebhookWithSecret", about: "A webhook with the secret that is shown once." },
    ),
  },
});

/** Lists webhooks. */
export const listWebhooks = defineRoute({
  operationId: "listWebhooks",
  method: "GET",
  path: "/v1/apps/{app}/webhooks",
  tag: TAG,
  summary: "List webhooks",
  description: "Lists an app's webhooks without their secrets, the newest first.",
  access: "admin",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of webhooks.",
    body: page("WebhookPage", "A page of webhooks.", webhookSchema),
  },
});

/** Reads a webhook. */
export const readWebhook = defineRoute({
  operationId: "readWebhook",
  method: "GET",
  path: "/v1/apps/{app}/webhooks/{webhook}",
  tag: TAG,
  summary: "Read a webhook",
  description: "Reads a webhook, with the ETag that editing it needs.",
  access: "admin",
  params: webhookParams,
  etag: "returned",
  success: { status: 200, about: "The webhook.", body: webhookSchema },
});

/** Edits a webhook. */
export const updateWebhook = defineRoute({
  operationId: "updateWebhook",
  method: "PATCH",
  path: "/v1/apps/{app}/webhooks/{webhook}",
  tag: TAG,
  summary: "Edit a webhook",
  description: "Changes what is given and leaves the rest; the secret stays.",
  access: "admin",
  params: webhookParams,
  body: strict(
    {
      url: webhookUrl.optional(),
      events: events.optional(),
      isDisabled: flag("Whether to hold it back.").optional(),
    },
    { id: "WebhookChange", about: "What to change; the rest stays." },
  ),
  etag: "required",
  success: { status: 200, about: "The webhook as changed.", body: webhookSchema },
});

/** Deletes a webhook. */
export const deleteWebhook = defineRoute({
  operationId: "deleteWebhook",
  method: "DELETE",
  path: "/v1/apps/{app}/webhooks/{webhook}",
  tag: TAG,
  summary: "Delete a webhook",
  description: "Ends a webhook; what is still to be posted to it is dropped.",
  access: "admin",
  params: webhookParams,
  success: { status: 204, about: "Deleted." },
});

const deliverySchema = open(
  {
    id: id(
      "The delivery's id, the same in all its attempts; the post carries it.",
      "delivery_7vXc",
    ),
    event: eventKind,
    state: choice("How it stands.", ["waiting", "delivered", "failed"]),
    attempts: whole("How often it was tried.", { min: 0, max: 100, example: 1 }),
    status: whole("The HTTP status of the last answer; absent where there was none.", {
      min: 100,
      max: 599,
      example: 200,
    }).optional(),
    createdAt: moment("When the event happened."),
    nextAt: moment("When it is tried again; absent where it is not.").optional(),
  },
  { id: "Delivery", about: "One event on its way to a webhook." },
);

/** Posts a test event. */
export const testWebhook = defineRoute({
  operationId: "testWebhook",
  method: "POST",
  path: "/v1/apps/{app}/webhooks/{webhook}/test",
  tag: TAG,
  summary: "Try a webhook",
  description:
    "Posts an event of the webhook's first kind with made-up content and `isTest: true`, once, and answers with how that went.",
  access: "admin",
  params: webhookParams,
  success: { status: 200, about: "How it went.", body: deliverySchema },
});

/** Lists a webhook's deliveries. */
export const listDeliveries = defineRoute({
  operationId: "listDeliveries",
  method: "GET",
  path: "/v1/apps/{app}/webhooks/{webhook}/deliveries",
  tag: TAG,
  summary: "List deliveries",
  description: "Lists what was posted to a webhook in the last 30 days, the newest first.",
  access: "admin",
  params: webhookParams,
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of deliveries.",
    body: page("DeliveryPage", "A page of deliveries.", deliverySchema),
  },
});
