import { AppleApiError, emulatorError } from "../errors/index.ts";
import type { AppStoreConnectMessage } from "./app-definition.ts";
import { type EnvironmentWorld, findProduct } from "./world.ts";

/** What App Store Connect's message shows to one subscriber. */
export interface AppStoreConnectText {
  readonly referenceName: string;
  readonly header: string;
  readonly body: string;
  readonly retentionOffer?: AppStoreConnectMessage["retentionOffer"] & {};
}

/** Gives a product App Store Connect's retention message, or takes it away (`undefined`). */
export function setAppStoreConnectMessage(
  { app, appStoreConnectMessages }: EnvironmentWorld,
  productId: string,
  message: AppStoreConnectMessage | undefined,
): void {
  if (findProduct(app.definition, productId) === undefined) {
    throw new AppleApiError("INVALID_PRODUCT_ID");
  }
  if (message === undefined) {
    appStoreConnectMessages.delete(productId);
    return;
  }
  if (Object.keys(message.localizations).length === 0) {
    throw emulatorError("INPUT_INVALID", "expected at least one localization");
  }
  appStoreConnectMessages.set(productId, message);
}

/**
 * Returns App Store Connect's message for a product in a locale, or `undefined`. Sandbox takes the
 * latest draft in any state of review, production an APPROVED one. How Apple picks a localization
 * for a locale without one is UNCONFIRMED; here there is none then.
 */
export function findAppStoreConnectMessage(
  { appStoreConnectMessages, environment }: EnvironmentWorld,
  productId: string,
  locale: string,
): AppStoreConnectText | undefined {
  const message = appStoreConnectMessages.get(productId);
  if (message === undefined) return undefined;
  if (environment === "production" && message.state !== "APPROVED") return undefined;
  const { referenceName, localizations, retentionOffer } = message;
  const text = Object.hasOwn(localizations, locale) ? localizations[locale] : undefined;
  if (text === undefined) return undefined;
  return { referenceName, ...text, ...(retentionOffer === undefined ? {} : { retentionOffer }) };
}
