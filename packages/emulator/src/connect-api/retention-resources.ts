import type { AppStoreConnectMessage, ReviewState } from "../world/app-definition.ts";
import { stableUuid } from "../world/stable-digits.ts";
import type { AppWorld } from "../world/index.ts";
import { durationOf } from "./durations.ts";
import { type Resource, resource } from "./resource.ts";

/**
 * What App Store Connect has for a product: what production shows is live, what the sandbox shows beside it
 * is a draft.
 */
interface Pair {
  readonly live: AppStoreConnectMessage | undefined;
  readonly draft: AppStoreConnectMessage | undefined;
}

/** The names of states that are seen in public tools; that Apple has no others is UNCONFIRMED. */
const STATES: Readonly<Record<ReviewState, string>> = {
  PENDING: "WAITING_FOR_REVIEW",
  APPROVED: "APPROVED",
  REJECTED: "REJECTED",
};

/**
 * Returns an app's retention messages. In this world each product has its own; products with the same one
 * share it here, as they would in App Store Connect. Addresses and most attributes are UNCONFIRMED.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/setting-up-retention-messaging
 */
export function retentionMessageResources(app: AppWorld): readonly Resource[] {
  const messages = productIdsOf(app).flatMap((productId) => {
    const message = retentionMessageResource(app, productId);
    return message === undefined ? [] : [message];
  });
  return [...new Map(messages.map((message) => [message.id, message])).values()];
}

/** Returns the retention message of a product; `undefined` where it has none. */
export function retentionMessageResource(app: AppWorld, productId: string): Resource | undefined {
  const pair = pairOf(app, productId);
  const newest = pair.draft ?? pair.live;
  if (newest === undefined) return undefined;
  const text = JSON.stringify(pair);
  const sharing = productIdsOf(app).find((each) => JSON.stringify(pairOf(app, each)) === text);
  // Named after the first product, so that it stays itself when its words change.
  const id = stableUuid(`${app.definition.bundleId}|retention|${sharing}`);
  return resource("retentionMessages", id, {
    attributes: { referenceName: newest.referenceName },
    toMany: { versions: () => versionResources(id, pair) },
  });
}

/** Returns the retention offers of a product. */
export function retentionOfferResources(app: AppWorld, productId: string): readonly Resource[] {
  const { live, draft } = pairOf(app, productId);
  const offers = [live, draft].flatMap((message) => message?.retentionOffer ?? []);
  const byIdentifier = new Map(offers.map((offer) => [offer.offerIdentifier, offer]));
  return [...byIdentifier.values()].map(({ offerIdentifier, mode, period }) =>
    resource("retentionOffers", stableUuid(`${productId}|offer|${offerIdentifier}`), {
      attributes: {
        referenceName: offerIdentifier,
        offerId: offerIdentifier,
        offerMode: mode,
        duration: durationOf(period),
        periodCount: 1,
      },
    }),
  );
}

/** The live version is the first, and a draft that says something else the second. */
function versionResources(messageId: string, { live, draft }: Pair): readonly Resource[] {
  const liveVersions = live === undefined ? [] : [{ ...live, state: STATES[live.state] }];
  const isDraft = draft !== undefined && JSON.stringify(draft) !== JSON.stringify(live);
  const draftVersions = isDraft ? [{ ...draft, state: draftState(draft) }] : [];
  return [...liveVersions, ...draftVersions].map(({ state, localizations }, index) => {
    const id = stableUuid(`${messageId}|${index}`);
    return resource("retentionMessageVersions", id, {
      attributes: { version: index + 1, state },
      toMany: { localizations: () => localizationResources(id, localizations) },
    });
  });
}

/** An approved version would be live: the sandbox shows what was never sent to review, too. */
function draftState({ state }: AppStoreConnectMessage): string {
  return state === "APPROVED" ? "PREPARE_FOR_SUBMISSION" : STATES[state];
}

function localizationResources(
  versionId: string,
  localizations: AppStoreConnectMessage["localizations"],
): readonly Resource[] {
  return Object.entries(localizations).map(([locale, { header, body }]) =>
    resource("retentionMessageLocalizations", stableUuid(`${versionId}|${locale}`), {
      attributes: { locale, header, body },
    }),
  );
}

function pairOf({ environments: { production, sandbox } }: AppWorld, productId: string): Pair {
  return {
    live: production.appStoreConnectMessages.get(productId),
    draft: sandbox.appStoreConnectMessages.get(productId),
  };
}

function productIdsOf({ definition }: AppWorld): readonly string[] {
  return definition.groups.flatMap(({ products }) => products.map(({ productId }) => productId));
}
