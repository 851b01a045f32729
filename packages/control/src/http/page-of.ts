import { writeCursor } from "@holdfast/api/server";
import type { CursorValue } from "@holdfast/api/server";

/** How a page is made of rows. */
export interface PageOfOptions<Row, Item> {
  readonly operationId: string;
  /** The most entries of the page; one row more was asked for, to know whether there is another page. */
  readonly limit: number;
  readonly itemOf: (row: Row) => Item;
  /** What the list is sorted by, of one row. */
  readonly positionOf: (row: Row) => readonly CursorValue[];
}

/** Returns the body of a list: the first `limit` rows as items, and the cursor to go on by where there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { operationId, limit, itemOf, positionOf }: PageOfOptions<Row, Item>,
): { items: Item[]; nextCursor?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    ...(last === undefined || rows.length <= limit
      ? {}
      : { nextCursor: writeCursor(operationId, positionOf(last)) }),
  };
}
