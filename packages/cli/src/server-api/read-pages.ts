import { PolicyError, UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import type { Io, OptionSpec, Options } from "../command.ts";
import { CommandFailed } from "../errors.ts";
import { sayProgress } from "../storekit/progress.ts";

const DEFAULT_MAX_PAGES = 1000;
const MOST_PAGES = 1_000_000;

/** How many pages a command reads. */
export const PAGE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--paginate", description: "read all pages, and print them as one" },
  {
    flags: "--max-pages <number>",
    description: `with --paginate, read no more pages (default: ${DEFAULT_MAX_PAGES}); when there are more, what was read is printed and the exit code is 1`,
  },
];

/** What a command line says of pages. */
export interface PageWish {
  readonly isAll: boolean;
  /** For the client. */
  readonly maxPages: number;
}

/** @throws UsageError `OPTION_INVALID` */
export function readPageWish(options: Options): PageWish {
  const isAll = options.flag("paginate");
  const maxPages = options.integer("max-pages", { min: 1, max: MOST_PAGES });
  if (maxPages !== undefined && !isAll) {
    throw new UsageError("OPTION_INVALID", "--max-pages requires --paginate");
  }
  return { isAll, maxPages: maxPages ?? DEFAULT_MAX_PAGES };
}

/** Where a later page begins, as Apple's answers name it, and the option that goes on there. */
const RESUME_OPTIONS = { revision: "--revision", paginationToken: "--pagination-token" } as const;

/** How pages are put together. */
export interface Paging<Field> {
  readonly wish: PageWish;
  /** The list that goes on from page to page. */
  readonly field: Field;
  readonly place: keyof typeof RESUME_OPTIONS;
  /** What is read, for people, like `transactions`. */
  readonly what: string;
}

/** What was read, as one page, and why it is not all, if anything went wrong. */
export interface ReadPages<Page> {
  readonly page: Page;
  readonly failure?: Error;
}

/** A page with a list. */
type PageOf<Field extends string> = { readonly hasMore?: boolean } & {
  readonly [F in Field]?: readonly unknown[];
};

/**
 * Reads the first page, or all of them as one: the last page's fields, and the lists of all in a row.
 * What was read before something went wrong is worth having, so it is returned with the failure.
 *
 * @throws whatever reading the first page throws
 */
export async function readPages<Page extends PageOf<Field>, Field extends string>(
  pages: AsyncIterable<Page>,
  io: Pick<Io, "stderr" | "warn" | "isErrTty">,
  { wish, field, place, what }: Paging<Field>,
): Promise<ReadPages<Partial<Page>>> {
  const items: unknown[] = [];
  let page: Partial<Page> = {};
  let count = 0;
  try {
    for await (const next of pages) {
      count += 1;
      items.push(...(next[field] ?? []));
      page = items.length === 0 ? next : { ...next, [field]: items };
      if (!wish.isAll) break;
      if (next.hasMore === true) sayProgress(io, `page ${count}: ${items.length} ${what} so far`);
    }
  } catch (error) {
    if (count === 0 || !(error instanceof Error)) throw error;
    return { page, failure: withResumption(error, wish, place) };
  }
  if (page.hasMore === true) {
    const option = RESUME_OPTIONS[place];
    io.warn(`there are more ${what}: --paginate reads all, ${option} goes on`);
  }
  return { page };
}

/** Says how to go on after what was printed. */
function withResumption(
  error: Error,
  { maxPages }: PageWish,
  place: keyof typeof RESUME_OPTIONS,
): Error {
  const goOn = `What was read is printed; ${RESUME_OPTIONS[place]} with its ${place} goes on.`;
  if (error instanceof AppleApiError) {
    const advice = error.advice === undefined ? goOn : `${error.advice} ${goOn}`;
    return error.withFacts({ advice });
  }
  const isLimit = error instanceof PolicyError && String(error.code) === "PAGE_LIMIT_REACHED";
  if (!isLimit) return error;
  return new CommandFailed(
    "PAGE_LIMIT_REACHED",
    `expected at most ${maxPages} pages; Apple has more`,
    { advice: `${goOn} --max-pages allows more.`, cause: error },
  );
}
