import { createHash } from "node:crypto";
import type {
  CatalogGroup,
  CatalogPromotionalOffer,
  ConnectCatalog,
  ConnectProduct,
} from "@holdfast/appstore/connect-api";
import type { Insertable } from "kysely";
import { toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { writeRetention } from "./catalog-retention.ts";
import type { CatalogWrite } from "./catalog-write.ts";
import type { CatalogGroupsTable, CatalogOffersTable, CatalogProductsTable } from "./tables.ts";

/** How long products and offers that are gone are remembered, ms: a problem may name them so long. */
const GONE_KEPT_MS = 90 * 86_400_000;

/**
 * Writes a catalog that was read whole. Rows that are as they were stay untouched; what App Store Connect
 * has no more is marked so. Returns whether anything changed.
 */
export async function writeCatalog(
  queries: Queries,
  catalog: ConnectCatalog,
  write: CatalogWrite,
): Promise<boolean> {
  const { app, now } = write;
  const hash = createHash("sha256").update(JSON.stringify(catalog)).digest("hex");
  const before = await queries
    .selectFrom("catalogs")
    .select("content_hash")
    .where("app", "=", app)
    .executeTakeFirst();
  const columns = {
    name: catalog.name ?? null,
    primary_locale: catalog.primaryLocale ?? null,
    apple_id: catalog.appAppleId,
    incomplete: toJsonText(catalog.incomplete),
    content_hash: hash,
    synced_at: now,
  };
  await queries
    .insertInto("catalogs")
    .values({ app, ...columns })
    .onConflict((conflict) => conflict.column("app").doUpdateSet(columns))
    .execute();
  if (before?.content_hash === hash) return false;
  await writeGroups(queries, catalog.subscriptionGroups, write);
  await writeProducts(queries, catalog.products, write);
  await writeOffers(queries, catalog.products, write);
  await writeRetention(queries, catalog.retention, write);
  return true;
}

async function writeGroups(
  queries: Queries,
  groups: readonly CatalogGroup[],
  { app, now }: CatalogWrite,
): Promise<void> {
  const known = await queries
    .selectFrom("catalog_groups")
    .selectAll()
    .where("app", "=", app)
    .execute();
  const rows = groups.map((group) => groupRow(group, app));
  for (const row of changedRows(rows, known, ["group_id"])) {
    const { group_id: _, ...columns } = { ...row, changed_at: now };
    await queries
      .insertInto("catalog_groups")
      .values({ ...row, changed_at: now })
      .onConflict((conflict) => conflict.columns(["app", "group_id"]).doUpdateSet(columns))
      .execute();
  }
  for (const { group_id } of missingRows(rows, known, ["group_id"])) {
    await queries
      .deleteFrom("catalog_groups")
      .where("app", "=", app)
      .where("group_id", "=", group_id)
      .execute();
  }
}

async function writeProducts(
  queries: Queries,
  products: readonly ConnectProduct[],
  { app, now }: CatalogWrite,
): Promise<void> {
  const table = "catalog_products";
  await queries
    .deleteFrom(table)
    .where("app", "=", app)
    .where("gone_at", "<", now - GONE_KEPT_MS)
    .execute();
  const known = await queries.selectFrom(table).selectAll().where("app", "=", app).execute();
  const rows = products.map((product) => productRow(product, app));
  for (const row of changedRows(rows, known, ["product_id"])) {
    const columns = { ...row, changed_at: now };
    await queries
      .insertInto(table)
      .values(columns)
      .onConflict((conflict) => conflict.columns(["app", "product_id"]).doUpdateSet(columns))
      .execute();
  }
  for (const { product_id, gone_at } of missingRows(rows, known, ["product_id"])) {
    if (gone_at !== null) continue;
    await queries
      .updateTable(table)
      .set({ gone_at: now, changed_at: now })
      .where("app", "=", app)
      .where("product_id", "=", product_id)
      .execute();
  }
}

async function writeOffers(
  queries: Queries,
  products: readonly ConnectProduct[],
  { app, now }: CatalogWrite,
): Promise<void> {
  const table = "catalog_offers";
  const keys = ["product_id", "offer_identifier"] as const;
  await queries
    .deleteFrom(table)
    .where("app", "=", app)
    .where("gone_at", "<", now - GONE_KEPT_MS)
    .execute();
  const known = await queries.selectFrom(table).selectAll().where("app", "=", app).execute();
  const rows = products.flatMap(({ productId, promotionalOffers }) =>
    promotionalOffers.map((offer) => offerRow(offer, { app, productId })),
  );
  for (const row of changedRows(rows, known, keys)) {
    const columns = { ...row, changed_at: now };
    await queries
      .insertInto(table)
      .values(columns)
      .onConflict((conflict) => conflict.columns(["app", ...keys]).doUpdateSet(columns))
      .execute();
  }
  for (const { product_id, offer_identifier, gone_at } of missingRows(rows, known, keys)) {
    if (gone_at !== null) continue;
    await queries
      .updateTable(table)
      .set({ gone_at: now, changed_at: now })
      .where("app", "=", app)
      .where("product_id", "=", product_id)
      .where("offer_identifier", "=", offer_identifier)
      .execute();
  }
}

type Written<Table> = Omit<Insertable<Table>, "changed_at">;

function groupRow(
  { id, name, localizations }: CatalogGroup,
  app: string,
): Written<CatalogGroupsTable> {
  return { app, group_id: id, name: name ?? null, localizations: toJsonText(localizations) };
}

function productRow(product: ConnectProduct, app: string): Written<CatalogProductsTable> {
  const { familySharable } = product;
  return {
    app,
    product_id: product.productId,
    group_id: product.subscriptionGroup,
    name: product.name ?? null,
    level: product.level,
    period: product.period,
    state: product.state ?? null,
    family_sharable: familySharable === undefined ? null : familySharable ? 1 : 0,
    localizations: toJsonText(product.localizations),
    prices: toJsonText(product.prices),
    introductory_offers: toJsonText(product.introductoryOffers),
    gone_at: null,
  };
}

function offerRow(
  offer: CatalogPromotionalOffer,
  { app, productId }: { readonly app: string; readonly productId: string },
): Written<CatalogOffersTable> {
  return {
    app,
    product_id: productId,
    offer_identifier: offer.offerIdentifier,
    name: offer.name ?? null,
    offer_mode: offer.offerMode ?? null,
    duration: offer.duration ?? null,
    number_of_periods: offer.numberOfPeriods ?? null,
    prices: toJsonText(offer.prices),
    gone_at: null,
  };
}

/** Rows that are not there yet, or not so. */
function changedRows<Row extends object>(
  rows: readonly Row[],
  known: readonly (Row & { readonly changed_at: number })[],
  keys: readonly (keyof Row)[],
): readonly Row[] {
  const before = new Map(known.map((row) => [keyOf(row, keys), row]));
  return rows.filter((row) => {
    const old = before.get(keyOf(row, keys));
    const columns = Object.keys(row) as (keyof Row)[]; // Row's own columns, and no others
    return old === undefined || columns.some((column) => old[column] !== row[column]);
  });
}

/** Rows that are there and should not be. */
function missingRows<Row extends object, Known extends Row>(
  rows: readonly Row[],
  known: readonly Known[],
  keys: readonly (keyof Row)[],
): readonly Known[] {
  const now = new Set(rows.map((row) => keyOf(row, keys)));
  return known.filter((row) => !now.has(keyOf(row, keys)));
}

function keyOf<Row>(row: Row, keys: readonly (keyof Row)[]): string {
  return JSON.stringify(keys.map((key) => row[key]));
}
