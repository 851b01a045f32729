import type {
  AppDefinition,
  OfferTerms,
  ProductDefinition,
  PromotionalOfferDefinition,
  SubscriptionGroupDefinition,
} from "../world/app-definition.ts";
import { groupIdentifierOf } from "../world/group-identifier.ts";
import { countPeriods } from "../world/iso-period.ts";
import { stableDigits, stableUuid } from "../world/stable-digits.ts";
import { TERRITORIES } from "../world/territories.ts";
import type { AppWorld } from "../world/index.ts";
import { durationOf } from "./durations.ts";
import {
  offerPriceResources,
  offerRelations,
  type PricedProduct,
  priceResources,
} from "./price-resources.ts";
import { type Resource, resource } from "./resource.ts";
import {
  retentionMessageResource,
  retentionMessageResources,
  retentionOfferResources,
} from "./retention-resources.ts";

/** How many digits Apple's identifiers of subscriptions have. */
const SUBSCRIPTION_ID_DIGITS = 10;
const DEFAULT_LOCALE = "en-US";

/** Returns an app as App Store Connect has it, with all it leads to. */
export function appResource(app: AppWorld): Resource {
  const { definition, environments } = app;
  const { appAppleId, name, bundleId, sku = bundleId } = definition;
  const { sandbox, production } = environments;
  return resource("apps", String(appAppleId), {
    attributes: {
      name,
      bundleId,
      sku,
      primaryLocale: definition.primaryLocale ?? DEFAULT_LOCALE,
      subscriptionStatusUrl: production.notificationUrl ?? null,
      subscriptionStatusUrlVersion: production.notificationUrl === undefined ? null : "V2",
      subscriptionStatusUrlForSandbox: sandbox.notificationUrl ?? null,
      subscriptionStatusUrlVersionForSandbox: sandbox.notificationUrl === undefined ? null : "V2",
    },
    toMany: {
      subscriptionGroups: () => definition.groups.map((group) => groupResource(app, group)),
      retentionMessages: () => retentionMessageResources(app),
    },
  });
}

function groupResource(app: AppWorld, group: SubscriptionGroupDefinition): Resource {
  const { definition } = app;
  const { id, products, name = id, localizations = { [localeOf(definition)]: name } } = group;
  const identifier = groupIdentifierOf(definition, id);
  return resource("subscriptionGroups", identifier, {
    attributes: { referenceName: name },
    toMany: {
      subscriptions: () => products.map((product) => subscriptionResource(app, product)),
      subscriptionGroupLocalizations: () =>
        Object.entries(localizations).map(([locale, text]) =>
          resource("subscriptionGroupLocalizations", stableUuid(`${identifier}|${locale}`), {
            attributes: { name: text, customAppName: null, locale, state: "APPROVED" },
          }),
        ),
    },
  });
}

function subscriptionResource(app: AppWorld, product: ProductDefinition): Resource {
  const { definition } = app;
  const { productId, level, period, name = productId, familySharable = false } = product;
  const key = `${definition.bundleId}|product|${productId}`;
  const priced = { product, subscriptionId: stableDigits(key, SUBSCRIPTION_ID_DIGITS) };
  return resource("subscriptions", priced.subscriptionId, {
    attributes: {
      name,
      productId,
      familySharable,
      state: "APPROVED",
      subscriptionPeriod: durationOf(period),
      reviewNote: null,
      groupLevel: level,
    },
    toMany: {
      subscriptionLocalizations: () =>
        localizationResources(definition, product, priced.subscriptionId),
      introductoryOffers: () => introductoryOfferResources(priced),
      promotionalOffers: () =>
        definition.offers
          .filter((offer) => offer.productId === productId)
          .map((offer) => promotionalOfferResource(priced, offer)),
      prices: () => priceResources(priced),
      retentionOffers: () => retentionOfferResources(app, productId),
    },
    toOne: { retentionMessage: () => retentionMessageResource(app, productId) },
  });
}

function localizationResources(
  app: AppDefinition,
  { productId, name = productId, localizations }: ProductDefinition,
  subscriptionId: string,
): readonly Resource[] {
  const texts = localizations ?? { [localeOf(app)]: { name } };
  return Object.entries(texts).map(([locale, text]) =>
    resource("subscriptionLocalizations", stableUuid(`${subscriptionId}|${locale}`), {
      attributes: {
        name: text.name,
        locale,
        description: text.description ?? null,
        state: "APPROVED",
      },
    }),
  );
}

function promotionalOfferResource(
  priced: PricedProduct,
  offer: PromotionalOfferDefinition,
): Resource {
  const { offerIdentifier, name = offerIdentifier } = offer;
  const id = stableUuid(`${priced.subscriptionId}|${offerIdentifier}`);
  return resource("subscriptionPromotionalOffers", id, {
    attributes: { name, offerCode: offerIdentifier, ...termAttributes(priced, offer) },
    toMany: { prices: () => offerPriceResources(priced, { id, terms: offer }) },
  });
}

/** Each territory has an introductory offer of its own. */
function introductoryOfferResources(priced: PricedProduct): readonly Resource[] {
  const { introductoryOffer: terms } = priced.product;
  if (terms === undefined) return [];
  return TERRITORIES.map((territory) =>
    resource(
      "subscriptionIntroductoryOffers",
      stableUuid(`${priced.subscriptionId}|introductory|${territory.id}`),
      {
        attributes: { startDate: null, endDate: null, ...termAttributes(priced, terms) },
        toOne: offerRelations(priced, territory, terms),
      },
    ),
  );
}

/** What is paid as one goes counts the product's periods, anything else is one long period. */
function termAttributes({ product }: PricedProduct, { mode, period }: OfferTerms) {
  const isPaidAsOneGoes = mode === "PAY_AS_YOU_GO";
  return {
    offerMode: mode,
    duration: durationOf(isPaidAsOneGoes ? product.period : period),
    numberOfPeriods: isPaidAsOneGoes ? countPeriods(period, product.period) : 1,
  };
}

function localeOf({ primaryLocale = DEFAULT_LOCALE }: AppDefinition): string {
  return primaryLocale;
}
