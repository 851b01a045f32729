import { expectedErrors } from "../contract/expected-errors.ts";
import type { Route } from "../contract/route.ts";
import { API_ERRORS } from "../errors/api-error-codes.ts";
import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import { errorBodySchema } from "../errors/api-error-schema.ts";
import type { ResponseObject } from "./open-api-document.ts";
import type { SchemaCollector } from "./schema-collector.ts";

/** The codes an operation answers with one status, under the name they have as a component. */
interface Failure {
  readonly status: number;
  readonly name: string;
  readonly codes: readonly ApiErrorCode[];
}

/** Returns the failures of an operation, by status. */
export function failuresOf(route: Route): readonly Failure[] {
  const statuses = Map.groupBy(expectedErrors(route), (code) => API_ERRORS[code].status);
  return [...statuses].map(([status, codes]) => ({ status, codes, name: codes.join("-or-") }));
}

/** Returns the failures of some operations as components: each set of codes once, by name. */
export function failureResponses(
  routes: readonly Route[],
  schemas: SchemaCollector,
): Readonly<Record<string, ResponseObject>> {
  const named = new Map(routes.flatMap(failuresOf).map(({ name, codes }) => [name, codes]));
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, codes]) => [name, failure(codes, schemas)]));
}

function failure(codes: readonly ApiErrorCode[], schemas: SchemaCollector): ResponseObject {
  const waits = codes.some((code) => code === "RATE_LIMITED" || code === "UNAVAILABLE");
  return {
    description: codes.map((code) => `\`${code}\`: ${API_ERRORS[code].meaning}`).join("\n\n"),
    ...(waits ? { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } } : {}),
    content: {
      "application/json": {
        schema: schemas.schemaOf(errorBodySchema),
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}
