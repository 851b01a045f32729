import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAnsweringApple } from "../../../server-api/testing/answering-apple.ts";
import { createKeyedIo } from "../../../server-api/testing/create-keyed-io.ts";
import { SEED, startLocalApple } from "../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../storekit/testing/local-apple.ts";
import { run, runJson, writeFiles } from "../../../testing/run.ts";

let apple: LocalApple;
let line = "";
let transactionId = "";
beforeAll(async () => {
  apple = await startLocalApple();
  transactionId = apple.emulator.credentials(SEED).originalTransactionId;
  line = `storekit subscriptions status --environment sandbox --transaction-id ${transactionId}`;
});
afterAll(() => apple[Symbol.asyncDispose]());

describe("subscriptions status", () => {
  test("passes on what Apple answered, which is what --decode adds to", async () => {
    await using io = await apple.io();
    const raw = (await runJson(io, line)).json;
    expect(raw).toMatchObject({ environment: "Sandbox", bundleId: "com.example.app" });
    expect(JSON.stringify(raw)).not.toContain("Decoded");
    const { json } = await runJson(io, `${line} --decode`);
    expect(JSON.stringify(json)).toContain('"signedRenewalInfoDecoded":{');
  });

  test("verifies transactions and renewal info", async () => {
    await using io = await apple.io();
    await writeFiles(io, { "root.pem": apple.emulator.rootCertificatePem });
    const verified = `${line} --verify --trusted-root root.pem --output csv`;
    expect([await run(io, verified), io.err()]).toEqual([0, ""]);
    expect(io.out()).toMatch(
      new RegExp(String.raw`^subscriptionGroupIdentifier,.*\n\d+,${transactionId},ACTIVE,`),
    );
  });

  test("shows what has become of a subscription", async () => {
    await apple.emulator.changeSubscription(
      { app: SEED, environment: "sandbox", originalTransactionId: transactionId },
      { type: "cancel" },
    );
    await using io = await apple.io();
    expect(await run(io, `${line} --output markdown`)).toBe(0);
    expect(io.out()).toMatch(/\| Auto Renew \| Renews As \| Renewal Offer \|\n/);
    expect(io.out()).toContain("| ACTIVE |");
    expect(io.out()).toContain("| OFF |");
  });

  test.each([
    ["1,4", "--status 1,4"],
    ["1,4", "--status active --status billing-grace-period"],
    ["2,3,5", "--status EXPIRED,billing_retry,revoked"],
    ["", ""],
  ])("asks for the statuses %j with %j", async (expected, options) => {
    const server = await startAnsweringApple(() => ({}));
    await using io = await createKeyedIo(server.url);
    expect([await run(io, `${line} ${options}`), io.out()]).toEqual([0, "{}\n"]);
    const { searchParams } = new URL(server.asked[0]?.url ?? "", "http://x");
    expect(searchParams.getAll("status").join()).toBe(expected);
  });
});
