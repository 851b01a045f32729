import { AppleApiError, type AppleErrorCode } from "../errors/index.ts";
import { groupIdentifierOf } from "../world/group-identifier.ts";
import type { AppDefinition } from "../world/index.ts";
import { findProduct } from "../world/world.ts";

/** Apple's names for kinds of products; all of the emulator's are of the first. */
const PRODUCT_TYPES = ["AUTO_RENEWABLE", "NON_RENEWABLE", "CONSUMABLE", "NON_CONSUMABLE"] as const;
const SORTS = ["ASCENDING", "DESCENDING"] as const;
const OWNERSHIPS = ["PURCHASED", "FAMILY_SHARED"] as const;
const BOOLEANS = ["true", "false"] as const;

/** What of a customer's transactions is asked for; what is missing is not asked. */
export interface HistoryQuery {
  readonly sort: (typeof SORTS)[number];
  /** The purchase is not before it: milliseconds since 1970. */
  readonly startDate: number | undefined;
  /** The purchase is before it: milliseconds since 1970. */
  readonly endDate: number | undefined;
  /** Empty for all. */
  readonly productIds: readonly string[];
  /** Empty for all. */
  readonly productTypes: readonly string[];
  /** Empty for all. */
  readonly groupIdentifiers: readonly string[];
  readonly ownership: (typeof OWNERSHIPS)[number] | undefined;
  readonly revoked: boolean | undefined;
}

/**
 * Reads the query of Get Transaction History. Throws `INVALID_SORT`, `INVALID_START_DATE`,
 * `INVALID_END_DATE`, `START_DATE_AFTER_END_DATE`, `INVALID_PRODUCT_ID`, `INVALID_PRODUCT_TYPE`,
 * `INVALID_SUBSCRIPTION_GROUP_IDENTIFIER`, `INVALID_IN_APP_OWNERSHIP_TYPE`, `INVALID_REVOKED`. Whether
 * Apple refuses products and groups the app does not have is UNCONFIRMED.
 */
export function readHistoryQuery(query: URLSearchParams, definition: AppDefinition): HistoryQuery {
  const startDate = readDate(query, "startDate", "INVALID_START_DATE");
  const endDate = readDate(query, "endDate", "INVALID_END_DATE");
  if (startDate !== undefined && endDate !== undefined && startDate >= endDate) {
    throw new AppleApiError("START_DATE_AFTER_END_DATE");
  }
  const productIds = query.getAll("productId");
  if (!productIds.every((productId) => findProduct(definition, productId) !== undefined)) {
    throw new AppleApiError("INVALID_PRODUCT_ID");
  }
  const groupIdentifiers = query.getAll("subscriptionGroupIdentifier");
  const groups = new Set(definition.groups.map(({ id }) => groupIdentifierOf(definition, id)));
  if (!groupIdentifiers.every((identifier) => groups.has(identifier))) {
    throw new AppleApiError("INVALID_SUBSCRIPTION_GROUP_IDENTIFIER");
  }
  const revoked = readOne(query, ["revoked", BOOLEANS], "INVALID_REVOKED");
  return {
    sort: readOne(query, ["sort", SORTS], "INVALID_SORT") ?? "ASCENDING",
    startDate,
    endDate,
    productIds,
    productTypes: query
      .getAll("productType")
      .map((text) => oneOf(text, PRODUCT_TYPES, "INVALID_PRODUCT_TYPE")),
    groupIdentifiers,
    ownership: readOne(query, ["inAppOwnershipType", OWNERSHIPS], "INVALID_IN_APP_OWNERSHIP_TYPE"),
    revoked: revoked === undefined ? undefined : revoked === "true",
  };
}

function readDate(query: URLSearchParams, name: string, code: AppleErrorCode): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/v.test(text)) throw new AppleApiError(code);
  return Number(text);
}

function readOne<T extends string>(
  query: URLSearchParams,
  [name, choices]: readonly [name: string, choices: readonly T[]],
  code: AppleErrorCode,
): T | undefined {
  const text = query.get(name);
  return text === null ? undefined : oneOf(text, choices, code);
}

function oneOf<T extends string>(text: string, choices: readonly T[], code: AppleErrorCode): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new AppleApiError(code);
  return choice;
}
