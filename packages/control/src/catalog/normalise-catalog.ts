import type {
  CatalogGroup,
  CatalogIntroductoryOffer,
  CatalogPrice,
  CatalogPromotionalOffer,
  CatalogText,
  ConnectCatalog,
  ConnectProduct,
  ConnectRetention,
  ConnectRetentionMessage,
} from "@holdfast/appstore/connect-api";

/** Returns a catalog with every list in one order, for Apple promises none: so equal content is equal text. */
export function normaliseCatalog(catalog: ConnectCatalog): ConnectCatalog {
  return {
    ...catalog,
    subscriptionGroups: sorted(catalog.subscriptionGroups, ({ id }) => [id]).map(normaliseGroup),
    products: sorted(catalog.products, ({ productId }) => [productId]).map(normaliseProduct),
    incomplete: sorted(catalog.incomplete, ({ subscriptionGroup, productId }) => [
      subscriptionGroup,
      productId,
    ]),
    retention: catalog.retention && normaliseRetention(catalog.retention),
  };
}

/** Versions stay as they are: the last is the newest. */
function normaliseRetention({ messages, products }: ConnectRetention): ConnectRetention {
  return {
    messages: sorted(messages, ({ id }) => [id]).map(normaliseMessage),
    products: sorted(products, ({ productId }) => [productId]).map(
      ({ productId, messageId, offers }) => ({
        productId,
        messageId,
        offers: sorted(offers, ({ id }) => [id]),
      }),
    ),
  };
}

function normaliseMessage({
  id,
  name,
  versions,
}: ConnectRetentionMessage): ConnectRetentionMessage {
  const sortedVersions = versions.map(({ version, state, localizations }) => ({
    version,
    state,
    localizations: sorted(localizations, ({ locale }) => [locale]),
  }));
  return { id, name, versions: sortedVersions };
}

function normaliseGroup({ id, name, localizations }: CatalogGroup): CatalogGroup {
  return { id, name, localizations: sortedTexts(localizations) };
}

function normaliseProduct(product: ConnectProduct): ConnectProduct {
  const { promotionalOffers, introductoryOffers } = product;
  return {
    ...product,
    localizations: sortedTexts(product.localizations),
    prices: sortedPrices(product.prices),
    promotionalOffers: sorted(promotionalOffers, ({ offerIdentifier }) => [offerIdentifier]).map(
      normaliseOffer,
    ),
    introductoryOffers: sorted(introductoryOffers, introductoryOrder),
  };
}

function normaliseOffer(offer: CatalogPromotionalOffer): CatalogPromotionalOffer {
  return { ...offer, prices: sortedPrices(offer.prices) };
}

function sortedTexts(texts: readonly CatalogText[]): readonly CatalogText[] {
  return sorted(texts, ({ locale }) => [locale]);
}

function sortedPrices(prices: readonly CatalogPrice[]): readonly CatalogPrice[] {
  return sorted(prices, ({ territory, planType, startDate, preserved, price }) => [
    territory,
    planType,
    startDate,
    String(preserved),
    price,
  ]);
}

function introductoryOrder(offer: CatalogIntroductoryOffer): readonly (string | undefined)[] {
  const { territory, startDate, endDate, offerMode, duration } = offer;
  return [territory, startDate, endDate, offerMode, duration];
}

function sorted<Item>(
  items: readonly Item[],
  order: (item: Item) => readonly (string | undefined)[],
): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: JSON.stringify(order(item)) }));
  return keyed.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ item }) => item);
}
