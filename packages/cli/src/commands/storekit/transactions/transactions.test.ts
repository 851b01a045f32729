import { createTestAppStore, testTransaction } from "@holdfast/appstore/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startAnsweringApple } from "../../../server-api/testing/answering-apple.ts";
import { createKeyedIo } from "../../../server-api/testing/create-keyed-io.ts";
import { SEED, startLocalApple } from "../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../storekit/testing/local-apple.ts";
import { errorOf, run, runJson, writeFiles } from "../../../testing/run.ts";

const PRODUCTION = { app: SEED, environment: "production" } as const;
const UNVERIFIED = "decoded JWS payloads are not signature-verified";
const WARNING = `warning: ${UNVERIFIED}\n`;
/** More than two pages, with the one that began it. */
const RENEWALS = 44;

let apple: LocalApple;
let sandboxId = "";
let productionId = "";
beforeAll(async () => {
  apple = await startLocalApple();
  sandboxId = apple.emulator.credentials(SEED).originalTransactionId;
  productionId = await renewOften();
});
afterEach(() => {
  apple.emulator.faults.clear();
  apple.emulator.requestLog.clear();
});
afterAll(() => apple[Symbol.asyncDispose]());

/** Renews the first subscription in production that renews, and returns its transaction. */
async function renewOften(): Promise<string> {
  for (const { originalTransactionId } of apple.emulator.subscribers(PRODUCTION)) {
    const place = { ...PRODUCTION, originalTransactionId };
    const { renewal, transactions } = await apple.emulator.subscription(place);
    if (!renewal.isOn) continue;
    for (let count = transactions.length; count <= RENEWALS; count += 1) {
      await apple.emulator.changeSubscription(place, { type: "renew" });
    }
    return originalTransactionId;
  }
  throw new Error("nobody renews");
}

const view = () => `storekit transactions view --environment sandbox --transaction-id ${sandboxId}`;
const history = () =>
  `storekit transactions history --environment production --transaction-id ${productionId}`;

describe("transactions view", () => {
  test("passes on what Apple answered, and nothing else", async () => {
    await using io = await apple.io();
    expect(await run(io, view())).toBe(0);
    expect(io.out()).toMatch(/^\{"signedTransactionInfo":"[\w-]+\.[\w-]+\.[\w-]+"\}\n$/);
    expect(io.err()).toBe("");
  });

  test("adds, with --decode, what nobody verified", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${view()} --decode`);
    expect(code).toBe(0);
    expect(json).toEqual({
      signedTransactionInfo: expect.stringContaining(".") as unknown,
      signedTransactionInfoDecoded: expect.objectContaining({
        transactionId: sandboxId,
        bundleId: "com.example.app",
        environment: "Sandbox",
      }) as unknown,
    });
    expect(JSON.parse(io.err())).toEqual({ warnings: [UNVERIFIED] });
  });

  test("verifies with --verify, and then warns of nothing", async () => {
    await using io = await apple.io();
    await writeFiles(io, { "root.pem": apple.emulator.rootCertificatePem });
    const { code, json } = await runJson(io, `${view()} --verify --trusted-root root.pem`);
    expect([code, io.err()]).toEqual([0, ""]);
    expect(json).toMatchObject({ signedTransactionInfoDecoded: { transactionId: sandboxId } });
  });

  test.each(["json", "table", "markdown"])(
    "prints nothing and exits 1 where a signature is not Apple's, as %s",
    async (format) => {
      await using io = await apple.io();
      expect(await run(io, `${view()} --verify --output ${format}`)).toBe(1);
      expect(io.out()).toBe("");
      expect(io.err()).toContain("ROOT_UNTRUSTED");
      expect(io.err()).toContain("signedTransactionInfo: ");
    },
  );

  test("is a table of what is in it on a terminal, with the warning", async () => {
    await using io = await apple.io({ isTty: true });
    expect(await run(io, view())).toBe(0);
    const [head = "", row = ""] = io.out().split("\n");
    expect(head).toMatch(/^Transaction ID +Original Transaction ID +Product ID +Type /);
    expect(row).toMatch(new RegExp(`^${sandboxId} `));
    expect(row).toContain("Auto-Renewable Subscription");
    expect(io.err()).toBe(WARNING);
  });

  test("tells what Apple refuses without the transaction's id", async () => {
    await using io = await apple.io();
    const line = view().replace(sandboxId, "999999999");
    expect(await run(io, `${line} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "APPLE_REFUSED", appleCode: 4040010 });
    expect(io.err()).not.toContain("999999999");
  });

  test("shows nothing of the key or its token, whatever happens", async () => {
    await using io = await apple.io({ isErrTty: true });
    apple.emulator.faults.set([{ kind: "status", status: 500 }]);
    expect(await run(io, view())).toBe(1);
    const key = apple.emulator.credentials(SEED).privateKey.split("\n")[1] ?? "";
    expect(io.out() + io.err()).not.toContain(key);
    expect(io.out() + io.err()).not.toMatch(/eyJ/);
  });
});

describe("transactions history", () => {
  test("reads all pages in production with --paginate", async () => {
    await using io = await apple.io({ isErrTty: true });
    const { code, json } = await runJson(io, `${history()} --paginate --decode`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ hasMore: false, bundleId: "com.example.app" });
    expect(apple.emulator.requestLog.counts()).toEqual({ getTransactionHistory: 3 });
    // What was decoded is typed by Apple's names.
    const decoded = json["signedTransactionsDecoded"] as readonly { transactionId: string }[];
    expect(new Set(decoded.map(({ transactionId }) => transactionId)).size).toBe(decoded.length);
    expect(decoded.length).toBeGreaterThan(RENEWALS);
    expect(json["signedTransactions"]).toHaveLength(decoded.length);
    const document = `${JSON.stringify({ warnings: [UNVERIFIED] })}\n`;
    expect(io.err()).toBe(
      `page 1: 20 transactions so far\npage 2: 40 transactions so far\n${document}`,
    );
  });

  test("reads one page otherwise, and goes on with --revision", async () => {
    await using io = await apple.io();
    const first = await runJson(io, history());
    expect(first.json).toMatchObject({ hasMore: true });
    expect(first.json["signedTransactions"]).toHaveLength(20);
    expect(io.err()).toContain("there are more transactions: --paginate reads all, --revision");
    const rest = await runJson(
      io,
      `${history()} --paginate --revision ${String(first.json["revision"])}`,
    );
    expect(rest.json).toMatchObject({ hasMore: false });
    expect(rest.json["signedTransactions"]).not.toContain(
      // The first page's.
      (first.json["signedTransactions"] as readonly string[])[0],
    );
  });

  test("prints what it read and exits 1 when there are more pages than --max-pages", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${history()} --paginate --max-pages 2`);
    expect(code).toBe(1);
    expect(json["signedTransactions"]).toHaveLength(40);
    expect(json).toMatchObject({ hasMore: true, revision: expect.any(String) as unknown });
    expect(errorOf(io)).toMatchObject({
      code: "PAGE_LIMIT_REACHED",
      message: "expected at most 2 pages; Apple has more",
      advice: expect.stringContaining("--revision") as unknown,
    });
  });

  test("prints what it read and exits 1 when a later page fails for good", async () => {
    await using io = await apple.io();
    apple.emulator.faults.set([{ kind: "error", errorCode: 4000005, skip: 1 }]);
    const { code, json } = await runJson(io, `${history()} --paginate`);
    expect(code).toBe(1);
    expect(json["signedTransactions"]).toHaveLength(20);
    expect(errorOf(io)).toMatchObject({ appleCode: 4000005 });
  });

  test("repeats a page that fails for a passing reason", async () => {
    await using io = await apple.io();
    apple.emulator.faults.set([{ kind: "drop", times: 2, skip: 1 }]);
    expect(await run(io, `${history()} --paginate`)).toBe(0);
    expect(apple.emulator.requestLog.counts()).toEqual({ getTransactionHistory: 5 });
  });

  test("verifies every transaction of every page", async () => {
    await using io = await apple.io();
    await writeFiles(io, { "root.pem": apple.emulator.rootCertificatePem });
    const line = `${history()} --paginate --verify --trusted-root root.pem --output csv`;
    expect([await run(io, line), io.err()]).toEqual([0, ""]);
    const [head = "", ...rows] = io.out().trimEnd().split("\n");
    expect(head).toMatch(/^transactionId,originalTransactionId,productId,type,purchaseDate,/);
    expect(rows.length).toBeGreaterThan(RENEWALS);
  });

  test("filters as Apple takes it, however lists are written", async () => {
    const server = await startAnsweringApple(() => ({ hasMore: false }));
    await using io = await createKeyedIo(server.url);
    const filters =
      "--product-id a.b,c.d --product-id a.b --product-type auto_renewable --sort descending " +
      "--revoked false --start 2026-11-01 --end 2026-11-02T12:00:00Z --subscription-group-id 7 --ownership-type purchased";
    expect(await run(io, `${history()} ${filters} --revision r`)).toBe(0);
    const { pathname, searchParams } = new URL(server.asked[0]?.url ?? "", "http://x");
    expect(pathname).toBe(`/inApps/v2/history/${productionId}`);
    expect([...searchParams].map(([name, value]) => `${name}=${value}`).toSorted()).toEqual([
      "endDate=1793620800000",
      "inAppOwnershipType=PURCHASED",
      "productId=a.b",
      "productId=c.d",
      "productType=AUTO_RENEWABLE",
      "revision=r",
      "revoked=false",
      "sort=DESCENDING",
      "startDate=1793491200000",
      "subscriptionGroupIdentifier=7",
    ]);
  });

  test("passes on fields of tomorrow, and shows them in no table", async () => {
    const store = await createTestAppStore();
    const signedTransactions = [store.sign(testTransaction({ productId: "a|b\u001B[2J" }))];
    const answer = { ofTomorrow: [1, { deep: null }], signedTransactions, hasMore: false };
    const server = await startAnsweringApple(() => answer);
    await using io = await createKeyedIo(server.url);
    expect((await runJson(io, history())).json).toEqual(answer);
    await using reader = await createKeyedIo(server.url);
    expect(await run(reader, `${history()} --output markdown`)).toBe(0);
    expect(reader.out()).toContain(String.raw`| a\|b`);
    expect(reader.out()).not.toContain("\u001B");
  });
});
