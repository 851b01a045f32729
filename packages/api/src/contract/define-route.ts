import { UsageError } from "@holdfast/appstore/errors";
import * as z from "zod";
import type { ParamNames, Route, RouteDefinition } from "./route.ts";

/** Makes the type checker ask for every parameter of the path. */
type PathParams<Path extends string> = [ParamNames<Path>] extends [never]
  ? unknown
  : { readonly params: Readonly<Record<ParamNames<Path>, z.ZodType>> };

/**
 * Returns an operation that the router, the document and the client are made from; the types of its input
 * and its answer come from its schemas.
 *
 * @throws UsageError `ROUTE_INVALID` where the definition contradicts itself
 */
export function defineRoute<const Definition extends RouteDefinition>(
  definition: Definition & PathParams<Definition["path"]>,
): Route<Definition> {
  const contradiction = findContradiction(definition);
  if (contradiction !== undefined) {
    throw new UsageError("ROUTE_INVALID", `${definition.operationId}: ${contradiction}`);
  }
  return {
    ...definition,
    schemas: {
      params: z.strictObject(definition.params ?? {}),
      query: z.strictObject(definition.query ?? {}),
    },
  };
}

function findContradiction(route: RouteDefinition): string | undefined {
  const { method, success } = route;
  const named = [...route.path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name);
  const described = Object.keys(route.params ?? {});
  const rules: readonly (readonly [isBroken: boolean, what: string])[] = [
    [named.join() !== described.join(), "params must be those of the path, in its order"],
    [(method === "GET" || method === "DELETE") && "body" in route, `${method} takes no body`],
    [route.isCreation === true && method !== "POST", "only a POST creates"],
    [route.etag === "conditional" && method !== "GET", "only a GET is conditional"],
    [route.etag === "required" && method === "GET", "a GET needs no If-Match"],
    [(success.status === 204) !== !("body" in success || "events" in success), "204 has no body"],
    [route.isPaged === true && !isPage(route), "a paged GET has limit, cursor and a page"],
  ];
  return rules.find(([isBroken]) => isBroken)?.[1];
}

function isPage({ method, query, success }: RouteDefinition): boolean {
  const body = success.body;
  const isBodyPage = body instanceof z.ZodObject && "items" in body.shape;
  return method === "GET" && isBodyPage && query?.["limit"] !== undefined && "cursor" in query;
}
