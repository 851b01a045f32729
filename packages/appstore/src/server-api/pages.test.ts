import { describe, expect, test } from "vitest";
import type { ReceivedRequest, ScriptedAnswer } from "../http/testing/answering-server.ts";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { notificationHistoryPages, refundHistoryPages, transactionHistoryPages } from "./index.ts";
import { createTestClient } from "./testing/create-test-client.ts";

const RANGE = { startDate: 1000, endDate: 2000 };

async function collect<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** Answers with pages `first`, `second` and `third`, each naming the next. */
function paged(names: { readonly query: string; readonly field: string }) {
  const next: Readonly<Record<string, string>> = { "": "second", second: "third" };
  return ({ url }: ReceivedRequest): ScriptedAnswer => {
    const asked = new URL(url, "http://x").searchParams.get(names.query) ?? "";
    const place = next[asked] ?? "end";
    return { body: { [names.field]: place, hasMore: place !== "end", asked } };
  };
}

describe("transactionHistoryPages()", () => {
  const answer = paged({ query: "revision", field: "revision" });

  test("asks for page after page with the same filters", async () => {
    const { client, server } = await createTestClient(answer);
    const request = { productTypes: ["AUTO_RENEWABLE"] };
    const pages = await collect(transactionHistoryPages(client, "1", { request }));
    expect(pages.map(({ revision }) => revision)).toEqual(["second", "third", "end"]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/inApps/v2/history/1?productType=AUTO_RENEWABLE",
      "/inApps/v2/history/1?revision=second&productType=AUTO_RENEWABLE",
      "/inApps/v2/history/1?revision=third&productType=AUTO_RENEWABLE",
    ]);
  });

  test("goes on where it is told to", async () => {
    const { client } = await createTestClient(answer);
    const pages = await collect(transactionHistoryPages(client, "1", { revision: "third" }));
    expect(pages).toHaveLength(1);
  });

  test("asks for no page nobody wants", async () => {
    const { client, server } = await createTestClient(answer);
    await transactionHistoryPages(client, "1").next();
    expect(server.requests).toHaveLength(1);
  });

  test("says so when there are more pages than it may ask for", async () => {
    const { client, server } = await createTestClient(answer);
    const error = await rejectionOf(collect(transactionHistoryPages(client, "1", { maxPages: 2 })));
    expect(error.code).toBe("PAGE_LIMIT_REACHED");
    expect(server.requests).toHaveLength(2);
    const all = transactionHistoryPages(client, "1", { maxPages: 3 });
    expect(await collect(all)).toHaveLength(3);
  });

  test.each([{ hasMore: true }, { hasMore: true, revision: "same" }])(
    "ends where Apple names no next page: %j",
    async (body) => {
      const { client } = await createTestClient(() => ({ body }));
      const pages = transactionHistoryPages(client, "1", { revision: "same" });
      expect((await rejectionOf(collect(pages))).code).toBe("APPLE_ANSWER_MALFORMED");
    },
  );

  test("ends by the caller's signal", async () => {
    const { client } = await createTestClient(answer);
    const controller = new AbortController();
    const pages = transactionHistoryPages(client, "1", { signal: controller.signal });
    await pages.next();
    controller.abort();
    expect((await rejectionOf(pages.next())).code).toBe("REQUEST_ABORTED");
  });
});

test("refundHistoryPages() asks for page after page of one customer", async () => {
  const { client, server } = await createTestClient(
    paged({ query: "revision", field: "revision" }),
  );
  const pages = await collect(refundHistoryPages(client, "1", { revision: "second" }));
  expect(pages).toHaveLength(2);
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/inApps/v2/refund/lookup/1?revision=second",
    "/inApps/v2/refund/lookup/1?revision=third",
  ]);
});

test("notificationHistoryPages() asks for page after page with the same body", async () => {
  const { client, server } = await createTestClient(
    paged({ query: "paginationToken", field: "paginationToken" }),
  );
  const pages = await collect(notificationHistoryPages(client, RANGE));
  expect(pages).toHaveLength(3);
  expect(server.requests.map(({ url, body }) => `${url} ${body.toString()}`)).toEqual([
    `/inApps/v1/notifications/history ${JSON.stringify(RANGE)}`,
    `/inApps/v1/notifications/history?paginationToken=second ${JSON.stringify(RANGE)}`,
    `/inApps/v1/notifications/history?paginationToken=third ${JSON.stringify(RANGE)}`,
  ]);
});
