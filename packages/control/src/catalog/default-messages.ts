import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { ContentPlace } from "./review-states.ts";
import { problem } from "./find-problems.ts";
import type { CatalogProblem } from "./find-problems.ts";
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

/** Returns a problem for each product that lacks a default message in a locale it is described in. */
export function missingDefaults(
  environment: ContentPlace["environment"],
  wanted: readonly DefaultPlace[],
  seen: readonly SeenDefault[],
): readonly CatalogProblem[] {
  const isMissing = new Set(
    seen
      .filter(({ messageIdentifier }) => messageIdentifier === null)
      .map(({ productId, locale }) => `${productId} ${locale}`),
  );
  const missing = wanted.filter(({ productId, locale }) => isMissing.has(`${productId} ${locale}`));
  return [...Map.groupBy(missing, ({ productId }) => productId)].map(([productId, places]) => {
    const locales = places.map(({ locale }) => locale).join(", ");
    const message = `${productId} has no default message in ${environment} for ${locales}; where there is none, the App Store shows no retention message at all`;
    return problem("DEFAULT_MISSING", [environment, productId], { productId, message });
  });
}
