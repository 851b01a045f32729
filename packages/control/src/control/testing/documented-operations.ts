import { routes } from "@holdfast/api";
import type { Route } from "@holdfast/api";
import type { TestCalls } from "../../http/testing/test-control.ts";

/** JSON Schema, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An operation that is served, with what its document says of it. */
export interface DocumentedOperation {
  readonly route: Route;
  /** The document's examples of its parameters, by name. */
  readonly examples: Readonly<Record<string, string>>;
  /** An example of its body, and the schema it is of; absent where it takes none. */
  readonly body?: { readonly schema: JsonSchema; readonly example: unknown };
}

/** What a control plane says of itself. */
export interface DocumentedApi {
  readonly operations: readonly DocumentedOperation[];
  /** The operations of the API it does not serve. */
  readonly missing: readonly Route[];
  /** Returns the schema itself where it is a reference to a named one. */
  readonly resolve: (schema: JsonSchema) => JsonSchema;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name?: string;
    readonly in?: string;
    readonly example?: unknown;
  }[];
  readonly requestBody?: {
    readonly content: {
      readonly "application/json": { readonly schema: JsonSchema; readonly example: unknown };
    };
  };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Reads the document a control plane serves. */
export async function readDocumentedApi({ call }: TestCalls): Promise<DocumentedApi> {
  const { json } = await call("GET", "/openapi.json");
  // The document's own tests hold it to OpenAPI's shape.
  const { paths, components } = json as OpenApi;
  const described = new Map(
    Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .map((operation) => [operation.operationId, operation]),
  );
  const all: readonly Route[] = Object.values(routes);
  return {
    operations: all.flatMap((route) => {
      const operation = described.get(route.operationId);
      return operation === undefined ? [] : [documented(route, operation)];
    }),
    missing: all.filter(({ operationId }) => !described.has(operationId)),
    resolve(schema) {
      const { $ref: reference } = schema;
      if (typeof reference !== "string") return schema;
      return components.schemas[reference.split("/").at(-1) ?? ""] ?? {};
    },
  };
}

function documented(
  route: Route,
  { parameters = [], requestBody }: OperationObject,
): DocumentedOperation {
  const examples = Object.fromEntries(
    parameters.map(({ name = "", example }) => [name, String(example)]),
  );
  if (requestBody === undefined) return { route, examples };
  return { route, examples, body: requestBody.content["application/json"] };
}

/** Returns an operation's path with values for its parameters; those without one stay. */
export function pathWith({ path }: Route, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{([A-Za-z]+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}
