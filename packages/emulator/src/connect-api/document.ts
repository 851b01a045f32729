import { type ConnectQuery, writeCursor } from "./connect-query.ts";
import type { Resource } from "./resource.ts";

/** Where a document is asked. */
export interface DocumentPlace {
  /** Where the API begins, like `http://127.0.0.1:8788/connect`. */
  readonly base: string;
  /** The request's address. */
  readonly self: URL;
}

/** Returns a JSON:API document of one resource. */
export function resourceDocument(
  resource: Resource,
  query: ConnectQuery,
  { base, self }: DocumentPlace,
) {
  return {
    data: writeResource(resource, query, base),
    ...writeIncluded([resource], query, base),
    links: { self: self.href },
  };
}

/** Returns a JSON:API document that names what a to-one relation leads to. */
export function linkageDocument(related: Resource | undefined, { self }: DocumentPlace) {
  return { data: related === undefined ? null : identify(related), links: { self: self.href } };
}

/** Returns a JSON:API document of one page of `resources`. */
export function pageDocument(
  resources: readonly Resource[],
  query: ConnectQuery,
  { base, self }: DocumentPlace,
) {
  const { limit, offset } = query;
  const page = resources.slice(offset, offset + limit);
  const end = offset + limit;
  return {
    data: page.map((resource) => writeResource(resource, query, base)),
    ...writeIncluded(page, query, base),
    links: {
      self: self.href,
      ...(end < resources.length ? { next: nextHref(self, { limit, offset: end }) } : {}),
    },
    meta: { paging: { total: resources.length, limit } },
  };
}

function nextHref(self: URL, { limit, offset }: { limit: number; offset: number }): string {
  const next = new URL(self);
  next.searchParams.set("cursor", writeCursor(offset));
  next.searchParams.set("limit", String(limit));
  return next.href;
}

function writeResource(resource: Resource, query: ConnectQuery, base: string) {
  const { type, id, attributes } = resource;
  const self = `${base}/v1/${type}/${encodeURIComponent(id)}`;
  const wanted = query.fields.get(type);
  const isWanted = (name: string) => wanted === undefined || wanted.includes(name);
  const isShown = ([name]: readonly [string, unknown]) => isWanted(name);
  const shownAttributes = Object.entries(attributes).filter(isShown);
  const relationships: readonly (readonly [string, object])[] = [
    ...Object.entries(resource.toMany).map(
      ([name, list]) => [name, writeToMany({ name, self, list }, query)] as const,
    ),
    ...Object.entries(resource.toOne).map(
      ([name, find]) => [name, writeToOne({ name, find }, query)] as const,
    ),
  ].filter(isShown);
  return {
    type,
    id,
    ...(shownAttributes.length === 0 ? {} : { attributes: Object.fromEntries(shownAttributes) }),
    ...(relationships.length === 0 ? {} : { relationships: Object.fromEntries(relationships) }),
    links: { self },
  };
}

function writeToMany(
  { name, self, list }: { name: string; self: string; list: () => readonly Resource[] },
  query: ConnectQuery,
) {
  const links = { self: `${self}/relationships/${name}`, related: `${self}/${name}` };
  if (!query.include.includes(name)) return { links };
  const all = list();
  const limit = query.includedLimit(name);
  return {
    meta: { paging: { total: all.length, limit } },
    data: all.slice(0, limit).map(identify),
    links,
  };
}

function writeToOne(
  { name, find }: { name: string; find: () => Resource | undefined },
  query: ConnectQuery,
) {
  if (!query.include.includes(name)) return {};
  const related = find();
  return { data: related === undefined ? null : identify(related) };
}

function identify({ type, id }: Resource) {
  return { type, id };
}

/** What is included stands once, however often it is led to. */
function writeIncluded(page: readonly Resource[], query: ConnectQuery, base: string) {
  if (query.include.length === 0) return {};
  const included = new Map<string, Resource>();
  for (const one of page) {
    for (const name of query.include) {
      const many = one.toMany[name]?.().slice(0, query.includedLimit(name)) ?? [];
      const single = one.toOne[name]?.();
      for (const related of single === undefined ? many : [...many, single]) {
        included.set(`${related.type}|${related.id}`, related);
      }
    }
  }
  // What is included includes nothing itself.
  const plain = { ...query, include: [] };
  return { included: [...included.values()].map((one) => writeResource(one, plain, base)) };
}
