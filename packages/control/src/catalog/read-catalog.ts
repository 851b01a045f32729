import type {
  CatalogGroup,
  CatalogPromotionalOffer,
  ConnectProduct,
  ConnectRetention,
} from "@holdfast/appstore/connect-api";
import { parseCatalog } from "@holdfast/flow/catalog";
import type { Catalog } from "@holdfast/flow/catalog";
import type { Selectable } from "kysely";
import { readApp } from "../apps/index.ts";
import { fromJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { readStoredRetention } from "./catalog-retention.ts";
import type { CatalogOffersTable, CatalogProductsTable } from "./tables.ts";

/** An app's catalog as it was last read whole. */
export interface StoredCatalog {
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly name?: string | undefined;
  readonly primaryLocale?: string | undefined;
  readonly subscriptionGroups: readonly CatalogGroup[];
  readonly products: readonly ConnectProduct[];
  /** EXPERIMENTAL: its own retention messages and offers; undefined where they were not available. */
  readonly retention?: ConnectRetention | undefined;
  /** SHA-256 of what App Store Connect has. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly syncedAt: number;
}

/**
 * Returns an app's catalog; undefined before the first sync that succeeded. What App Store Connect has no
 * more is not part of it.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app
 */
export async function readStoredCatalog(
  queries: Queries,
  app: string,
): Promise<StoredCatalog | undefined> {
  const { bundleId } = await readApp(queries, app);
  const catalog = await queries
    .selectFrom("catalogs")
    .selectAll()
    .where("app", "=", app)
    .executeTakeFirst();
  if (catalog === undefined) return undefined;
  return {
    bundleId,
    appAppleId: catalog.apple_id,
    name: catalog.name ?? undefined,
    primaryLocale: catalog.primary_locale ?? undefined,
    subscriptionGroups: await readGroups(queries, app),
    products: await readProducts(queries, app),
    retention: await readStoredRetention(queries, app),
    hash: catalog.content_hash,
    syncedAt: catalog.synced_at,
  };
}

/**
 * Returns an app's catalog as flows are validated against; undefined before the first sync.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app
 */
export async function readFlowCatalog(queries: Queries, app: string): Promise<Catalog | undefined> {
  const catalog = await readStoredCatalog(queries, app);
  // The parser leaves out what flows do not know; undefined members are none in JSON.
  return catalog && parseCatalog(JSON.parse(JSON.stringify(catalog)));
}

async function readGroups(queries: Queries, app: string): Promise<readonly CatalogGroup[]> {
  const rows = await queries
    .selectFrom("catalog_groups")
    .selectAll()
    .where("app", "=", app)
    .orderBy("group_id")
    .execute();
  return rows.map(({ group_id: id, name, localizations }) => ({
    id,
    name: name ?? undefined,
    localizations: fromJsonText(localizations),
  }));
}

async function readProducts(queries: Queries, app: string): Promise<readonly ConnectProduct[]> {
  const products = await queries
    .selectFrom("catalog_products")
    .selectAll()
    .where("app", "=", app)
    .where("gone_at", "is", null)
    .orderBy("product_id")
    .execute();
  const offers = await queries
    .selectFrom("catalog_offers")
    .selectAll()
    .where("app", "=", app)
    .where("gone_at", "is", null)
    .orderBy("offer_identifier")
    .execute();
  const offersOf = Map.groupBy(offers, ({ product_id }) => product_id);
  return products.map((row) => productOf(row, offersOf.get(row.product_id) ?? []));
}

function productOf(
  row: Selectable<CatalogProductsTable>,
  offers: readonly Selectable<CatalogOffersTable>[],
): ConnectProduct {
  return {
    productId: row.product_id,
    name: row.name ?? undefined,
    subscriptionGroup: row.group_id,
    level: row.level,
    period: row.period,
    state: row.state ?? undefined,
    familySharable: row.family_sharable === null ? undefined : row.family_sharable === 1,
    localizations: fromJsonText(row.localizations),
    prices: fromJsonText(row.prices),
    promotionalOffers: offers.map(offerOf),
    introductoryOffers: fromJsonText(row.introductory_offers),
  };
}

function offerOf(row: Selectable<CatalogOffersTable>): CatalogPromotionalOffer {
  return {
    offerIdentifier: row.offer_identifier,
    name: row.name ?? undefined,
    offerMode: row.offer_mode ?? undefined,
    duration: row.duration ?? undefined,
    numberOfPeriods: row.number_of_periods ?? undefined,
    prices: fromJsonText(row.prices),
  };
}
