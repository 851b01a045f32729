import { APPROVED_STATE } from "@holdfast/appstore/connect-api";
import type {
  ConnectRetention,
  ConnectRetentionMessage,
  RetentionMessageVersion,
} from "@holdfast/appstore/connect-api";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { SeenDefault } from "./default-messages.ts";
import type { ContentPlace } from "./review-states.ts";

/** App Store Connect's message for one product in one locale. */
export interface ConnectFallback {
  readonly source: "appStoreConnect";
  /** Its id in App Store Connect, which no answer of ours can name. */
  readonly messageId: string;
  readonly name: string | undefined;
  /** How many offers Apple chooses among for the subscriber; it shows at most one. */
  readonly offers: number;
}

/**
 * EXPERIMENTAL: what Apple would show for a product in a locale where no answer of ours comes, or a bad one.
 * `unknown` is a default message that Apple was not asked for yet.
 */
export type Fallback =
  | ConnectFallback
  | { readonly source: "default"; readonly messageIdentifier: string }
  | { readonly source: "nothing" }
  | { readonly source: "unknown" };

/** Where a fallback is looked for, and what is known there. */
export interface FallbackSources {
  readonly environment: ContentPlace["environment"];
  /** Undefined where it is not available. */
  readonly retention: ConnectRetention | undefined;
}

/**
 * Returns which fallback Apple would take: App Store Connect's message before the default message. Whether
 * Apple takes the first where there is no default message is UNCONFIRMED; here it does.
 *
 * @see https://developer.apple.com/videos/play/wwdc2026/309
 */
export function decideFallback(
  place: DefaultPlace,
  sources: FallbackSources,
  seen: Pick<SeenDefault, "messageIdentifier"> | undefined,
): Fallback {
  const byConnect = findConnectFallback(place, sources);
  if (byConnect !== undefined) return byConnect;
  if (seen === undefined) return { source: "unknown" };
  const { messageIdentifier } = seen;
  return messageIdentifier === null
    ? { source: "nothing" }
    : { source: "default", messageIdentifier };
}

/**
 * Returns App Store Connect's message for a product in a locale; undefined where it has none there. It must
 * have this very locale: which other one Apple would take is UNCONFIRMED.
 */
export function findConnectFallback(
  { productId, locale }: DefaultPlace,
  { environment, retention }: FallbackSources,
): ConnectFallback | undefined {
  const product = retention?.products.find((each) => each.productId === productId);
  const message = retention?.messages.find(({ id }) => id === product?.messageId);
  if (product === undefined || message === undefined) return undefined;
  const texts = shownVersion(message, environment)?.localizations ?? [];
  if (!texts.some((text) => text.locale === locale)) return undefined;
  const { id, name } = message;
  return { source: "appStoreConnect", messageId: id, name, offers: product.offers.length };
}

/** The sandbox shows the newest version whatever its state, production the newest approved one. */
function shownVersion(
  { versions }: ConnectRetentionMessage,
  environment: ContentPlace["environment"],
): RetentionMessageVersion | undefined {
  return environment === "sandbox"
    ? versions.at(-1)
    : versions.findLast(({ state }) => state === APPROVED_STATE);
}
