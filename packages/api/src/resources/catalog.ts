import { defineRoute } from "../contract/define-route.ts";
import { appAppleId, appId, bundleId, id, locale, productId } from "../fields/identifiers.ts";
import { flag, moment, whole } from "../fields/number-fields.ts";
import { list, open } from "../fields/object-fields.ts";
import { choice, lines, openChoice, patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { duration, MAX_PRODUCTS, offerTerms } from "./catalog-fields.ts";
import { retentionSchema } from "./catalog-retention.ts";

const TAG = "Catalog";

/** As many as there are App Store territories, with a future price and a plan each. */
const MAX_PRICES = 2000;

const name = text("Its name in App Store Connect.", { max: 255, example: "Premium, monthly" });

const groupId = text("The subscription group's id.", { max: 64, example: "21456789" });

const day = (about: string) =>
  patterned(about, {
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    expected: "a day like 2026-12-01",
    max: 10,
    example: "2026-12-01",
  });

const amount = text("A decimal number in the currency; absent where it is free or unknown.", {
  max: 32,
  example: "9.99",
});

const currency = text("ISO 4217.", { max: 3, example: "USD" });

const territory = text("ISO 3166-1 alpha-3.", { max: 3, example: "USA" });

const localizations = list(
  "What subscribers read, by locale.",
  open(
    {
      locale,
      name: name.optional(),
      description: lines("What it is, as subscribers read it.", {
        min: 0,
        max: 4000,
        example: "All classes, every day.",
      }).optional(),
    },
    { id: "CatalogText", about: "What subscribers read of it in one locale." },
  ),
  { max: 100 },
);

const prices = list(
  "What it costs, by territory.",
  open(
    {
      territory,
      currency: currency.optional(),
      price: amount.optional(),
      startDate: day("From when it holds; absent where it holds already.").optional(),
      preserved: flag("Whether those who paid it before go on paying it.", false),
      planType: openChoice("Which plan it is the price of.", ["UPFRONT", "MONTHLY"]).optional(),
    },
    { id: "CatalogPrice", about: "What it costs in one territory." },
  ),
  { max: MAX_PRICES },
);

const promotionalOfferSchema = open(
  {
    offerIdentifier: text("What is signed: App Store Connect's offer code.", {
      max: 255,
      example: "STAY50",
    }),
    name: name.optional(),
    ...offerTerms,
    prices,
  },
  { id: "CatalogPromotionalOffer", about: "A promotional offer, which we sign." },
);

const introductoryOfferSchema = open(
  {
    ...offerTerms,
    startDate: day("From when it is offered; absent where it is already.").optional(),
    endDate: day("Until when it is offered; absent without an end.").optional(),
    territory: territory.optional(),
    currency: currency.optional(),
    price: amount.optional(),
  },
  { id: "CatalogIntroductoryOffer", about: "An introductory offer, which Apple gives by itself." },
);

const productSchema = open(
  {
    productId,
    name: name.optional(),
    subscriptionGroup: groupId,
    level: whole("Its rank in the group; 1 is the highest.", { min: 1, max: 10_000, example: 1 }),
    period: duration("How long one of its periods is."),
    state: openChoice("Its state in App Store Connect.", [
      "APPROVED",
      "REMOVED_FROM_SALE",
    ]).optional(),
    familySharable: flag("Whether families share it.", false).optional(),
    localizations,
    prices,
    promotionalOffers: list("Its promotional offers.", promotionalOfferSchema, { max: 100 }),
    introductoryOffers: list("Its introductory offers.", introductoryOfferSchema, { max: 1000 }),
  },
  { id: "CatalogProduct", about: "A subscription." },
);

const groupSchema = open(
  { id: groupId, name: name.optional(), localizations },
  { id: "CatalogGroup", about: "A subscription group." },
);

const catalogSchema = open(
  {
    bundleId,
    appAppleId,
    name: text("The app's name in App Store Connect.", { max: 255, example: "Yoga" }).optional(),
    primaryLocale: locale.optional(),
    subscriptionGroups: list("Its subscription groups.", groupSchema, { max: MAX_PRODUCTS }),
    products: list("Its subscriptions.", productSchema, { max: MAX_PRODUCTS }),
    retention: retentionSchema.optional(),
    syncedAt: moment("When App Store Connect was read."),
  },
  { id: "Catalog", about: "What App Store Connect has of an app's subscriptions." },
);

const syncSchema = open(
  {
    state: choice("How the last sync stands.", ["never", "running", "succeeded", "failed"]),
    startedAt: moment("When it began; absent where there was none.").optional(),
    finishedAt: moment("When it ended; absent while it runs.").optional(),
    succeededAt: moment("When a sync last succeeded; absent before.").optional(),
    nextAt: moment("When the next one begins by itself; absent without a key.").optional(),
    problem: open(
      {
        code: text("Our code for it.", { max: 64, example: "CREDENTIALS_REFUSED" }),
        message: lines("What was expected, and what came.", {
          max: 2000,
          example: "App Store Connect refused the key; expected one with access to the app",
        }),
      },
      { about: "Why it failed; absent where it did not." },
    ).optional(),
  },
  { id: "CatalogSync", about: "How the reading of App Store Connect stands." },
);

/** Reads the catalog. */
export const readCatalog = defineRoute({
  operationId: "readCatalog",
  method: "GET",
  path: "/v1/apps/{app}/catalog",
  tag: TAG,
  summary: "Read the catalog",
  description:
    "Reads an app's subscription groups, products, prices and offers as they were last synced, and App Store Connect's own retention messages and offers. NOT_FOUND before the first sync.",
  access: "viewer",
  params: { app: appId },
  etag: "conditional",
  success: { status: 200, about: "The catalog.", body: catalogSchema },
});

/** Begins a sync. */
export const syncCatalog = defineRoute({
  operationId: "syncCatalog",
  method: "POST",
  path: "/v1/apps/{app}/catalog/sync",
  tag: TAG,
  summary: "Sync the catalog now",
  description:
    "Begins to read App Store Connect, and answers before that is done: readCatalogSync tells how it goes. While a sync runs, no second one begins. CONFLICT without an active App Store Connect key.",
  access: "editor",
  params: { app: appId },
  success: { status: 202, about: "A sync runs.", body: syncSchema },
  errors: ["CONFLICT"],
});

/** Tells how the sync stands. */
export const readCatalogSync = defineRoute({
  operationId: "readCatalogSync",
  method: "GET",
  path: "/v1/apps/{app}/catalog/sync",
  tag: TAG,
  summary: "How is the sync?",
  description:
    "Tells how the last sync went, or that one is running, and when the next begins by itself.",
  access: "viewer",
  params: { app: appId },
  success: { status: 200, about: "How the sync stands.", body: syncSchema },
});

/** Lists what is wrong with the catalog. */
export const listCatalogProblems = defineRoute({
  operationId: "listCatalogProblems",
  method: "GET",
  path: "/v1/apps/{app}/catalog/problems",
  tag: TAG,
  summary: "List the catalog's problems",
  description:
    "Lists what of the catalog somebody should look at: subscriptions that are not set up far enough, offers or products that what is live names and App Store Connect has no more, prices that changed or will, and products without a default message. DEFAULT_COVERED is less grave than DEFAULT_MISSING, and experimental: App Store Connect's own retention message should be shown there instead.",
  access: "viewer",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of problems.",
    body: page(
      "CatalogProblemPage",
      "A page of problems.",
      open(
        {
          id: id("The problem's id, stable while it lasts.", "problem_5dWq"),
          code: openChoice("What kind of problem it is.", [
            "PRODUCT_INCOMPLETE",
            "PRODUCT_GONE",
            "OFFER_GONE",
            "PRICE_CHANGED",
            "PRICE_SCHEDULED",
            "APP_ID_DIFFERS",
            "DEFAULT_MISSING",
            "DEFAULT_COVERED",
          ]),
          productId: productId.optional(),
          offerIdentifier: text("The offer it is about.", {
            max: 255,
            example: "STAY50",
          }).optional(),
          message: lines("What is wrong and what to do.", {
            max: 2000,
            example: "the subscription has no period; set one in App Store Connect",
          }),
          since: moment("When it was first seen."),
        },
        { id: "CatalogProblem", about: "Something of the catalog that somebody should look at." },
      ),
    ),
  },
});
