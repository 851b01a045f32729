import type { ApiTransport } from "../http/index.ts";
import { parseLinkage } from "./json-api.ts";
import type { ListRequest } from "./list-pages.ts";

/**
 * Returns the id of the one resource that a relation leads to; null where it leads to none.
 *
 * @throws AppleApiError
 * @see https://jsonapi.org/format/1.0/#fetching-relationships
 */
export async function findLinkedId(
  transport: ApiTransport,
  { operation, path, signal }: Pick<ListRequest, "operation" | "path" | "signal">,
): Promise<string | null> {
  const request = { operation, method: "GET", path: ["v1", ...path], signal } as const;
  const { body } = await transport.send(request);
  return parseLinkage(body, operation);
}
