import type { Route } from "../contract/route.ts";
import { sharedExamples, sharedHeaders, sharedParameters } from "./shared-parts.ts";
import type { OpenApiDocument, OperationObject } from "./open-api-document.ts";
import { failureResponses } from "./failure-responses.ts";
import { operationObject } from "./operation-object.ts";
import { createSchemaCollector } from "./schema-collector.ts";

const DESCRIPTION = `The HTTP API of Holdfast's control plane.

Send a token as \`Authorization: Bearer …\`, or the session's cookie. Bodies are JSON. What an operation does
not know, a misspelled member as well, is refused; in answers, pass over members you do not know, for a later
release may add some.

**Times** are milliseconds since 1970.

**Errors** have one shape: \`{"error": {"code", "message", "advice", …}}\`. Branch on \`code\`, never on
\`message\`. \`INPUT_INVALID\` names everything that is wrong at once, in \`issues\`.

**Lists** take \`limit\` and \`cursor\` and answer \`items\` and, while there is more, \`nextCursor\`.

**Creations** take an \`Idempotency-Key\` of your making: a repetition with the same key is answered as the
first time and makes nothing twice. Keys are kept for 24 hours.

**Edits** need \`If-Match\` with the ETag a read answered, so that nobody's change is lost.

\`429\` and \`503\` promise that nothing was done; \`Retry-After\` says in how many seconds to come again.`;

/** What a document is made with, beside the operations. */
export interface OpenApiOptions {
  /** The release whose API it is, like `1.2.3`. */
  readonly version: string;
  /** What the operations' groups are about, by their names, in the order of the document. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Returns the OpenAPI 3.1 document of some operations: the same for the same operations.
 *
 * @throws UsageError `SCHEMA_NAME_TAKEN` where two different schemas have one name
 */
export function createOpenApi(routes: readonly Route[], options: OpenApiOptions): OpenApiDocument {
  const schemas = createSchemaCollector();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const route of sortRoutes(routes, Object.keys(options.tags))) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operationObject(route, schemas);
  }
  const responses = failureResponses(routes, schemas);
  return {
    openapi: "3.1.1",
    info: {
      title: "Holdfast",
      version: options.version,
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    tags: Object.entries(options.tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components,
      responses,
      parameters: sharedParameters,
      headers: sharedHeaders,
      examples: sharedExamples(),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A token, as createToken made it." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "holdfast_session",
          description:
            "The cookie a sign-in sets, named __Host-holdfast_session where the server is reached by https; sent by browsers on the console's own pages only. What changes something then needs the header X-Holdfast-Client as well.",
        },
      },
    },
  };
}

const METHODS: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** By group, then path, then method: the same whatever order they come in. */
function sortRoutes(routes: readonly Route[], tags: readonly string[]): readonly Route[] {
  const rank = ({ tag, path, method }: Route): readonly [number, string, number] => [
    tags.indexOf(tag),
    path,
    METHODS.indexOf(method),
  ];
  return routes.toSorted((one, other) => {
    const [tag, path, method] = rank(one);
    const [otherTag, otherPath, otherMethod] = rank(other);
    if (tag !== otherTag) return tag - otherTag;
    if (path !== otherPath) return path < otherPath ? -1 : 1;
    return method - otherMethod;
  });
}
