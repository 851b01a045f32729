import type { OperationObject } from "../openapi/open-api-document.ts";

/** The longest body that is written into the line. */
const MAX_INLINE_LENGTH = 600;

/** An operation with the place it is called at. */
export interface PlacedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
}

/** Returns a command that calls the operation with its examples; the address and the token come from the environment. */
export function curlLine({ path, method, operation }: PlacedOperation): string {
  const parameters = (operation.parameters ?? []).flatMap((one) => ("in" in one ? [one] : []));
  const examples = new Map(
    parameters.map(({ name, example }) => [
      name,
      typeof example === "string" ? example : JSON.stringify(example),
    ]),
  );
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(examples.get(name) ?? name),
  );
  const needed = parameters.flatMap(({ in: place, name, required }) =>
    place === "query" && required ? [[name, examples.get(name) ?? ""]] : [],
  );
  const query = needed.length === 0 ? "" : `?${new URLSearchParams(needed).toString()}`;
  const parts = [
    `curl ${method === "GET" ? "" : `-X ${method} `}"$HOLDFAST_URL${filled}${query}"`,
    ...(operation.security.length === 0 ? [] : ['-H "Authorization: Bearer $HOLDFAST_TOKEN"']),
    ...headersOf(operation).map((header) => `-H ${quote(header)}`),
    ...bodyOf(operation),
  ];
  return parts.join(" \\\n  ");
}

/** The headers that are references, told by their names. */
const HEADERS: Readonly<Record<string, string>> = {
  "#/components/parameters/IfMatch": 'If-Match: "7"',
  "#/components/parameters/IdempotencyKey": "Idempotency-Key: 0d9f8a4e-6a53-4a7c-9b3e-2f1d5c8e7a60",
};

function headersOf({ parameters = [] }: OperationObject): readonly string[] {
  return parameters.flatMap((one) => ("$ref" in one ? (HEADERS[one.$ref] ?? []) : []));
}

function bodyOf({ requestBody }: OperationObject): readonly string[] {
  const content = requestBody?.content["application/json"];
  if (content === undefined) return [];
  const json = JSON.stringify(content.example);
  const data = json.length <= MAX_INLINE_LENGTH ? quote(json) : "@body.json";
  return ["-H 'Content-Type: application/json'", `-d ${data}`];
}

/** For a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
