import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { ContentPlace } from "./review-states.ts";
import type { AppleDefaultsTable } from "./tables.ts";

/** What Apple said of one default message. */
export interface SeenDefault extends DefaultPlace {
  /** Null where there is none. */
  readonly messageIdentifier: string | null;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
}

/** Writes what Apple said of one default message, or what was just set there. */
export async function writeDefault(
  queries: Queries,
  place: ContentPlace,
  { productId, locale, messageIdentifier, seenAt }: SeenDefault,
): Promise<void> {
  const columns = { message_identifier: messageIdentifier, seen_at: seenAt };
  await queries
    .insertInto("apple_defaults")
    .values({ ...place, product_id: productId, locale, ...columns })
    .onConflict((conflict) =>
      conflict.columns(["app", "environment", "product_id", "locale"]).doUpdateSet(columns),
    )
    .execute();
}

/** Which default messages to list. */
export interface ListDefaultsOptions extends ContentPlace {
  readonly productId?: string | undefined;
  /** Only those that sort after this one. */
  readonly after?: DefaultPlace | undefined;
  readonly limit: number;
}

/** A default message that is there. */
export interface KnownDefault extends SeenDefault {
  readonly messageIdentifier: string;
}

/** Returns the default messages that are known to be there, by product and locale. */
export async function listDefaults(
  queries: Queries,
  { app, environment, productId, after, limit }: ListDefaultsOptions,
): Promise<readonly KnownDefault[]> {
  let query = queries
    .selectFrom("apple_defaults")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("message_identifier", "is not", null)
    .orderBy("product_id")
    .orderBy("locale")
    .limit(limit);
  if (productId !== undefined) query = query.where("product_id", "=", productId);
  if (after !== undefined) {
    const { productId: product, locale } = after;
    query = query.where((row) =>
      row.or([
        row("product_id", ">", product),
        row.and([row("product_id", "=", product), row("locale", ">", locale)]),
      ]),
    );
  }
  const rows = await query.execute();
  return rows.map(seenOf).filter(isKnown);
}

/** Returns all that Apple said of an app's default messages in an environment. */
export async function readSeenDefaults(
  queries: Queries,
  { app, environment }: ContentPlace,
): Promise<readonly SeenDefault[]> {
  const rows = await queries
    .selectFrom("apple_defaults")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .orderBy("product_id")
    .orderBy("locale")
    .execute();
  return rows.map(seenOf);
}

function seenOf(row: Selectable<AppleDefaultsTable>): SeenDefault {
  return {
    productId: row.product_id,
    locale: row.locale,
    messageIdentifier: row.message_identifier,
    seenAt: row.seen_at,
  };
}

function isKnown(seen: SeenDefault): seen is KnownDefault {
  return seen.messageIdentifier !== null;
}

/** Returns what tells apart what Apple shows by itself. */
export function placeKey({ productId, locale }: DefaultPlace): string {
  return `${productId} ${locale}`;
}
