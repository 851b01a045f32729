import { emulatorError } from "../../errors/index.ts";
import type { AppDefinition, Subscriber } from "../app-definition.ts";
import { findContradictions } from "./find-contradictions.ts";
import { content } from "./parse-content.ts";
import { isAppId } from "../open-world.ts";
import { group, promotionalOffer } from "./parse-catalog.ts";
import { type At, flag, listOf, objectOf, oneOf, type Parse, text, wholeNumber } from "./parse.ts";
import { KEY_ID, LOCALE, STOREFRONT, TRANSACTION_ID, UUID } from "./text-kinds.ts";

/** Most issues that one message tells of. */
const MAX_TOLD = 20;
/** Most subscribers an app makes up in each environment: ours, so that a start takes seconds. */
const MAX_POPULATION = 10_000;
/** Whom an app has that names nobody. */
const POPULATION = { count: 100, seed: 1 };

const transactionId = text(TRANSACTION_ID);

const subscriberFields = objectOf(
  { originalTransactionId: transactionId, productId: text() },
  {
    locale: text(LOCALE),
    storefront: text(STOREFRONT),
    ownership: oneOf("PURCHASED", "FAMILY_SHARED"),
    laterTransactionIds: listOf(transactionId),
    appTransactionId: transactionId,
    appAccountToken: text(UUID),
  },
);

const subscriber: Parse<Subscriber> = (value, at) => ({
  locale: "en-US",
  storefront: "USA",
  ownership: "PURCHASED",
  laterTransactionIds: [],
  ...subscriberFields(value, at),
});

const appFields = objectOf(
  {
    id: text({ is: isAppId, expected: "lowercase letters, digits and hyphens" }),
    bundleId: text(),
    appAppleId: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    issuerId: text(),
    keyIds: listOf(text(KEY_ID), 1),
    groups: listOf(group, 1),
  },
  {
    name: text(),
    sku: text(),
    primaryLocale: text(LOCALE),
    offers: listOf(promotionalOffer),
    subscribers: listOf(subscriber),
    retentionMessagingAccess: flag,
    population: objectOf(
      {
        count: wholeNumber({ min: 0, max: MAX_POPULATION }),
        seed: wholeNumber({ min: 0, max: 2 ** 31 }),
      },
      {},
    ),
    content,
  },
);

const app: Parse<AppDefinition> = (value, at) => {
  const before = at.issues.length;
  const fields = appFields(value, at);
  // With issues there may be nothing to look into.
  if (at.issues.length > before) return { name: "", offers: [], ...fields };
  const isPeopled = fields.subscribers !== undefined || fields.population !== undefined;
  const definition = {
    name: fields.id,
    offers: [],
    ...(isPeopled ? {} : { population: POPULATION }),
    ...fields,
  };
  at.issues.push(...findContradictions(definition).map((issue) => `${at.path}.${issue}`));
  return definition;
};

const worldFile = objectOf({ apps: listOf(app, 1) }, {});

/**
 * Returns the apps of a world that somebody wrote: `{apps: […]}`, each an `AppDefinition` with less to
 * say. `name` is the id, `offers` none, subscribers are American and have bought, a message of App Store
 * Connect is APPROVED, and an app without subscribers has a population of 100, unless the file says
 * otherwise. Throws `OPTIONS_INVALID` with where and what is wrong, all of it at once.
 */
export function parseWorldFile(value: unknown): readonly AppDefinition[] {
  const at: At = { path: "", issues: [] };
  const { apps } = worldFile(value, at) ?? {};
  const [first, ...more] = at.issues;
  if (first === undefined) return apps;
  const told = [first, ...more.slice(0, MAX_TOLD - 1)];
  const rest = at.issues.length - told.length;
  throw emulatorError(
    "OPTIONS_INVALID",
    [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n"),
  );
}
