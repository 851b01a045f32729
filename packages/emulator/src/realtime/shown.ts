import type {
  DecodedRealtimeRequestBody,
  RealtimeResponseBody,
} from "@holdfast/appstore/retention-messaging";
import {
  type AppStoreConnectText,
  findAppStoreConnectMessage,
} from "../world/app-store-connect.ts";
import { findDefaultMessage } from "../world/defaults.ts";
import type { EnvironmentWorld, StoredMessage } from "../world/world.ts";

/** Why nothing is shown: there is no default message, or there was and it may not be shown. */
export type NothingReason = "NO_DEFAULT_MESSAGE";

/** What the subscriber sees after tapping Cancel. */
export type Shown =
  | {
      readonly source: "realtime";
      readonly message: StoredMessage;
      /** What was answered: the offer or the product stands beside the message. */
      readonly response: RealtimeResponseBody;
    }
  | { readonly source: "appStoreConnect"; readonly message: AppStoreConnectText }
  | { readonly source: "default"; readonly message: StoredMessage }
  | { readonly source: "nothing"; readonly reason: NothingReason };

/** What of Apple's behaviour is UNCONFIRMED and can be chosen. */
export interface FallbackRules {
  /**
   * Whether App Store Connect's message makes up for a missing default message; default false. Apple
   * shows nothing for a product and locale without a default; whether this lifts that is UNCONFIRMED.
   */
  readonly appStoreConnectLiftsDefaultRequirement?: boolean;
}

/**
 * Decides what Apple shows: our answer when it was accepted, else App Store Connect's message of the
 * subscription, else the default message of the product and locale, else nothing. Without that default
 * message there is nothing at all, whatever was answered.
 */
export function decideShown(
  { productId, userLocale }: Pick<DecodedRealtimeRequestBody, "productId" | "userLocale">,
  response: RealtimeResponseBody | undefined,
  world: EnvironmentWorld,
  { appStoreConnectLiftsDefaultRequirement = false }: FallbackRules = {},
): Shown {
  const byDefault = findDefaultMessage(world, productId, userLocale);
  const byAppStoreConnect = findAppStoreConnectMessage(world, productId, userLocale);
  const isLifted = appStoreConnectLiftsDefaultRequirement && byAppStoreConnect !== undefined;
  if (byDefault === undefined && !isLifted) {
    return { source: "nothing", reason: "NO_DEFAULT_MESSAGE" };
  }
  const answered = response && world.messages.get(messageIdentifierOf(response));
  if (response !== undefined && answered !== undefined) {
    return { source: "realtime", message: answered, response };
  }
  if (byAppStoreConnect !== undefined) {
    return { source: "appStoreConnect", message: byAppStoreConnect };
  }
  return byDefault === undefined
    ? { source: "nothing", reason: "NO_DEFAULT_MESSAGE" }
    : { source: "default", message: byDefault };
}

function messageIdentifierOf(response: RealtimeResponseBody): string {
  if ("message" in response) return response.message.messageIdentifier;
  if ("alternateProduct" in response) return response.alternateProduct.messageIdentifier;
  if ("promotionalOffer" in response) return response.promotionalOffer.messageIdentifier;
  return response.advancedCommerceInfo.messageIdentifier;
}
