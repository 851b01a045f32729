import { AppleApiError } from "../errors/index.ts";
import type { EnvironmentName } from "../world/index.ts";
import { isNotificationType } from "./notification-types.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How far back Apple's history goes, in days.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/get-notification-history
 */
const HISTORY_DAYS: Readonly<Record<EnvironmentName, number>> = { production: 180, sandbox: 30 };

/** Which notifications are asked for. */
export interface NotificationQuery {
  /** Milliseconds since 1970. */
  readonly startDate: number;
  /** Milliseconds since 1970; not later than now. */
  readonly endDate: number;
  readonly notificationType: string | undefined;
  readonly notificationSubtype: string | undefined;
  /** Any transaction of the customer. */
  readonly transactionId: string | undefined;
  readonly onlyFailures: boolean;
}

/**
 * Reads Apple's NotificationHistoryRequest. Throws `GENERAL_BAD_REQUEST`, `INVALID_START_DATE`,
 * `INVALID_END_DATE`, `START_DATE_AFTER_END_DATE`, `START_DATE_TOO_FAR_IN_PAST`,
 * `MULTIPLE_FILTERS_SUPPLIED`, `INVALID_NOTIFICATION_TYPE`, `INVALID_TRANSACTION_ID`.
 *
 * @see https://developer.apple.com/documentation/appstoreserverapi/notificationhistoryrequest
 */
export function readNotificationQuery(
  body: unknown,
  { environment, now }: { readonly environment: EnvironmentName; readonly now: number },
): NotificationQuery {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AppleApiError("GENERAL_BAD_REQUEST", "Expected a JSON object.");
  }
  const fields: Readonly<Partial<Record<keyof NotificationQuery, unknown>>> = body;
  const { startDate, endDate } = fields;
  // Apple's own libraries send null for what is left out.
  const notificationType = fields.notificationType ?? undefined;
  const notificationSubtype = fields.notificationSubtype ?? undefined;
  const transactionId = fields.transactionId ?? undefined;
  if (!isDate(startDate)) throw new AppleApiError("INVALID_START_DATE");
  if (!isDate(endDate)) throw new AppleApiError("INVALID_END_DATE");
  if (startDate >= endDate) throw new AppleApiError("START_DATE_AFTER_END_DATE");
  if (startDate < now - HISTORY_DAYS[environment] * DAY_MS) {
    throw new AppleApiError("START_DATE_TOO_FAR_IN_PAST");
  }
  if (notificationType !== undefined && transactionId !== undefined) {
    throw new AppleApiError("MULTIPLE_FILTERS_SUPPLIED");
  }
  if (transactionId !== undefined && typeof transactionId !== "string") {
    throw new AppleApiError("INVALID_TRANSACTION_ID");
  }
  return {
    startDate,
    endDate: Math.min(endDate, now),
    ...readTypes(notificationType, notificationSubtype),
    transactionId,
    onlyFailures: fields.onlyFailures === true,
  };
}

function readTypes(
  notificationType: unknown,
  notificationSubtype: unknown,
): Pick<NotificationQuery, "notificationType" | "notificationSubtype"> {
  if (notificationType === undefined && notificationSubtype === undefined) {
    return { notificationType, notificationSubtype };
  }
  if (
    typeof notificationType === "string" &&
    (notificationSubtype === undefined || typeof notificationSubtype === "string") &&
    isNotificationType(notificationType, notificationSubtype)
  ) {
    return { notificationType, notificationSubtype };
  }
  throw new AppleApiError("INVALID_NOTIFICATION_TYPE");
}

function isDate(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
