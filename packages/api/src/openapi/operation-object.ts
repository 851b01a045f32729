import { isRole } from "../contract/access.ts";
import type { FieldShape, Route } from "../contract/route.ts";
import { failuresOf } from "./failure-responses.ts";
import { exampleOf } from "./example-of.ts";
import type {
  JsonSchema,
  MediaTypeObject,
  OperationObject,
  ParameterObject,
  Reference,
  ResponseObject,
} from "./open-api-document.ts";
import type { SchemaCollector } from "./schema-collector.ts";

/** Returns an operation as the document describes it. */
export function operationObject(route: Route, schemas: SchemaCollector): OperationObject {
  const { operationId, tag, summary, description, access, body } = route;
  const parameters = parametersOf(route, schemas);
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${description}\n\n${sayAccess(route)}`,
    security: securityOf(route),
    "x-holdfast-access": access,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": jsonContent(schemas.schemaOf(body), schemas) },
          },
        }),
    responses: responsesOf(route, schemas),
  };
}

function sayAccess({ access, path }: Route): string {
  if (access === "public") return "Needs no sign-in.";
  if (access === "authenticated") return "For whoever is signed in, and for tokens.";
  if (access === "runtime") return "For tokens of runtimes only.";
  const where = path.includes("{app}") ? " for the app" : "";
  return `Needs the role ${access}${where}.`;
}

function securityOf({ access }: Route): OperationObject["security"] {
  if (access === "public") return [];
  const bearer = { bearer: [] };
  return isRole(access) || access === "authenticated" ? [bearer, { session: [] }] : [bearer];
}

function parametersOf(
  route: Route,
  schemas: SchemaCollector,
): readonly (ParameterObject | Reference)[] {
  return [
    ...fieldParameters("path", route.params, schemas),
    ...fieldParameters("query", route.query, schemas),
    ...(route.isCreation === true ? [header("IdempotencyKey")] : []),
    ...(route.etag === "required" ? [header("IfMatch")] : []),
    ...(route.etag === "conditional" ? [header("IfNoneMatch")] : []),
  ];
}

function header(name: string): Reference {
  return { $ref: `#/components/parameters/${name}` };
}

function fieldParameters(
  place: "path" | "query",
  shape: FieldShape = {},
  schemas: SchemaCollector,
): readonly ParameterObject[] {
  return Object.entries(shape).map(([name, field]) => {
    const schema = schemas.schemaOf(field);
    const { description, ...rest } = schema;
    return {
      name,
      in: place,
      required: !field.safeParse(undefined).success,
      description: typeof description === "string" ? description : "",
      schema: rest,
      example: exampleOf(schema, schemas.components),
    };
  });
}

function responsesOf(
  route: Route,
  schemas: SchemaCollector,
): Readonly<Record<string, ResponseObject | Reference>> {
  const failures = failuresOf(route).map(({ status, name }) => [
    status,
    { $ref: `#/components/responses/${name}` },
  ]);
  return {
    [route.success.status]: success(route, schemas),
    ...(route.etag === "conditional"
      ? { 304: { description: "Nothing changed since the ETag of If-None-Match." } }
      : {}),
    // Every entry is a status with a reference; fromEntries() forgets the latter's type.
    ...(Object.fromEntries(failures) as Record<string, Reference>),
  };
}

function success({ success: { about, body, events }, etag }: Route, schemas: SchemaCollector) {
  const hasEtag = etag !== undefined && (body !== undefined || etag !== "required");
  const content =
    body === undefined
      ? events === undefined
        ? undefined
        : { "text/event-stream": eventContent(events, schemas) }
      : { "application/json": jsonContent(schemas.schemaOf(body), schemas) };
  return {
    description: about,
    ...(hasEtag ? { headers: { ETag: { $ref: "#/components/headers/ETag" } } } : {}),
    ...(content === undefined ? {} : { content }),
  };
}

/** OpenAPI 3.1 has no words for a stream of events: the schema is that of one event's data. */
function eventContent(events: FieldShape, schemas: SchemaCollector): MediaTypeObject {
  const names = Object.keys(events);
  const anyOf = Object.values(events).map((event) => schemas.schemaOf(event));
  const [name = ""] = names;
  const data = exampleOf(anyOf[0] ?? {}, schemas.components);
  return {
    schema: { description: `The data of an event: ${names.join(", ")}.`, anyOf },
    example: `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`,
  };
}

function jsonContent(schema: JsonSchema, schemas: SchemaCollector): MediaTypeObject {
  return { schema, example: exampleOf(schema, schemas.components) };
}
