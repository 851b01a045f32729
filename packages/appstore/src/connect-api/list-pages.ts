import { malformedAnswerError } from "../http/index.ts";
import type { ApiRequest, ApiTransport } from "../http/index.ts";
import type { ConnectRecord } from "./connect-record.ts";
import { parsePage } from "./json-api.ts";
import type { AttributeTypes, Resource } from "./json-api.ts";
import { parseNextLink } from "./next-page.ts";

/** The most records of a page that Apple allows. */
const PAGE_LIMIT = "200";

/** More pages are not asked for: no list of one app's has 100,000 records. */
const MAX_PAGES = 500;

/** A list to ask for. */
export interface ListRequest {
  /** Apple's title of the operation. */
  readonly operation: string;
  /** The segments after `/v1`. */
  readonly path: readonly string[];
  readonly filter?: Readonly<Record<string, string>> | undefined;
  /** The relations that come with each record, with the names they get. */
  readonly include?: Readonly<Record<string, string>> | undefined;
  readonly types: AttributeTypes;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns all records of a list, page after page. `R` must declare no other type for an attribute
 * than `types`, and no relation but those of `include`.
 *
 * @throws AppleApiError
 */
export async function listAll<R extends ConnectRecord>(
  transport: ApiTransport,
  request: ListRequest,
): Promise<readonly R[]> {
  const { operation, types, signal } = request;
  const records: ConnectRecord[] = [];
  let place: Place = { path: ["v1", ...request.path], query: queryOf(request) };
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { body } = await transport.send({ operation, method: "GET", ...place, signal });
    const { resources, next } = parsePage(body, { operation, types });
    records.push(...resources.map((resource) => withRelations(resource, request)));
    if (next === undefined) {
      // Every attribute that is there has the type that `types` says.
      return records as readonly ConnectRecord[] as readonly R[];
    }
    place = parseNextLink(next, { baseUrl: transport.baseUrl, operation });
  }
  throw malformedAnswerError(operation, `expected at most ${MAX_PAGES} pages; there are more`);
}

type Place = Pick<ApiRequest, "path" | "query">;

function withRelations(
  { record, related }: Resource,
  { include = {} }: ListRequest,
): ConnectRecord {
  const relations: Record<string, ConnectRecord | undefined> = {};
  for (const [relation, name] of Object.entries(include)) relations[name] = related(relation);
  return { ...record, ...relations };
}

function queryOf({ filter = {}, include = {} }: ListRequest): URLSearchParams {
  const query = new URLSearchParams({ limit: PAGE_LIMIT });
  for (const [name, value] of Object.entries(filter)) query.set(`filter[${name}]`, value);
  const relations = Object.keys(include);
  if (relations.length > 0) query.set("include", relations.join(","));
  return query;
}
