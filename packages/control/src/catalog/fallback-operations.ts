import { routes } from "@holdfast/api";
import { readCursor } from "@holdfast/api/server";
import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { pageOf, readServedApp } from "./content-means.ts";
import type { AppleContentFeatureOptions } from "./content-means.ts";
import { placeKey, readSeenDefaults } from "./default-messages.ts";
import { describedPlaces } from "./described-places.ts";
import { decideFallback } from "./fallbacks.ts";
import { readStoredCatalog } from "./read-catalog.ts";

/** EXPERIMENTAL: returns the operation that tells what Apple shows where no answer of ours comes. */
export function fallbackOperations({
  database: { queries },
}: AppleContentFeatureOptions): readonly Implementation[] {
  const route = routes.listFallbacks;
  const { operationId } = route;
  return [
    implement(route, async ({ params, query: { limit, cursor, productId } }) => {
      await readServedApp(queries, params);
      const catalog = await readStoredCatalog(queries, params.app);
      const seen = await readSeenDefaults(queries, params);
      const seenAt = new Map(seen.map((each) => [placeKey(each), each]));
      const after = cursor === undefined ? undefined : readCursor(cursor, { operationId, kinds });
      const places = describedPlaces(catalog?.products ?? [])
        .filter((place) => productId === undefined || place.productId === productId)
        .toSorted((one, other) => compare(positionOf(one), positionOf(other)))
        .filter((place) => after === undefined || compare(positionOf(place), after) > 0);
      const page = pageOf(places, limit, { operationId, position: positionOf });
      const sources = { environment: params.environment, retention: catalog?.retention };
      const items = page.rows.map((place) => ({
        ...place,
        ...decideFallback(place, sources, seenAt.get(placeKey(place))),
      }));
      return { body: { items, ...page.next } };
    }),
  ];
}

const kinds = ["string", "string"] as const;

function positionOf({ productId, locale }: DefaultPlace): readonly [string, string] {
  return [productId, locale];
}

function compare(one: readonly [string, string], other: readonly [string, string]): number {
  const index = one[0] === other[0] ? 1 : 0;
  return one[index] < other[index] ? -1 : one[index] > other[index] ? 1 : 0;
}
