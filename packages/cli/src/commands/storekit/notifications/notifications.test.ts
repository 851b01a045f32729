import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startAnsweringApple } from "../../../server-api/testing/answering-apple.ts";
import { createKeyedIo } from "../../../server-api/testing/create-keyed-io.ts";
import { SEED, startLocalApple } from "../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../storekit/testing/local-apple.ts";
import { errorOf, run, runJson, writeFiles } from "../../../testing/run.ts";

const SANDBOX = { app: SEED, environment: "sandbox" } as const;
// Nobody answers there, so every notification is a failure.
const NOTIFICATION_URL = "https://notifications.invalid/v2";
const RANGE = "--start 2026-11-20 --end 2026-11-22";
const HISTORY = `storekit notifications history --environment sandbox ${RANGE}`;
const TEST = "storekit notifications test --environment sandbox";

let apple: LocalApple;
let originalTransactionId = "";
beforeAll(async () => {
  apple = await startLocalApple({
    resolve: [{ from: NOTIFICATION_URL, to: "http://127.0.0.1:9/" }],
    notificationUrls: { [SEED]: { sandbox: NOTIFICATION_URL } },
  });
  ({ originalTransactionId } = apple.emulator.credentials(SEED));
  for (let count = 0; count < 22; count += 1) {
    await apple.emulator.changeSubscription(
      { ...SANDBOX, originalTransactionId },
      { type: count % 2 === 0 ? "cancel" : "resume" },
    );
  }
  await apple.emulator.notificationsIdle();
});
afterEach(() => apple.emulator.requestLog.clear());
afterAll(() => apple[Symbol.asyncDispose]());

describe("notifications history", () => {
  test("asks in read-only mode, too, and passes on what Apple answered", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${HISTORY} --read-only`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ hasMore: true, paginationToken: expect.any(String) as unknown });
    expect(json["notificationHistory"]).toHaveLength(20);
    expect(JSON.stringify(json)).not.toContain("Decoded");
    expect(io.err()).toContain("there are more notifications: --paginate reads all");
  });

  test("reads all pages, and verifies everything in them", async () => {
    await using io = await apple.io();
    await writeFiles(io, { "root.pem": apple.emulator.rootCertificatePem });
    const line = `${HISTORY} --paginate --only-failures --verify --trusted-root root.pem`;
    const { code, json } = await runJson(io, line);
    expect([code, io.err()]).toEqual([0, ""]);
    expect(json).toMatchObject({ hasMore: false });
    expect(json["notificationHistory"]).toHaveLength(22);
    expect(json["notificationHistory"]).toContainEqual(
      expect.objectContaining({
        signedPayloadDecoded: expect.objectContaining({
          subtype: "AUTO_RENEW_ENABLED",
          data: expect.objectContaining({
            signedTransactionInfoDecoded: expect.objectContaining({
              originalTransactionId,
            }) as unknown,
            signedRenewalInfoDecoded: expect.objectContaining({ autoRenewStatus: 1 }) as unknown,
          }) as unknown,
        }) as unknown,
      }),
    );
  });

  test("goes on with --pagination-token", async () => {
    await using io = await apple.io();
    const { paginationToken } = (await runJson(io, HISTORY)).json;
    const { json } = await runJson(io, `${HISTORY} --pagination-token ${String(paginationToken)}`);
    expect(json["notificationHistory"]).toHaveLength(2);
  });

  test("is a table with how sending went", async () => {
    await using io = await apple.io();
    const filters = "--notification-type did_change_renewal_status --subtype auto_renew_disabled";
    expect(await run(io, `${HISTORY} ${filters} --output table`)).toBe(0);
    const [head = "", row = "", ...rest] = io.out().trimEnd().split("\n");
    expect(head).toMatch(/^Notification UUID +Type +Subtype +Signed Date /);
    expect(row).toMatch(
      new RegExp(
        String.raw`DID_CHANGE_RENEWAL_STATUS +AUTO_RENEW_DISABLED .* ${originalTransactionId} +1 +\w+$`,
      ),
    );
    expect(rest).toHaveLength(10);
    expect(io.err()).toBe("warning: decoded JWS payloads are not signature-verified\n");
  });

  test.each([
    [
      "--notification-type REFUND --only-failures",
      { notificationType: "REFUND", onlyFailures: true },
    ],
    [
      "--type DID_RENEW --subtype BILLING_RECOVERY",
      { notificationType: "DID_RENEW", notificationSubtype: "BILLING_RECOVERY" },
    ],
    ["--transaction-id 20", { transactionId: "20" }],
  ])("asks for %s", async (filters, expected) => {
    const server = await startAnsweringApple(() => ({ hasMore: false }));
    await using io = await createKeyedIo(server.url);
    expect(await run(io, `${HISTORY} ${filters}`)).toBe(0);
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: "POST", url: "/inApps/v1/notifications/history" });
    expect(JSON.parse(asked?.body ?? "")).toEqual({
      startDate: Date.UTC(2026, 10, 20),
      endDate: Date.UTC(2026, 10, 22),
      ...expected,
    });
  });
});

describe("notifications test and test-status", () => {
  test("send one, and tell how that went", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${TEST} --confirm`);
    expect([code, io.err()]).toEqual([0, ""]);
    const token = String(json["testNotificationToken"]);
    await apple.emulator.notificationsIdle();
    const line = `storekit notifications test-status --environment sandbox --token ${token}`;
    expect(await run(io, `${line} --output table`)).toBe(0);
    expect(io.out()).toMatch(/\nNotification Type +Attempt Date +Result\nTEST +2026-\S+Z +\w+\n$/);
    expect((await runJson(io, line)).json).toMatchObject({
      sendAttempts: [{ sendAttemptResult: expect.any(String) as unknown }],
    });
  });

  test("send nothing without --confirm", async () => {
    await using io = await apple.io();
    expect(await run(io, TEST)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });

  test("send nothing in read-only mode, with exit code 6", async () => {
    await using io = await apple.io({ env: { ASC_READ_ONLY: "1" } });
    expect(await run(io, `${TEST} --confirm --output json`)).toBe(6);
    expect(errorOf(io)["code"]).toBe("READ_ONLY");
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });

  test("say what to do without a URL in App Store Connect", async () => {
    await using io = await apple.io();
    const line = TEST.replace("sandbox", "production");
    expect(await run(io, `${line} --confirm --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      appleName: "ServerNotificationUrlNotFoundError",
      advice: expect.stringContaining("App Store Connect") as unknown,
    });
  });
});
