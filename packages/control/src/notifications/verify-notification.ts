import {
  addresseeOf,
  BadSignedData,
  parseNotification,
  parseSignedData,
  RefusedSignedData,
  verifyNotification,
} from "@holdfast/appstore/signed-data";
import type {
  ResponseBodyV2DecodedPayload,
  SignedDataVerifier,
} from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { newsOf, verifySubscription } from "../subscribers/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";
import type { NotificationApp } from "./notification-app.ts";
import { KEPT_MS } from "./prune-notifications.ts";
import { notNow } from "./notification-refusal.ts";

/** A notification of which everything is verified. */
export interface VerifiedNotification {
  readonly place: SubscriptionPlace;
  readonly notificationUUID: string;
  readonly type: string;
  readonly subtype: string | null;
  /** Milliseconds since 1970. */
  readonly signedDate: number;
  /** What it says about a subscription; absent where it is about none. */
  readonly news?: SubscriptionNews | undefined;
}

/** What a notification is verified with. */
export interface VerifyMeans {
  readonly app: NotificationApp;
  readonly verifier: SignedDataVerifier;
  /** The only environment that will do; default any that is served. */
  readonly environment?: FlowEnvironment | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const DAY_MS = 86_400_000;

/**
 * The oldest notification that is taken, ms since Apple signed it: ten days less than they are remembered,
 * so that an old one never comes for new. Apple repeats one for a week.
 */
export const MAX_AGE_MS = KEPT_MS - 10 * DAY_MS;

/** How far ahead of our clock one may be signed, ms: beyond that a clock is wrong. */
const MAX_AHEAD_MS = DAY_MS;

/** The longest identifier, type or subtype that is kept; Apple's are half as long. */
const MAX_TEXT_LENGTH = 128;

const SUBSCRIPTION = "Auto-Renewable Subscription";

const ENVIRONMENTS: Readonly<Record<string, FlowEnvironment>> = {
  Sandbox: "sandbox",
  Production: "production",
};

/**
 * Verifies a notification and what is signed inside it, and holds all of it to belong together and to the
 * app. What Apple has added since, types among it, is let through.
 *
 * @throws BadSignedData, RefusedSignedData; ApiRefusal `UNAVAILABLE` where it is signed in the future
 */
export async function verifyReceived(
  signedPayload: string,
  { app, verifier, environment, now }: VerifyMeans,
): Promise<VerifiedNotification> {
  const data = parseSignedData(signedPayload);
  const place = placeOf(parseNotification(data.payload), app);
  const expected = app.expected[place.environment];
  if (expected === undefined || (environment ?? place.environment) !== place.environment) {
    throw new RefusedSignedData(
      "ENVIRONMENT_MISMATCH",
      environment === undefined
        ? "the app is not served in this environment"
        : `expected a notification of the ${environment} environment`,
    );
  }
  const notification = await verifyNotification(verifier, data, expected);
  checkDate(notification, now);
  const subscription = await verifySubscription(verifier, expected, notification.data ?? {});
  const { notificationUUID, notificationType, subtype, signedDate } = notification;
  const verified = {
    place,
    notificationUUID: checkUuid(notificationUUID),
    type: storable(notificationType),
    subtype: subtype === undefined ? null : storable(subtype),
    signedDate: Math.round(signedDate),
  };
  // A notification about something that was bought once is none about a subscription.
  const { type: kind = SUBSCRIPTION } = subscription?.transaction ?? {};
  if (subscription === undefined || kind !== SUBSCRIPTION) return verified;
  const frame = {
    source: "notification",
    signedDate: verified.signedDate,
    notification: {
      notificationUUID,
      notificationType,
      ...(subtype === undefined ? {} : { subtype }),
    },
    ...(notification.data?.status === undefined ? {} : { status: notification.data.status }),
  } as const;
  return { ...verified, news: newsOf(subscription, { ids: app.ids, place, frame }) };
}

function placeOf(notification: ResponseBodyV2DecodedPayload, app: NotificationApp) {
  const { environment = "" } = addresseeOf(notification);
  const ours = ENVIRONMENTS[environment];
  if (ours !== undefined) return { app: app.id, environment: ours };
  const message = `expected the environment Sandbox or Production, which are what Apple signs`;
  throw new RefusedSignedData("UNSIGNED_DATA_REFUSED", message);
}

function checkDate({ signedDate }: ResponseBodyV2DecodedPayload, now: number): void {
  if (signedDate > now + MAX_AHEAD_MS) {
    throw notNow("the notification is signed more than a day from now; check the clock", 3600);
  }
  if (signedDate >= now - MAX_AGE_MS) return;
  const days = Math.round(MAX_AGE_MS / DAY_MS);
  throw new BadSignedData("PAYLOAD_INVALID", `signedDate is more than ${days} days ago`);
}

function checkUuid(uuid: string): string {
  if (/^[\x21-\x7e]+$/.test(uuid) && uuid.length <= MAX_TEXT_LENGTH) return uuid;
  throw new BadSignedData("PAYLOAD_INVALID", "expected a notificationUUID of letters and digits");
}

/** Apple's names are short words; whatever else comes can be kept all the same. */
function storable(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .slice(0, MAX_TEXT_LENGTH)
    .toWellFormed();
}
