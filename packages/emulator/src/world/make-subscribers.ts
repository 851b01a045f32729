import { createSeededRandom, pickOne, pickWeighted, type Random } from "../random/seeded-random.ts";
import type { AppDefinition, EnvironmentName, Subscriber } from "./app-definition.ts";

/** Where subscribers live and what their devices speak there, and how common that is. */
const PLACES = [
  { weight: 34, value: { storefront: "USA", locales: ["en-US", "en-US", "en-US", "es-MX"] } },
  { weight: 10, value: { storefront: "GBR", locales: ["en-GB"] } },
  { weight: 10, value: { storefront: "DEU", locales: ["de-DE", "de-DE", "en-US"] } },
  { weight: 8, value: { storefront: "FRA", locales: ["fr-FR"] } },
  { weight: 8, value: { storefront: "JPN", locales: ["ja"] } },
  { weight: 7, value: { storefront: "BRA", locales: ["pt-BR"] } },
  { weight: 5, value: { storefront: "HKG", locales: ["zh-Hant-HK", "en-GB"] } },
  { weight: 5, value: { storefront: "CAN", locales: ["en-CA", "fr-CA"] } },
  { weight: 4, value: { storefront: "ESP", locales: ["es-ES"] } },
  { weight: 3, value: { storefront: "CHE", locales: ["de-CH", "fr-CH"] } },
  { weight: 3, value: { storefront: "TWN", locales: ["zh-Hant"] } },
  { weight: 2, value: { storefront: "CHN", locales: ["zh-Hans"] } },
  { weight: 1, value: { storefront: "SAU", locales: ["ar-SA"] } },
];

/** One in twelve has the subscription through somebody of the family. */
const FAMILY_SHARED_SHARE = 1 / 12;
/** Most renewals a subscriber has behind them. */
const MOST_RENEWALS = 4;

/**
 * What identifiers begin with: in the sandbox like the examples of it, in production
 * with anything else, for no subscription is in both.
 */
const FIRST_DIGITS = { sandbox: "2000000", production: "4500000" } as const;

/** Returns the subscribers an app has at first in `environment`: the same for the same definition. */
export function makeSubscribers(
  app: AppDefinition,
  environment: EnvironmentName,
): readonly Subscriber[] {
  const { count, seed } = app.population ?? { count: 0, seed: 0 };
  const random = createSeededRandom(seed + (environment === "production" ? 1 : 0));
  const productIds = productIdsOf(app);
  const named = app.subscribers ?? [];
  const made = Array.from({ length: count }, (_, index) =>
    makeSubscriber(random, productIds, { environment, number: seed * 1000 + index }),
  );
  return [...named, ...made.filter((subscriber) => subscriber !== undefined)];
}

function makeSubscriber(
  random: Random,
  productIds: readonly string[],
  { environment, number }: { environment: EnvironmentName; number: number },
): Subscriber | undefined {
  const person = makePerson(random, productIds);
  if (person === undefined) return undefined;
  const originalTransactionId = originalTransactionIdOf(environment, number);
  const renewals = Math.floor(random() * (MOST_RENEWALS + 1));
  return {
    originalTransactionId,
    ...person,
    ownership: random() < FAMILY_SHARED_SHARE ? "FAMILY_SHARED" : "PURCHASED",
    laterTransactionIds: Array.from({ length: renewals }, (_, index) => {
      return `${BigInt(originalTransactionId) + 1_000_000_000n * BigInt(index + 1)}`;
    }),
  };
}

/** Where somebody is who might subscribe, and to what. */
export type Person = Pick<Subscriber, "productId" | "locale" | "storefront">;

/** Returns somebody of the kind an app's subscribers are; `undefined` when it sells nothing. */
export function makePerson(random: Random, productIds: readonly string[]): Person | undefined {
  const productId = pickOne(random, productIds);
  const place = pickWeighted(random, PLACES);
  const locale = pickOne(random, place?.locales ?? []);
  if (productId === undefined || place === undefined || locale === undefined) return undefined;
  return { productId, locale, storefront: place.storefront };
}

/** Returns the names of all products of an app. */
export function productIdsOf({ groups }: AppDefinition): readonly string[] {
  return groups.flatMap(({ products }) => products.map(({ productId }) => productId));
}

/** Returns the `number`th identifier: nine digits that look like chance, never the same twice. */
export function originalTransactionIdOf(environment: EnvironmentName, number: number): string {
  return `${FIRST_DIGITS[environment]}${scramble(number)}`;
}

/** A one-to-one map of nine-digit numbers: multiplication by a number prime to 10⁹. */
function scramble(number: number): string {
  return String((BigInt(number) * 387_420_489n) % 1_000_000_000n).padStart(9, "0");
}
