import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { expectedErrors } from "../contract/expected-errors.ts";
import type { Route } from "../contract/route.ts";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import { errorBodySchema } from "../errors/api-error-schema.ts";
import { open } from "../fields/object-fields.ts";
import { routes, TAGS } from "../resources/routes.ts";
import { createOpenApi } from "./create-open-api.ts";
import { isRecord } from "./is-record.ts";
import type { OperationObject } from "./open-api-document.ts";

const FILE = fileURLToPath(new URL("../../../../docs/openapi.json", import.meta.url));
const all: readonly Route[] = Object.values(routes);
const document = createOpenApi(all, { version: "0.1.0", tags: TAGS });

const operations: readonly (readonly [string, OperationObject])[] = Object.entries(
  document.paths,
).flatMap(([path, item]) => Object.values(item).map((operation) => [path, operation] as const));

/** Every `$ref` of a document. */
function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isRecord(value)) return [];
  const { $ref } = value;
  return [
    ...(typeof $ref === "string" ? [$ref] : []),
    ...Object.values(value).flatMap(referencesIn),
  ];
}

/** What a `$ref` leads to; undefined where it leads nowhere. */
function resolve(reference: string): unknown {
  let at: unknown = document;
  for (const step of reference.slice(2).split("/")) {
    at = isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** An operation whose answer is called `Same`. */
function readSame(operationId: string, path: `/v1/${string}`, length: number): Route {
  return defineRoute({
    operationId,
    method: "GET",
    path,
    tag: "Apps",
    summary: "s",
    description: "d",
    access: "public",
    success: {
      status: 200,
      about: "a",
      body: open({ a: z.string().max(length) }, { id: "Same", about: "a" }),
    },
  });
}

describe("createOpenApi()", () => {
  test("gives what docs/openapi.json has; UPDATE_DOCS=1 renews it", async () => {
    const text = `${JSON.stringify(document, undefined, 2)}\n`;
    if (process.env["UPDATE_DOCS"] !== undefined) await writeFile(FILE, text);
    expect(await readFile(FILE, "utf8")).toBe(text);
  });

  test("gives the same document whatever order the operations come in", () => {
    const turned = createOpenApi(all.toReversed(), { version: "0.1.0", tags: TAGS });
    expect(JSON.stringify(turned)).toBe(JSON.stringify(document));
  });

  test("has every operation, once, under its path and method", () => {
    const found = operations.map(([, { operationId }]) => operationId);
    expect(found.toSorted()).toEqual(Object.keys(routes).toSorted());
  });

  test("refers only to what is there, and has nothing that nobody refers to", () => {
    const references = new Set(referencesIn(document));
    expect([...references].filter((reference) => resolve(reference) === undefined)).toEqual([]);
    const { schemas, responses, parameters, headers } = document.components;
    const parts = Object.entries({ schemas, responses, parameters, headers });
    const there = parts.flatMap(([kind, entries]) =>
      Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
    );
    expect(there.filter((reference) => !references.has(reference))).toEqual([]);
  });

  test("has components with names that OpenAPI allows", () => {
    const names = Object.values(document.components).flatMap((part) => Object.keys(part));
    expect(names.filter((name) => !/^[A-Za-z0-9._-]+$/.test(name))).toEqual([]);
  });

  test.each(
    operations.map(([path, operation]) => [operation.operationId, path, operation] as const),
  )("describes the parameters and failures of %s", (id, path, operation) => {
    const route = all.find(({ operationId }) => operationId === id);
    if (route === undefined) throw new Error(`no route ${id}`);
    const inPath = (operation.parameters ?? []).flatMap((parameter) =>
      "in" in parameter && parameter.in === "path" ? [parameter] : [],
    );
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(inPath.map(({ name, required }) => [name, required])).toEqual(
      named.map((name) => [name, true]),
    );
    const statuses = new Set(expectedErrors(route).map((code) => String(API_ERRORS[code].status)));
    const described = Object.keys(operation.responses).filter((status) => Number(status) >= 400);
    expect(described.toSorted()).toEqual([...statuses].toSorted());
  });

  test("asks for a token or a session wherever not everybody may call", () => {
    const free = operations.filter(([, { security }]) => security.length === 0);
    expect(free.map(([, operation]) => operation.operationId).toSorted()).toEqual([
      "acceptInvitation",
      "createFirstAdmin",
      "createSession",
      "readHealth",
      "readSetup",
    ]);
  });

  test.each(Object.entries(document.components.examples))(
    "has an example of %s as it is sent",
    (_, { value }) => {
      expect(errorBodySchema.parse(value)).toEqual(value);
    },
  );

  test("refuses two different schemas of one name", () => {
    const twice = [readSame("a", "/v1/a", 1), readSame("b", "/v1/b", 2)];
    expect(() => createOpenApi(twice, { version: "1", tags: TAGS })).toThrow(
      expect.objectContaining({ code: "SCHEMA_NAME_TAKEN" }),
    );
  });
});
