import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import { problem } from "./catalog-problem.ts";
import type { CatalogProblem } from "./catalog-problem.ts";
import { placeKey } from "./default-messages.ts";
import type { SeenDefault } from "./default-messages.ts";
import { findConnectFallback } from "./fallbacks.ts";
import type { FallbackSources } from "./fallbacks.ts";

/** What default messages are held against. */
export interface MissingDefaultsSources extends FallbackSources {
  /** What Apple said of default messages; places it was not asked for are not missing. */
  readonly seen: readonly SeenDefault[];
}

/** What follows where there is no default message. */
const CONSEQUENCES = {
  DEFAULT_MISSING: "where there is none, the App Store shows no retention message at all",
  DEFAULT_COVERED:
    "App Store Connect's own retention message should be shown there instead, but Apple does not say whether it is without a default message: set one to be sure",
} as const;

/**
 * Returns a problem for each product that lacks a default message in a locale it is described in, and
 * another, less grave one for its locales where App Store Connect's own message should be shown instead.
 */
export function findMissingDefaults(
  wanted: readonly DefaultPlace[],
  { seen, ...sources }: MissingDefaultsSources,
): readonly CatalogProblem[] {
  const none = seen.filter(({ messageIdentifier }) => messageIdentifier === null);
  const isMissing = new Set(none.map(placeKey));
  const missing = wanted.filter((place) => isMissing.has(placeKey(place)));
  const codeOf = (place: DefaultPlace) =>
    findConnectFallback(place, sources) === undefined ? "DEFAULT_MISSING" : "DEFAULT_COVERED";
  const alike = Map.groupBy(missing, (place) => `${codeOf(place)} ${place.productId}`);
  return [...alike.values()].flatMap((places) => {
    const [first] = places;
    if (first === undefined) return [];
    const { productId } = first;
    const code = codeOf(first);
    const locales = places.map(({ locale }) => locale).join(", ");
    const message = `${productId} has no default message in ${sources.environment} for ${locales}; ${CONSEQUENCES[code]}`;
    return [problem(code, [sources.environment, productId], { productId, message })];
  });
}
