import { defineRoute } from "../contract/define-route.ts";
import { appId, id } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const TAG = "Webhooks";

const webhookId = id("The webhook's id.", "webhook_0gBn");

const webhookUrl = patterned(
  "Where events are posted: https, without a user in it; http only where the server allows private networks, and only into these.",
  {
    pattern: /^https?:\/\/[^\s"<>\\^`{|}\p{Cc}\p{Cs}]+$/u,
    expected: "a URL that begins with https://",
    max: 2048,
    example: "https://hooks.example.com/holdfast",
  },
);

/** The kinds of events that a webhook can be told of; what the data of each is, docs/webhooks.md says. */
export const WEBHOOK_EVENTS = [
  "publication.live",
  "publication.failed",
  "stopList.changed",
  "message.approved",
  "message.rejected",
  "image.approved",
  "image.rejected",
  "realtimeUrl.changed",
  "performanceTest.finished",
  "catalog.syncFailed",
  "runtime.lost",
  "fallbackRate.exceeded",
  "apple.silent",
  "key.refused",
  "certificate.expiring",
  "fixtures.failing",
  "forward.failing",
  "statuses.paused",
  "workers.failing",
] as const;

const eventKind = choice("A kind of event.", WEBHOOK_EVENTS);

const events = list("The kinds of events that are posted.", eventKind, { max: 32, min: 1 });

const webhookShape = {
  id: webhookId,
  url: webhookUrl,
  events,
  isDisabled: flag(
    "Whether it is held back: nothing is posted, and what happens is not kept.",
    false,
  ),
  disabledBecause: choice(
    "Why it is held back: somebody wanted it, the address answered 410, or it failed for days. Absent while it is not.",
    ["wanted", "gone", "failing"],
  ).optional(),
  failingSince: moment(
    "Since when every post failed; absent while the last one arrived.",
  ).optional(),
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
    "Makes an address be told of events, as the Standard Webhooks specification says (https://www.standardwebhooks.com): a POST of `{type, timestamp, data}` with the headers webhook-id, webhook-timestamp and webhook-signature, signed with the secret of this answer, which is shown only here. Any of its libraries verifies it. What does not answer 2xx within 15 seconds is tried again for a day, at growing intervals; 410 holds the webhook back, and so do three days of failures. Redirects are not followed. Events can come twice, with the same webhook-id, and in another order. Private networks are refused unless the server allows them: INPUT_INVALID where the URL itself names an address in one, and otherwise each post fails. An app has at most 20 webhooks.",
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
        secret: text("What posts are signed with: whsec_ and the key in base64; shown only here.", {
          max: 256,
          example: "whsec_dGhlIHNlY3JldCBzaG93biBvbmNl",
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
  description:
    "Changes what is given and leaves the rest; the secret stays. What waited while it was held back is posted once it is not any more.",
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
      example: 503,
    }).optional(),
    problem: text("Our code for why the last attempt failed; absent where none did.", {
      max: 64,
      example: "STATUS_NOT_OK",
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
    "Posts an event of the webhook's first kind with made-up content and `isTest: true`, once, also where it is held back, and answers with how that went.",
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
