import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Route } from "../contract/route.ts";
import { exampleOf } from "../openapi/example-of.ts";
import { isRecord } from "../openapi/is-record.ts";
import type { JsonSchema } from "../openapi/open-api-document.ts";
import { createSchemaCollector } from "../openapi/schema-collector.ts";
import { routes, TAGS } from "./routes.ts";

const all: readonly Route[] = Object.values(routes);

/** A schema of an operation, and where it is. */
interface Place {
  readonly where: string;
  readonly schema: z.ZodType;
  readonly isSent: boolean;
}

const places: readonly Place[] = all.flatMap((route) => {
  const { operationId: id, params = {}, query = {}, body, success } = route;
  const place = (where: string, schema: z.ZodType | undefined, isSent: boolean) =>
    schema === undefined ? [] : [{ where: `${id} ${where}`, schema, isSent }];
  return [
    ...Object.entries(params).flatMap(([name, field]) => place(`params.${name}`, field, true)),
    ...Object.entries(query).flatMap(([name, field]) => place(`query.${name}`, field, true)),
    ...place("body", body, true),
    ...place("answer", success.body, false),
    ...Object.entries(success.events ?? {}).flatMap(([name, event]) =>
      place(`event ${name}`, event, false),
    ),
  ];
});

/** Calls `visit` with every JSON Schema inside one, references followed. */
function walk(
  place: Place,
  visit: (schema: JsonSchema, where: string, isField: boolean) => void,
): void {
  const collector = createSchemaCollector();
  const root = collector.schemaOf(place.schema);
  const step = (schema: unknown, where: string, isField: boolean): void => {
    if (!isRecord(schema)) return;
    const reference = schema["$ref"];
    if (typeof reference === "string") {
      const name = reference.slice(reference.lastIndexOf("/") + 1);
      step({ ...collector.components[name], ...schema, $ref: undefined }, where, isField);
      return;
    }
    visit(schema, where, isField);
    const { properties, items, additionalProperties, propertyNames, anyOf } = schema;
    for (const [name, member] of Object.entries(isRecord(properties) ? properties : {})) {
      step(member, `${where}.${name}`, true);
    }
    step(items, `${where}[]`, false);
    step(additionalProperties, `${where}{}`, false);
    step(propertyNames, `${where} names`, false);
    if (Array.isArray(anyOf)) for (const one of anyOf) step(one, `${where}|`, false);
  };
  step(root, place.where, !("properties" in root));
}

/** Returns everything a check finds in any schema of some places: by default of any operation. */
function findAll(
  check: (schema: JsonSchema, isField: boolean, place: Place) => string | undefined,
  among: readonly Place[] = places,
): readonly string[] {
  const found: string[] = [];
  for (const place of among) {
    walk(place, (schema, where, isField) => {
      const what = check(schema, isField, place);
      if (what !== undefined) found.push(`${where}: ${what}`);
    });
  }
  return found;
}

function unbounded(schema: JsonSchema): string | undefined {
  const { type, maxLength, maxItems, minimum, maximum, additionalProperties, maxProperties } =
    schema;
  if ("const" in schema || "enum" in schema) return undefined;
  if (type === "string" && maxLength === undefined) return "no maxLength";
  if (type === "array" && maxItems === undefined) return "no maxItems";
  const isNumber = type === "integer" || type === "number";
  if (isNumber && (minimum === undefined || maximum === undefined)) return "no bounds";
  const isRecordOfAny = isRecord(additionalProperties) && schema["properties"] === undefined;
  if (isRecordOfAny && maxProperties === undefined) return "no maxProperties";
  return undefined;
}

function undocumented(schema: JsonSchema, isField: boolean): string | undefined {
  const { description, type, examples } = schema;
  const isLeaf = type !== "object" && type !== "array" && !("const" in schema);
  if (isField && (typeof description !== "string" || description === "")) return "no description";
  if (isField && isLeaf && !Array.isArray(examples)) return "no example";
  return undefined;
}

function wronglyClosed(
  schema: JsonSchema,
  _isField: boolean,
  { isSent }: Place,
): string | undefined {
  if (schema["properties"] === undefined) return undefined;
  const isClosed = schema["additionalProperties"] === false;
  return isClosed === isSent ? undefined : isClosed ? "closed" : "open";
}

function leaking(schema: JsonSchema, _isField: boolean, { isSent }: Place): string | undefined {
  return schema["writeOnly"] === true && !isSent ? "writeOnly in an answer" : undefined;
}

describe("routes", () => {
  test("are named as they are exported, each once", () => {
    expect(Object.keys(routes)).toEqual(all.map(({ operationId }) => operationId));
    const calls = all.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(calls).size).toBe(calls.length);
  });

  test("have a documented group each", () => {
    expect(all.filter(({ tag }) => !Object.hasOwn(TAGS, tag))).toEqual([]);
    const used = new Set(all.map(({ tag }) => tag));
    expect(Object.keys(TAGS).filter((tag) => !used.has(tag))).toEqual([]);
  });

  test("have a bound on every text, list, number and object of any names", () => {
    expect(findAll(unbounded)).toEqual([]);
  });

  test("have a description and an example for every field", () => {
    expect(findAll(undocumented)).toEqual([]);
  });

  test("refuse unknown members in what is sent, and let them be in what is answered", () => {
    // What is live is passed on as it was compiled, whatever a later release has in it.
    const found = findAll(wronglyClosed).filter(
      (what) => !what.startsWith("readLiveValue answer.snapshot"),
    );
    expect(found).toEqual([]);
  });

  test("never answer with what may only be sent", () => {
    expect(findAll(leaking)).toEqual([]);
  });

  test.each(places.map((place) => [place.where, place] as const))(
    "have an example that is valid: %s",
    (_, { schema }) => {
      const collector = createSchemaCollector();
      const example = exampleOf(collector.schemaOf(schema), collector.components);
      expect(schema.safeParse(example)).toMatchObject(expectedOf(example));
    },
  );
});

describe("the checks of this file", () => {
  const inner = z.object({ name: z.string().meta({ writeOnly: true }) });
  const schema = z.object({
    inner: inner.optional(),
    list: z.array(inner),
    names: z.record(z.string().max(5), z.int()),
    number: z.number().meta({ description: "A number.", examples: [1] }),
  });
  const answer: readonly Place[] = [{ where: "x", schema, isSent: false }];
  const sent: readonly Place[] = [{ where: "x", schema, isSent: true }];

  test("find what has no bound, no description and no example, however deep", () => {
    expect(findAll(unbounded, answer)).toEqual([
      "x.inner.name: no maxLength",
      "x.list: no maxItems",
      "x.list[].name: no maxLength",
      "x.names: no maxProperties",
      "x.number: no bounds",
    ]);
    expect(findAll(undocumented, answer)).toEqual([
      "x.inner: no description",
      "x.inner.name: no description",
      "x.list: no description",
      "x.list[].name: no description",
      "x.names: no description",
    ]);
  });

  test("find objects that are open where they should be closed, and secrets in answers", () => {
    expect(findAll(wronglyClosed, sent)).toEqual(["x: open", "x.inner: open", "x.list[]: open"]);
    expect(findAll(leaking, answer).length).toBe(2);
  });
});

/** Parsed is what was given: examples have every member, and none that would be dropped. */
function expectedOf(example: unknown): object {
  return { success: true, data: example };
}
