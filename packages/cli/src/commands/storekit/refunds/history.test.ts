import { createTestAppStore, testTransaction } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { startAnsweringApple } from "../../../server-api/testing/answering-apple.ts";
import { createKeyedIo } from "../../../server-api/testing/create-keyed-io.ts";
import { run, runJson, writeFiles } from "../../../testing/run.ts";

// The local App Store has no refund history.

const LINE = "storekit refunds history --transaction-id 2000000123456789 --environment sandbox";

async function startRefunds() {
  const store = await createTestAppStore();
  const refund = testTransaction({
    revocationDate: Date.UTC(2026, 10, 20),
    revocationReason: 1,
    revocationType: "REFUND_PRORATED",
    revocationPercentage: 62_500,
  });
  const signed = store.sign(refund);
  const server = await startAnsweringApple(({ url }) =>
    url.endsWith("?revision=second")
      ? { revision: "third", hasMore: false, signedTransactions: [signed] }
      : { revision: "second", hasMore: true, signedTransactions: [signed] },
  );
  return { server, store, refund, signed };
}

describe("refunds history", () => {
  test("passes on a page as Apple answered it", async () => {
    const { server, signed } = await startRefunds();
    await using io = await createKeyedIo(server.url);
    const { code, json } = await runJson(io, LINE);
    expect(code).toBe(0);
    expect(json).toEqual({ revision: "second", hasMore: true, signedTransactions: [signed] });
    expect(server.asked).toEqual([
      { method: "GET", url: "/inApps/v2/refund/lookup/2000000123456789", body: "" },
    ]);
  });

  test("reads all pages, and verifies them", async () => {
    const { server, store, refund, signed } = await startRefunds();
    await using io = await createKeyedIo(server.url);
    await writeFiles(io, { "root.pem": store.rootPem });
    const { code, json } = await runJson(io, `${LINE} --paginate --verify --trusted-root root.pem`);
    expect([code, io.err()]).toEqual([0, ""]);
    expect(json).toEqual({
      revision: "third",
      hasMore: false,
      signedTransactions: [signed, signed],
      signedTransactionsDecoded: [refund, refund],
    });
  });

  test("goes on with --revision", async () => {
    const { server } = await startRefunds();
    await using io = await createKeyedIo(server.url);
    expect((await runJson(io, `${LINE} --revision second`)).json).toMatchObject({
      hasMore: false,
    });
  });

  test("prints what it read when it is ended by Ctrl-C", async () => {
    const page = { revision: "next", hasMore: true, signedTransactions: ["a.b.c"] };
    const ctrlC: { press?: () => void } = {};
    const server = await startAnsweringApple(({ url }) => {
      if (url.endsWith("?revision=next")) ctrlC.press?.();
      return page;
    });
    await using io = await createKeyedIo(server.url);
    ctrlC.press = io.interrupt;
    expect(await run(io, `${LINE} --paginate`)).toBe(130);
    expect(JSON.parse(io.out())).toEqual(page);
    expect(io.err()).toContain("REQUEST_ABORTED");
  });

  test("tells how much was refunded and why", async () => {
    const { server } = await startRefunds();
    await using io = await createKeyedIo(server.url);
    expect(await run(io, `${LINE} --output table`)).toBe(0);
    expect(io.out()).toMatch(
      /59\.99 EUR +2026-11-20T00:00:00Z +APP_ISSUE +REFUND_PRORATED +62\.5 %\n$/,
    );
  });
});
