/**
 * Apple's types of notifications and the subtypes each can have; the empty one stands for none. Types
 * the emulator never sends are here too, for they can be asked for.
 *
 * @see https://developer.apple.com/documentation/appstoreservernotifications/notificationtype
 */
const SUBTYPES: Readonly<Record<string, readonly string[]>> = {
  CONSUMPTION_REQUEST: [""],
  DID_CHANGE_RENEWAL_PREF: ["", "UPGRADE", "DOWNGRADE"],
  DID_CHANGE_RENEWAL_STATUS: ["", "AUTO_RENEW_ENABLED", "AUTO_RENEW_DISABLED"],
  DID_FAIL_TO_RENEW: ["", "GRACE_PERIOD"],
  DID_RENEW: ["", "BILLING_RECOVERY"],
  EXPIRED: ["", "VOLUNTARY", "BILLING_RETRY", "PRICE_INCREASE", "PRODUCT_NOT_FOR_SALE"],
  EXTERNAL_PURCHASE_TOKEN: ["", "UNREPORTED"],
  GRACE_PERIOD_EXPIRED: [""],
  METADATA_UPDATE: [""],
  MIGRATION: [""],
  OFFER_REDEEMED: ["", "INITIAL_BUY", "RESUBSCRIBE", "UPGRADE", "DOWNGRADE"],
  ONE_TIME_CHARGE: [""],
  PRICE_CHANGE: [""],
  PRICE_INCREASE: ["", "PENDING", "ACCEPTED"],
  REFUND: [""],
  REFUND_DECLINED: [""],
  REFUND_REVERSED: [""],
  RENEWAL_EXTENDED: [""],
  RENEWAL_EXTENSION: ["", "SUMMARY", "FAILURE"],
  RESCIND_CONSENT: [""],
  REVOKE: [""],
  SUBSCRIBED: ["", "INITIAL_BUY", "RESUBSCRIBE"],
  TEST: [""],
};

/** Tells whether Apple has notifications of this type, with this subtype if one is given. */
export function isNotificationType(type: string, subtype = ""): boolean {
  return Object.hasOwn(SUBTYPES, type) && SUBTYPES[type]?.includes(subtype) === true;
}
