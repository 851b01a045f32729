import * as z from "zod";
import { BadDataError } from "@holdfast/appstore/errors";

/**
 * Why a catalog or review states are refused.
 *
 * - `CATALOG_MALFORMED`: not a catalog; the message names the first place
 * - `REVIEW_STATES_MALFORMED`: not review states
 */
export type CatalogErrorCode = "CATALOG_MALFORMED" | "REVIEW_STATES_MALFORMED";

/** Subscription periods as ISO 8601 durations of one unit. */
const PERIOD = /^P[1-9]\d*[DWMY]$/;

const offerSchema = z.object({
  /** What is signed: App Store Connect's offer code. */
  offerIdentifier: z.string().min(1),
  name: z.string().optional(),
  /** Apple's `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`; open. */
  offerMode: z.string().optional(),
  /** ISO 8601, of one of the offer's periods. */
  duration: z.string().regex(PERIOD).optional(),
  numberOfPeriods: z.number().int().min(1).optional(),
});

const productSchema = z.object({
  productId: z.string().min(1),
  name: z.string().optional(),
  /** The subscription group, by whatever one name the catalog uses for it. */
  subscriptionGroup: z.string().min(1),
  /** The level in the group; 1 is the highest. */
  level: z.number().int().min(1),
  /** ISO 8601, like `P1M`. */
  period: z.string().regex(PERIOD),
  promotionalOffers: z.array(offerSchema).default([]),
});

const catalogSchema = z.object({
  bundleId: z.string().min(1),
  appAppleId: z.number().int().min(1).optional(),
  products: z.array(productSchema),
});

/** What App Store Connect knows about one app. */
export type Catalog = z.output<typeof catalogSchema>;
/** A subscription product. */
export type CatalogProduct = Catalog["products"][number];
/** A promotional offer of a product. */
export type CatalogOffer = CatalogProduct["promotionalOffers"][number];

/**
 * Returns a catalog out of parsed JSON; members a later release added are dropped.
 *
 * @throws BadDataError `CATALOG_MALFORMED`, also when a product or an offer is there twice
 */
export function parseCatalog(value: unknown): Catalog {
  const parsed = catalogSchema.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error.issues[0]);
  const twice = firstTwice(parsed.data.products.map(({ productId }) => productId));
  if (twice !== undefined) throw duplicate(`product ${twice}`);
  for (const { productId, promotionalOffers } of parsed.data.products) {
    const offer = firstTwice(promotionalOffers.map(({ offerIdentifier }) => offerIdentifier));
    if (offer !== undefined) throw duplicate(`offer ${offer} of ${productId}`);
  }
  return parsed.data;
}

function malformed(issue: z.core.$ZodIssue | undefined): BadDataError<CatalogErrorCode> {
  const path = issue?.path.map(String).join(".") ?? "";
  return new BadDataError("CATALOG_MALFORMED", `catalog ${path}: ${issue?.message ?? "malformed"}`);
}

function duplicate(what: string): BadDataError<CatalogErrorCode> {
  return new BadDataError("CATALOG_MALFORMED", `catalog: the ${what} is there twice`);
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => {
    const isTwice = seen.has(name);
    seen.add(name);
    return isTwice;
  });
}
