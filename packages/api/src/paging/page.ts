import type * as z from "zod";
import { list, open } from "../fields/object-fields.ts";
import { whole } from "../fields/number-fields.ts";
import { patterned } from "../fields/text-fields.ts";
import { MAX_CURSOR_LENGTH } from "./cursor.ts";

/** The most entries of a page. */
export const MAX_PAGE_SIZE = 200;

/** The entries of a page where none are asked for. */
export const DEFAULT_PAGE_SIZE = 50;

function cursor(about: string) {
  return patterned(about, {
    pattern: /^[A-Za-z0-9_-]+$/,
    expected: "a nextCursor as it came",
    max: MAX_CURSOR_LENGTH,
    example: "WzEsImxpc3RBcHBzIixbInlvZ2EiXV0",
  });
}

/** The query of every list. */
export const pageQuery = {
  limit: whole("The most entries of the page.", {
    min: 1,
    max: MAX_PAGE_SIZE,
    example: DEFAULT_PAGE_SIZE,
  }).default(DEFAULT_PAGE_SIZE),
  cursor: cursor("Where to go on: the nextCursor of the page before.").optional(),
};

/** The body of every list: entries, and the cursor of the next page where there is one. */
export function page<Item extends z.ZodType>(id: string, about: string, item: Item) {
  return open(
    {
      items: list("The page's entries.", item, { max: MAX_PAGE_SIZE }),
      nextCursor: cursor("Of the next page; absent on the last.").optional(),
    },
    { id, about },
  );
}
