import { parseConnectPeriod } from "./connect-period.ts";
import type { ConnectRecord } from "./connect-record.ts";
import type { ConnectRetentionOffer, RetentionMessageText } from "./connect-retention.ts";

/** Returns an attribute that is a text; undefined for anything else. */
export function textOf(record: ConnectRecord, name: string): string | undefined {
  const value = record[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Returns an attribute that is a number of something; undefined for anything else. */
export function numberOf(record: ConnectRecord, name: string): number | undefined {
  const value = record[name];
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** Returns what a localization says; nothing where it has no locale. */
export function parseRetentionText(record: ConnectRecord): readonly RetentionMessageText[] {
  const locale = textOf(record, "locale");
  if (locale === undefined) return [];
  return [{ locale, header: textOf(record, "header"), body: textOf(record, "body") }];
}

/**
 * Returns what is known of a retention offer. Apple's names for its attributes are UNCONFIRMED; looked for
 * are those of win-back offers, which have the same rules, then those of promotional offers.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/winbackoffer
 */
export function parseRetentionOffer(record: ConnectRecord): ConnectRetentionOffer {
  return {
    id: record.id,
    offerIdentifier: textOf(record, "offerId") ?? textOf(record, "offerCode"),
    name: textOf(record, "referenceName") ?? textOf(record, "name"),
    offerMode: textOf(record, "offerMode"),
    duration: parseConnectPeriod(textOf(record, "duration")),
    numberOfPeriods: numberOf(record, "periodCount") ?? numberOf(record, "numberOfPeriods"),
    minimumPaidMonths: numberOf(record, "customerEligibilityPaidSubscriptionDurationInMonths"),
    monthsBetweenOffers: numberOf(record, "customerEligibilityWaitBetweenOffersInMonths"),
  };
}
