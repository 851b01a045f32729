import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import { open, strict } from "../fields/object-fields.ts";
import { whole } from "../fields/number-fields.ts";
import { text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";
import { defineRoute } from "./define-route.ts";
import type { RouteDefinition } from "./route.ts";
import type { CallInput, RouteAnswer, RouteBody, RouteInput } from "./route-types.ts";

const name = text("A name.", { max: 10, example: "mat" });
const thing = open(
  { name, size: whole("Its size.", { min: 1, max: 9, example: 2 }).optional() },
  { about: "A thing." },
);

const base = {
  operationId: "x",
  tag: "Things",
  summary: "s",
  description: "d",
  access: "viewer",
} as const;

const gone = { status: 204, about: "Done." } as const;

const update = defineRoute({
  ...base,
  operationId: "updateThing",
  method: "PATCH",
  path: "/v1/apps/{app}/things/{thing}",
  params: { app: name, thing: whole("A number.", { min: 1, max: 9, example: 1 }) },
  query: { ...pageQuery },
  body: strict({ name: name.default("mat") }, { about: "A change." }),
  etag: "required",
  success: { status: 200, about: "The thing.", body: thing },
});

const list = defineRoute({
  ...base,
  operationId: "listThings",
  method: "GET",
  path: "/v1/things",
  query: pageQuery,
  isPaged: true,
  success: { status: 200, about: "Things.", body: page("ThingPage", "Things.", thing) },
});

const create = defineRoute({
  ...base,
  operationId: "createThing",
  method: "POST",
  path: "/v1/things",
  body: strict({ name }, { about: "A new thing." }),
  isCreation: true,
  etag: "returned",
  success: { status: 201, about: "The thing.", body: thing },
});

const remove = defineRoute({
  ...base,
  operationId: "deleteThing",
  method: "DELETE",
  path: "/v1/things/{thing}",
  params: { thing: name },
  success: { status: 204, about: "Gone." },
});

describe("the types of an operation", () => {
  test("give a handler what the schemas read, defaults filled in", () => {
    type Input = RouteInput<typeof update>;
    expectTypeOf<Input["params"]>().toEqualTypeOf<{ app: string; thing: number }>();
    expectTypeOf<Input["query"]>().toEqualTypeOf<{ limit: number; cursor?: string | undefined }>();
    expectTypeOf<Input["body"]>().toEqualTypeOf<{ name: string }>();
    expectTypeOf<Input["ifMatch"]>().toEqualTypeOf<string>();
    expectTypeOf<RouteInput<typeof remove>>().not.toHaveProperty("body");
    expectTypeOf<RouteInput<typeof remove>>().not.toHaveProperty("ifMatch");
    expectTypeOf<RouteInput<typeof create>["idempotencyKey"]>().toEqualTypeOf<string | undefined>();
  });

  test("ask a caller for what has no default", () => {
    type Input = CallInput<typeof update>;
    expectTypeOf<Input["query"]>().toEqualTypeOf<
      { limit?: number | undefined; cursor?: string | undefined } | undefined
    >();
    expectTypeOf<Input["body"]>().toEqualTypeOf<{ name?: string | undefined }>();
    expectTypeOf<{ params: { app: "a"; thing: 1 }; body: object }>().not.toExtend<Input>();
    expectTypeOf<{
      params: { app: "a"; thing: 1 };
      body: object;
      ifMatch: '"1"';
    }>().toExtend<Input>();
    expectTypeOf<object>().toExtend<CallInput<typeof list>>();
  });

  test("give the body of a success, and ask a handler for its ETag", () => {
    expectTypeOf<RouteBody<typeof create>>().toEqualTypeOf<{
      name: string;
      size?: number | undefined;
    }>();
    expectTypeOf<RouteBody<typeof remove>>().toEqualTypeOf<undefined>();
    expectTypeOf<{ body: { name: "mat" } }>().not.toExtend<RouteAnswer<typeof create>>();
    expectTypeOf<{ body: { name: "mat" }; etag: '"1"' }>().toExtend<RouteAnswer<typeof create>>();
    expectTypeOf<object>().toExtend<RouteAnswer<typeof remove>>();
  });

  test("miss a parameter of the path that has no schema", () => {
    const lacking = { ...base, method: "GET", path: "/v1/{thing}", success: gone } as const;
    // @ts-expect-error -- the path has {thing}, which is not described
    const make = () => defineRoute(lacking);
    expect(make).toThrow(expect.objectContaining({ code: "ROUTE_INVALID" }));
  });
});

describe("defineRoute()", () => {
  const some = { status: 200, about: "Done.", body: thing } as const;

  test.each<[string, Partial<RouteDefinition>]>([
    ["a parameter that is not in the path", { params: { thing: name } }],
    ["a GET with a body", { method: "GET", body: thing, success: some }],
    ["a DELETE with a body", { method: "DELETE", body: thing }],
    ["a creation that is no POST", { method: "PUT", isCreation: true }],
    ["a conditional POST", { method: "POST", etag: "conditional" }],
    ["a GET that needs If-Match", { method: "GET", etag: "required", success: some }],
    ["204 with a body", { success: { ...gone, body: thing } }],
    ["200 without a body", { success: { status: 200, about: "Done." } }],
    [
      "pages without a cursor",
      { method: "GET", isPaged: true, query: { limit: name }, success: some },
    ],
    ["pages without items", { method: "GET", isPaged: true, query: pageQuery, success: some }],
  ])("refuses %s", (_, change) => {
    const definition: RouteDefinition = {
      ...base,
      method: "POST",
      path: "/v1/things",
      success: gone,
      ...change,
    };
    expect(() =>
      defineRoute(definition as RouteDefinition & { params: Record<string, z.ZodType> }),
    ).toThrow(expect.objectContaining({ code: "ROUTE_INVALID" }));
  });
});
