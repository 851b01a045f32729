import { malformedAnswerError } from "../http/index.ts";
import type { AppleApiError } from "../http/index.ts";
import type { ConnectRecord } from "./connect-record.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A page of a list, as JSON:API has it. */
export interface Page {
  readonly resources: readonly Resource[];
  /** Where the next page is; undefined on the last. */
  readonly next: string | undefined;
}

/** One resource of a page. */
export interface Resource {
  readonly record: ConnectRecord;
  /** Returns what a relation names, with its attributes where the page includes them. */
  readonly related: (relation: string) => ConnectRecord | undefined;
}

/** The types of the attributes that are read; others may be anything. */
export type AttributeTypes = Readonly<Record<string, "string" | "number" | "boolean">>;

/**
 * Reads a JSON:API document with a list of resources.
 *
 * @throws AppleApiError `APPLE_ANSWER_MALFORMED`, naming the place and no value
 * @see https://jsonapi.org/format/1.0/#document-structure
 */
export function parsePage(
  body: unknown,
  { operation, types }: { readonly operation: string; readonly types: AttributeTypes },
): Page {
  const reader = new PageReader(operation);
  const document = reader.fields(body, "the body");
  const included = reader.index(document["included"] ?? []);
  const resources = reader.list(document["data"], "data").map((value, index) => {
    const resource = reader.fields(value, `data[${index}]`);
    const record = reader.record(resource, `data[${index}]`);
    reader.checkTypes(record, types, `data[${index}]`);
    return {
      record,
      related: (relation: string) => reader.related(resource, relation, included),
    };
  });
  return { resources, next: reader.next(document["links"]) };
}

/**
 * Reads a JSON:API document that names the one resource a relation leads to, and returns its id; null
 * where there is none.
 *
 * @throws AppleApiError `APPLE_ANSWER_MALFORMED`, naming the place and no value
 * @see https://jsonapi.org/format/1.0/#document-resource-object-linkage
 */
export function parseLinkage(body: unknown, operation: string): string | null {
  const reader = new PageReader(operation);
  const { data } = reader.fields(body, "the body");
  return data === null ? null : reader.record(reader.fields(data, "data"), "data").id;
}

class PageReader {
  readonly #operation: string;

  constructor(operation: string) {
    this.#operation = operation;
  }

  /** Returns the included resources by type and id. */
  index(value: unknown): ReadonlyMap<string, ConnectRecord> {
    const resources = this.list(value, "included").map((item, index) => {
      const place = `included[${index}]`;
      const resource = this.fields(item, place);
      return [keyOf(resource), this.record(resource, place)] as const;
    });
    return new Map(resources);
  }

  record(resource: Fields, place: string): ConnectRecord {
    const { id, attributes } = resource;
    if (typeof id !== "string" || id === "") throw this.#malformed(`${place}.id to be a text`);
    const own = attributes === undefined ? {} : this.fields(attributes, `${place}.attributes`);
    return { ...own, id };
  }

  related(
    resource: Fields,
    relation: string,
    included: ReadonlyMap<string, ConnectRecord>,
  ): ConnectRecord | undefined {
    const relationships = fieldsOr(resource["relationships"]);
    const target = fieldsOr(fieldsOr(relationships[relation])["data"]);
    const { id } = target;
    if (typeof id !== "string") return undefined;
    return included.get(keyOf(target)) ?? { id };
  }

  checkTypes(record: ConnectRecord, types: AttributeTypes, place: string): void {
    for (const [name, type] of Object.entries(types)) {
      const value = record[name];
      if (value === undefined || value === null || typeof value === type) continue;
      throw this.#malformed(`${place}.attributes.${name} to be a ${type}`);
    }
  }

  next(links: unknown): string | undefined {
    const { next } = fieldsOr(links);
    if (next === undefined || next === null) return undefined;
    if (typeof next === "string") return next;
    throw this.#malformed("links.next to be a text");
  }

  fields(value: unknown, place: string): Fields {
    if (isFields(value)) return value;
    throw this.#malformed(`${place} to be an object`);
  }

  list(value: unknown, place: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    throw this.#malformed(`${place} to be an array`);
  }

  #malformed(expected: string): AppleApiError {
    return malformedAnswerError(this.#operation, `expected ${expected}`);
  }
}

function keyOf({ type, id }: Fields): string {
  return JSON.stringify([type, id]);
}

/** What is no object has no members: relations and links are read where they are. */
function fieldsOr(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
