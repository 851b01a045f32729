import { PolicyError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { readPages } from "./read-pages.ts";
import type { PageWish } from "./read-pages.ts";

interface Page {
  readonly revision?: string;
  readonly hasMore?: boolean;
  readonly list?: readonly number[];
  readonly environment?: string;
}

const PAGES: readonly Page[] = [
  { environment: "Sandbox", revision: "a", hasMore: true, list: [1, 2] },
  { environment: "Sandbox", revision: "b", hasMore: true },
  { environment: "Sandbox", revision: "c", hasMore: false, list: [3] },
];
const ALL: PageWish = { isAll: true, maxPages: 7 };
const FIRST: PageWish = { isAll: false, maxPages: 7 };

async function* pagesOf(pages: readonly Page[], failure?: Error) {
  yield* pages;
  if (failure !== undefined) throw failure;
}

async function read(
  pages: AsyncIterable<Page>,
  wish: PageWish,
  { isErrTty = false }: { readonly isErrTty?: boolean } = {},
) {
  await using io = await createFakeIo({ isErrTty });
  const paging = { wish, field: "list", place: "revision", what: "numbers" } as const;
  return { ...(await readPages(pages, io, paging)), err: io.err() };
}

describe("readPages()", () => {
  test("puts all pages together under the last one's fields", async () => {
    expect(await read(pagesOf(PAGES), ALL)).toEqual({
      page: { environment: "Sandbox", revision: "c", hasMore: false, list: [1, 2, 3] },
      err: "",
    });
  });

  test("tells on a terminal how far it is", async () => {
    const { err } = await read(pagesOf(PAGES), ALL, { isErrTty: true });
    expect(err).toBe("page 1: 2 numbers so far\npage 2: 2 numbers so far\n");
  });

  test("reads no more than the first page unless all are wanted, and says how to go on", async () => {
    let asked = 0;
    async function* counted() {
      for (const page of PAGES) {
        asked += 1;
        yield page;
      }
    }
    expect(await read(counted(), FIRST)).toEqual({
      page: PAGES[0],
      err: "warning: there are more numbers: --paginate reads all, --revision goes on\n",
    });
    expect(asked).toBe(1);
  });

  test.each([[[{ revision: "x" }]], [[{ hasMore: false, list: [] }]]])(
    "returns the only page as it came: %j",
    async ([page = {}]) => {
      expect(await read(pagesOf([page]), ALL)).toEqual({ page, err: "" });
    },
  );

  test("returns what was read before a failure, which then says how to go on", async () => {
    const failure = new AppleApiError("APPLE_FAILED", "Get: expected a success", {
      operation: "Get",
      retryable: true,
      effect: "none",
      advice: "Try later.",
    });
    const { page, failure: told } = await read(pagesOf(PAGES.slice(0, 2), failure), ALL);
    expect(page).toMatchObject({ revision: "b", hasMore: true, list: [1, 2] });
    expect(told).toMatchObject({
      code: "APPLE_FAILED",
      advice: "Try later. What was read is printed; --revision with its revision goes on.",
    });
  });

  test("tells the limit of pages in the command line's words", async () => {
    const failure = new PolicyError("PAGE_LIMIT_REACHED", "raise maxPages");
    const { failure: told } = await read(pagesOf(PAGES.slice(0, 2), failure), ALL);
    expect(told).toMatchObject({
      code: "PAGE_LIMIT_REACHED",
      message: "expected at most 7 pages; Apple has more",
      advice: expect.stringContaining("--max-pages allows more") as unknown,
    });
  });

  test("throws what reading the first page throws", async () => {
    const failure = new PolicyError("READ_ONLY", "no");
    await expect(read(pagesOf([], failure), ALL)).rejects.toBe(failure);
  });
});
