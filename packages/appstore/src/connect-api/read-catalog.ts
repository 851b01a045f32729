import { UsageError } from "../errors/index.ts";
import { malformedAnswerError } from "../http/index.ts";
import type { ConnectCallOptions } from "./call-options.ts";
import type {
  CatalogGroup,
  CatalogIntroductoryOffer,
  CatalogPrice,
  CatalogPromotionalOffer,
  CatalogText,
  ConnectCatalog,
  ConnectProduct,
  IncompleteProduct,
} from "./connect-catalog.ts";
import type { ConnectClient } from "./connect-client.ts";
import { parseConnectPeriod } from "./connect-period.ts";
import type {
  ConnectApp,
  ConnectIntroductoryOffer,
  ConnectLocalization,
  ConnectPrice,
  ConnectSubscription,
} from "./connect-record.ts";
import { readRetention } from "./read-retention.ts";
import type { ReadSubscription } from "./read-retention.ts";

/** How a catalog is read. */
export interface ReadCatalogOptions extends ConnectCallOptions {
  /** Told after each subscription, with how many were read and how many there are. */
  readonly onProgress?: ((progress: CatalogProgress) => void) | undefined;
}

/** How far reading a catalog is. */
export interface CatalogProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Reads everything App Store Connect has of an app's subscriptions: groups, products, prices and
 * offers, and its own retention messages where they are available, one call after the other. An app with
 * 20 products and three offers each takes about 200 calls.
 *
 * @throws AppleApiError
 * @throws UsageError `APP_NOT_FOUND` where the key sees no app with this bundle id
 */
export async function readCatalog(
  client: ConnectClient,
  bundleId: string,
  { signal, onProgress = () => {} }: ReadCatalogOptions = {},
): Promise<ConnectCatalog> {
  const call = { signal };
  const app = await client.findApp(bundleId, call);
  if (app === undefined) {
    const message = `expected an app with the bundle id ${bundleId} among those the key may see`;
    throw new UsageError("APP_NOT_FOUND", message);
  }
  const { subscriptionGroups, subscriptions } = await readGroups(client, app.id, call);
  const products: ConnectProduct[] = [];
  const incomplete: IncompleteProduct[] = [];
  const complete: ReadSubscription[] = [];
  for (const [index, placed] of subscriptions.entries()) {
    const identity = identityOf(placed);
    if ("missing" in identity) incomplete.push(identity);
    else {
      products.push(await readProduct(client, { identity, placed, call }));
      complete.push({ id: placed.subscription.id, productId: identity.productId });
    }
    onProgress({ done: index + 1, total: subscriptions.length });
  }
  return {
    bundleId,
    appAppleId: appleIdOf(app),
    name: app.name ?? undefined,
    primaryLocale: app.primaryLocale ?? undefined,
    subscriptionGroups,
    products,
    incomplete,
    retention: await readRetention(client, { appId: app.id, subscriptions: complete }, call),
  };
}

function appleIdOf({ id }: ConnectApp): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw malformedAnswerError("List Apps", "expected the app's id to be in digits");
}

async function readGroups(
  client: ConnectClient,
  appId: string,
  call: ConnectCallOptions,
): Promise<{
  readonly subscriptionGroups: readonly CatalogGroup[];
  readonly subscriptions: readonly PlacedSubscription[];
}> {
  const subscriptionGroups: CatalogGroup[] = [];
  const subscriptions: PlacedSubscription[] = [];
  for (const { id, referenceName } of await client.listSubscriptionGroups(appId, call)) {
    const localizations = textsOf(await client.listSubscriptionGroupLocalizations(id, call));
    subscriptionGroups.push({ id, name: referenceName ?? undefined, localizations });
    const inGroup = await client.listSubscriptions(id, call);
    subscriptions.push(...inGroup.map((subscription) => ({ subscription, group: id })));
  }
  return { subscriptionGroups, subscriptions };
}

interface PlacedSubscription {
  readonly subscription: ConnectSubscription;
  readonly group: string;
}

type Identity = Pick<ConnectProduct, "productId" | "level" | "period" | "subscriptionGroup">;

function identityOf({ subscription, group }: PlacedSubscription): Identity | IncompleteProduct {
  const productId = subscription.productId ?? undefined;
  const level = subscription.groupLevel ?? undefined;
  const period = parseConnectPeriod(subscription.subscriptionPeriod);
  if (productId !== undefined && level !== undefined && period !== undefined) {
    return { productId, level, period, subscriptionGroup: group };
  }
  const needed = { productId, level, period };
  const names = ["productId", "level", "period"] as const;
  const missing = names.filter((name) => needed[name] === undefined);
  return { productId, subscriptionGroup: group, missing };
}

async function readProduct(
  client: ConnectClient,
  {
    identity,
    placed: { subscription },
    call,
  }: {
    readonly identity: Identity;
    readonly placed: PlacedSubscription;
    readonly call: ConnectCallOptions;
  },
): Promise<ConnectProduct> {
  const { id, name, state, familySharable } = subscription;
  return {
    ...identity,
    name: name ?? undefined,
    state: state ?? undefined,
    familySharable: familySharable ?? undefined,
    localizations: textsOf(await client.listSubscriptionLocalizations(id, call)),
    prices: pricesOf(await client.listSubscriptionPrices(id, call)),
    promotionalOffers: await readPromotionalOffers(client, id, call),
    introductoryOffers: (await client.listIntroductoryOffers(id, call)).map(introductoryOfferOf),
  };
}

async function readPromotionalOffers(
  client: ConnectClient,
  subscriptionId: string,
  call: ConnectCallOptions,
): Promise<readonly CatalogPromotionalOffer[]> {
  const offers: CatalogPromotionalOffer[] = [];
  for (const offer of await client.listPromotionalOffers(subscriptionId, call)) {
    const { id, offerCode, name } = offer;
    // Nothing can be signed for an offer without a code.
    if (offerCode === undefined || offerCode === null || offerCode === "") continue;
    offers.push({
      offerIdentifier: offerCode,
      name: name ?? undefined,
      ...termsOf(offer),
      prices: pricesOf(await client.listPromotionalOfferPrices(id, call)),
    });
  }
  return offers;
}

function introductoryOfferOf(offer: ConnectIntroductoryOffer): CatalogIntroductoryOffer {
  const { startDate, endDate, territory, pricePoint } = offer;
  return {
    ...termsOf(offer),
    startDate: startDate ?? undefined,
    endDate: endDate ?? undefined,
    territory: territory?.id,
    currency: territory?.currency ?? undefined,
    price: pricePoint?.customerPrice ?? undefined,
  };
}

function termsOf(
  offer: Pick<ConnectIntroductoryOffer, "offerMode" | "duration" | "numberOfPeriods">,
): Pick<CatalogIntroductoryOffer, "offerMode" | "duration" | "numberOfPeriods"> {
  return {
    offerMode: offer.offerMode ?? undefined,
    duration: parseConnectPeriod(offer.duration),
    numberOfPeriods: offer.numberOfPeriods ?? undefined,
  };
}

function textsOf(localizations: readonly ConnectLocalization[]): readonly CatalogText[] {
  return localizations.flatMap(({ locale, name, description }) => {
    if (locale === undefined || locale === null) return [];
    return [{ locale, name: name ?? undefined, description: description ?? undefined }];
  });
}

function pricesOf(prices: readonly ConnectPrice[]): readonly CatalogPrice[] {
  return prices.flatMap(({ territory, pricePoint, startDate, preserved, planType }) => {
    if (territory === undefined) return [];
    return [
      {
        territory: territory.id,
        currency: territory.currency ?? undefined,
        price: pricePoint?.customerPrice ?? undefined,
        startDate: startDate ?? undefined,
        preserved: preserved ?? false,
        planType: planType ?? undefined,
      },
    ];
  });
}
