import { TERRITORIES } from "../world/territories.ts";
import { appResource } from "./catalog-resources.ts";
import { notFound, pathUnknown } from "./connect-error.ts";
import type { Team } from "./connect-keys.ts";
import { readConnectQuery } from "./connect-query.ts";
import { type DocumentPlace, linkageDocument, pageDocument, resourceDocument } from "./document.ts";
import { territoryResource } from "./price-resources.ts";
import type { Resource } from "./resource.ts";

/** What lists of a type can be filtered by: attributes, `id`, or a single related resource's id. */
const FILTERABLE: Readonly<Record<string, readonly string[]>> = {
  apps: ["bundleId", "id", "name", "sku"],
  subscriptionGroups: ["referenceName"],
  subscriptions: ["name", "productId", "state"],
  subscriptionIntroductoryOffers: ["territory"],
  subscriptionPrices: ["territory", "subscriptionPricePoint"],
  subscriptionPromotionalOfferPrices: ["territory"],
};

/** What lists of a type can include, even empty ones. */
const INCLUDABLE: Readonly<Record<string, readonly string[]>> = {
  apps: ["subscriptionGroups"],
  subscriptionGroups: ["subscriptions", "subscriptionGroupLocalizations"],
  subscriptions: ["subscriptionLocalizations", "introductoryOffers", "promotionalOffers", "prices"],
  subscriptionPromotionalOffers: ["prices"],
  subscriptionIntroductoryOffers: ["territory", "subscriptionPricePoint"],
  subscriptionPrices: ["territory", "subscriptionPricePoint"],
  subscriptionPromotionalOfferPrices: ["territory", "subscriptionPricePoint"],
};

/** The type of what each list holds, by the list's owner and name. */
const LISTS: Readonly<Record<string, string>> = {
  "apps/subscriptionGroups": "subscriptionGroups",
  "subscriptionGroups/subscriptions": "subscriptions",
  "subscriptionGroups/subscriptionGroupLocalizations": "subscriptionGroupLocalizations",
  "subscriptions/subscriptionLocalizations": "subscriptionLocalizations",
  "subscriptions/introductoryOffers": "subscriptionIntroductoryOffers",
  "subscriptions/promotionalOffers": "subscriptionPromotionalOffers",
  "subscriptions/prices": "subscriptionPrices",
  "subscriptionPromotionalOffers/prices": "subscriptionPromotionalOfferPrices",
  "apps/retentionMessages": "retentionMessages",
  "retentionMessages/versions": "retentionMessageVersions",
  "retentionMessageVersions/localizations": "retentionMessageLocalizations",
  "subscriptions/retentionOffers": "retentionOffers",
};

/** Types of which one can be asked for by its id. */
const SINGLE_TYPES = [
  "apps",
  "subscriptionGroups",
  "subscriptions",
  "subscriptionPromotionalOffers",
  "retentionMessages",
  "retentionMessageVersions",
] as const;

/**
 * Returns the document a team gets at an address below `/v1/`; `segments` is the address. Throws a
 * `ConnectError`.
 */
export function answerConnect(team: Team, segments: readonly string[], place: DocumentPlace) {
  const [type = "", id, list, ...rest] = segments;
  if (id !== undefined && list === "relationships") {
    return answerLinkage(findResource(team, type, id), rest, place);
  }
  if (rest.length > 0) throw pathUnknown();
  if (id === undefined) return answerList(rootOf(type, team), type, place);
  if (!SINGLE_TYPES.some((single) => single === type)) throw pathUnknown();
  if (list === undefined) {
    const query = readConnectQuery(place.self.searchParams, rulesOf(type));
    return resourceDocument(findResource(team, type, id), query, place);
  }
  const listed = LISTS[`${type}/${list}`];
  if (listed === undefined) throw pathUnknown();
  return answerList(findResource(team, type, id).toMany[list]?.() ?? [], listed, place);
}

/** The addresses of to-one relations that are answered; which others Apple has is not looked at. */
function answerLinkage(owner: Resource, names: readonly string[], place: DocumentPlace) {
  const [name = "", ...rest] = names;
  const find = owner.toOne[name];
  if (find === undefined || rest.length > 0) throw pathUnknown();
  return linkageDocument(find(), place);
}

function answerList(resources: readonly Resource[], type: string, place: DocumentPlace) {
  const query = readConnectQuery(place.self.searchParams, rulesOf(type));
  const filters = [...query.filters];
  const asked = resources.filter((resource) =>
    filters.every(([name, values]) => values.includes(filteredValue(resource, name))),
  );
  return pageDocument(asked, query, place);
}

function rulesOf(type: string) {
  return { includable: INCLUDABLE[type] ?? [], filterable: FILTERABLE[type] ?? [] };
}

function filteredValue({ id, attributes, toOne }: Resource, name: string): string {
  if (name === "id") return id;
  const related = toOne[name]?.();
  return related === undefined ? String(attributes[name]) : related.id;
}

function rootOf(type: string, { apps }: Team): readonly Resource[] {
  if (type === "apps") return apps.map(appResource);
  if (type === "territories") return TERRITORIES.map(territoryResource);
  throw pathUnknown();
}

function findResource(team: Team, type: string, id: string): Resource {
  const found = search(rootOf("apps", team), type, id);
  if (found === undefined) throw notFound(type);
  return found;
}

/** Goes down only as far as things can be asked for, and stops at the first. */
function search(resources: readonly Resource[], type: string, id: string): Resource | undefined {
  for (const one of resources) {
    if (one.type === type && one.id === id) return one;
    const below = Object.entries(one.toMany)
      .filter(([list]) => SINGLE_TYPES.some((single) => LISTS[`${one.type}/${list}`] === single))
      .flatMap(([, list]) => list());
    const found = search(below, type, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
