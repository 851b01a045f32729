import { readCursor, writeCursor } from "@holdfast/api/server";
import type { KeyPosition, ListKeysOptions } from "./list-keys.ts";

/** What a list of keys is asked for. */
interface KeyPageRequest {
  readonly operationId: string;
  readonly app: string;
  readonly query: { readonly limit: number; readonly cursor?: string | undefined };
}

/** Returns a page of keys, and where it goes on. */
export async function pageOfKeys<Key extends KeyPosition>(
  { operationId, app, query }: KeyPageRequest,
  list: (options: ListKeysOptions) => Promise<readonly Key[]>,
): Promise<{ readonly items: Key[]; readonly nextCursor?: string }> {
  const { limit, cursor } = query;
  const after = cursor === undefined ? undefined : positionOf(cursor, operationId);
  const found = await list({ app, after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || last === undefined) return { items };
  return { items, nextCursor: writeCursor(operationId, [last.createdAt, last.keyId]) };
}

function positionOf(cursor: string, operationId: string): KeyPosition {
  const kinds = ["number", "string"] as const;
  const [createdAt, keyId] = readCursor(cursor, { operationId, kinds });
  return { createdAt, keyId };
}
