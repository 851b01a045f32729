import { defineRoute } from "../contract/define-route.ts";
import { id } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { choice, openChoice, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { CONTENT_PATH, contentParams } from "./content-fields.ts";

const TAG = "Notifications";
const PATH = `${CONTENT_PATH}/notifications` as const;

const pseudonym = patterned(
  "What the subscription is called in rows and logs: made of originalTransactionId with the app's key.",
  {
    pattern: /^[A-Za-z0-9_-]{43}$/,
    expected: "43 letters, digits, _ and -",
    max: 43,
    example: "uJ3kq0Yx4c2mVQp7bB1n8Tq5wZrLhE6sK9dXfGtA2oM",
  },
);

const source = choice("How it came: posted, or read from Apple's history.", ["pushed", "history"]);

const mode = choice(
  "How notifications come. `push`: Apple, or whoever Apple posts to, posts them here; what was missed is read from Apple's history every six hours. `poll`: they are read every minute from that history, which has all that Apple tried to post to whatever URL it was given.",
  ["push", "poll"],
);

const count = (about: string, example: number) =>
  whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });

const notificationSchema = open(
  {
    notificationUUID: text("Apple's identifier of it, the same in every repetition.", {
      max: 128,
      example: "002e14d5-51f5-4503-b5a8-c3a1af68eb20",
    }),
    notificationType: openChoice("What happened.", [
      "DID_CHANGE_RENEWAL_STATUS",
      "DID_RENEW",
      "EXPIRED",
    ]),
    subtype: openChoice("More of what happened; absent where there is no more.", [
      "AUTO_RENEW_DISABLED",
      "AUTO_RENEW_ENABLED",
    ]).optional(),
    pseudonym: pseudonym.optional(),
    signedDate: moment("When Apple signed it."),
    receivedAt: moment("When it came here first."),
    source,
    forwarding: choice(
      "What became of passing it on, over all URLs; absent where there was none then.",
      ["waiting", "delivered", "failed"],
    ).optional(),
  },
  { id: "Notification", about: "A notification of the App Store, each listed once." },
);

/** Lists notifications. */
export const listNotifications = defineRoute({
  operationId: "listNotifications",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "List notifications",
  description:
    "Lists the App Store's notifications of the last 90 days, the newest first; on request those about one subscription.",
  access: "viewer",
  params: contentParams,
  query: { ...pageQuery, pseudonym: pseudonym.optional() },
  isPaged: true,
  success: {
    status: 200,
    about: "A page of notifications.",
    body: page("NotificationPage", "A page of notifications.", notificationSchema),
  },
});

const daySchema = open(
  {
    day: moment("When the day began, UTC."),
    pushed: count("How many new ones were posted.", 1204),
    history: count("How many new ones were found in Apple's history.", 3),
  },
  { id: "NotificationDay", about: "How many new notifications came on a day." },
);

const historySchema = open(
  {
    coveredUntil: moment(
      "Everything signed before was read; absent before the first reading.",
    ).optional(),
    isReading: flag("Whether a reading is under way or was broken off; it goes on there.", false),
    readAt: moment("When one last came to its end; absent where none did.").optional(),
    recoveredAt: moment("When one did that looked for what was missed.").optional(),
    nextAt: moment("When reading begins or goes on; absent where it is about to.").optional(),
    problem: text(
      "Our code for why the last reading failed, KEY_MISSING where the app has no In-App Purchase key to ask Apple with; absent where it did not.",
      { max: 64, example: "APPLE_UNREACHABLE" },
    ).optional(),
  },
  { id: "NotificationHistory", about: "How far Apple's history of notifications was read." },
);

/** Reads how notifications stand. */
export const readNotificationStatus = defineRoute({
  operationId: "readNotificationStatus",
  method: "GET",
  path: `${PATH}/status`,
  tag: TAG,
  summary: "Read how notifications come",
  description:
    "Says when the last one was posted, how far Apple's history was read, and how many were new on each of the last 14 days: posted, and found in the history. With `mode` push, what the history had is what was missed.",
  access: "viewer",
  params: contentParams,
  success: {
    status: 200,
    about: "How they come.",
    body: open(
      {
        mode,
        path: text("Where they are posted to on this server.", {
          max: 128,
          example: "/apple/notifications/yoga",
        }),
        lastPushedAt: moment("When the last new one was posted; absent where none was.").optional(),
        history: historySchema,
        days: list("The days on which any came, the newest first.", daySchema, { max: 15 }),
        waiting: count("How many wait to be passed on, over all URLs.", 0),
      },
      { id: "NotificationStatus", about: "How an app's notifications come." },
    ),
  },
});

const settingsSchema = open(
  { mode },
  { id: "NotificationSettings", about: "How an app's notifications come." },
);

/** Reads the settings. */
export const readNotificationSettings = defineRoute({
  operationId: "readNotificationSettings",
  method: "GET",
  path: `${PATH}/settings`,
  tag: TAG,
  summary: "Read how notifications are to come",
  description: "Reads whether notifications are posted here or read from Apple's history.",
  access: "viewer",
  params: contentParams,
  success: { status: 200, about: "The settings.", body: settingsSchema },
});

/** Writes the settings. */
export const configureNotifications = defineRoute({
  operationId: "configureNotifications",
  method: "PUT",
  path: `${PATH}/settings`,
  tag: TAG,
  summary: "Say how notifications are to come",
  description:
    "Says whether notifications are posted here or read from Apple's history. What is posted is taken either way.",
  access: "admin",
  params: contentParams,
  body: strict({ mode }, { id: "NotificationSettingsChange", about: "The settings." }),
  success: { status: 200, about: "The settings.", body: settingsSchema },
});

const forwardId = id("The id of a URL that notifications are passed on to.", "forward_4kWs");

const forwardUrl = patterned(
  "Where notifications are passed on to: https, without a user in it; http only where the server allows private networks, and only into these.",
  {
    pattern: /^https?:\/\/[^\s"<>\\^`{|}\p{Cc}\p{Cs}]+$/u,
    expected: "a URL that begins with https://",
    max: 2048,
    example: "https://api.example.com/app-store/notifications",
  },
);

const forwardSchema = open(
  {
    id: forwardId,
    url: forwardUrl,
    createdAt: moment("When it was added."),
    waiting: count("How many wait for it.", 0),
    delivered: count("How many it took.", 1204),
    failed: count("How many were given up, or not even tried because too many waited.", 0),
    lastDeliveredAt: moment("When it last took one; absent where it took none.").optional(),
    failingSince: moment(
      "Since when every attempt failed; absent while the last one arrived.",
    ).optional(),
    status: whole("The HTTP status of its last answer; absent where there was none.", {
      min: 100,
      max: 599,
      example: 200,
    }).optional(),
    problem: text("Our code for why the last attempt failed; absent where it did not.", {
      max: 64,
      example: "STATUS_NOT_OK",
    }).optional(),
  },
  { id: "NotificationForward", about: "A URL that notifications are passed on to." },
);

/** Adds a URL. */
export const createNotificationForward = defineRoute({
  operationId: "createNotificationForward",
  method: "POST",
  path: `${PATH}/forwards`,
  tag: TAG,
  summary: "Pass notifications on",
  description:
    "Has every notification that comes from now on posted to a URL, as it came: the same bytes under the same Content-Type, so that whoever gets them verifies Apple's signature as before. They are stored here first and passed on after Apple was answered, each at least once, in no certain order. What is not answered with 200 to 206 within 15 seconds is tried again for three days. At most 10,000 wait for one URL; what comes beyond is not passed on to it, and counted. Redirects are not followed. An app has at most five URLs in an environment.",
  access: "admin",
  params: contentParams,
  body: strict(
    { url: forwardUrl },
    { id: "NewNotificationForward", about: "Where to pass notifications on to." },
  ),
  isCreation: true,
  success: { status: 201, about: "The URL as it was added.", body: forwardSchema },
});

/** Lists URLs. */
export const listNotificationForwards = defineRoute({
  operationId: "listNotificationForwards",
  method: "GET",
  path: `${PATH}/forwards`,
  tag: TAG,
  summary: "List where notifications are passed on to",
  description: "Lists the URLs that notifications are passed on to, and how that goes.",
  access: "admin",
  params: contentParams,
  success: {
    status: 200,
    about: "The URLs, the oldest first.",
    body: open(
      { items: list("The URLs.", forwardSchema, { max: 5 }) },
      { id: "NotificationForwards", about: "Where notifications are passed on to." },
    ),
  },
});

/** Removes a URL. */
export const deleteNotificationForward = defineRoute({
  operationId: "deleteNotificationForward",
  method: "DELETE",
  path: `${PATH}/forwards/{forward}`,
  tag: TAG,
  summary: "Pass notifications on no more",
  description: "Ends passing notifications on to a URL; what waits for it is dropped.",
  access: "admin",
  params: { ...contentParams, forward: forwardId },
  success: { status: 204, about: "Removed." },
});
