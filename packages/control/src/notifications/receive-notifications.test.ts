import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import { createTestAppStore, testTransaction } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../storage/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { MAX_BODY_BYTES } from "./read-posted.ts";
import { newsTold, notedNews } from "./testing/noted-news.ts";
import {
  makeApps,
  openNotifications,
  SANDBOX,
  signNotification,
} from "./testing/test-notifications.ts";
import type { PostOptions, SignedOptions } from "./testing/test-notifications.ts";

const DAY_MS = 86_400_000;

let store: TestAppStore;
let forger: TestAppStore;

beforeAll(async () => {
  [store, forger] = await Promise.all([createTestAppStore(), createTestAppStore()]);
});

function signed(uuid: string, options: Omit<SignedOptions, "uuid"> = {}): string {
  return signNotification(store, { uuid, ...options });
}

async function open(engine: TestEngine, options: Parameters<typeof openNotifications>[2] = {}) {
  const database = await openTestDatabase(engine);
  const keyring = await makeApps(database, store.rootPem);
  return { ...openNotifications(database, keyring, options), keyring };
}

async function rowsOf({ queries }: Pick<Database, "queries">) {
  return queries.selectFrom("notifications").selectAll().orderBy("notification_uuid").execute();
}

describe.each(await engines())("POST /apple/notifications/{app} on $name", (engine) => {
  test("stores a notification, tells what it says, and answers 200 to every repetition", async () => {
    const control = await open(engine);
    const payload = signed("one");
    for (const path of ["", "/", "/sandbox", "/sandbox/"]) {
      const { status, text } = await control.post(payload, {
        path: `/apple/notifications/yoga${path}`,
      });
      expect([status, text]).toEqual([200, ""]);
    }
    const ids = await control.idsOf("yoga");
    const [row, ...others] = await rowsOf(control.database);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      ...SANDBOX,
      notification_uuid: "one",
      type: "DID_CHANGE_RENEWAL_STATUS",
      subtype: "AUTO_RENEW_DISABLED",
      pseudonym: ids.pseudonymOf("2000000123456789"),
      source: "pushed",
      forwarding: null,
    });
    expect(JSON.stringify(row)).not.toContain("2000000123456789");
    expect(await newsTold(control.database)).toEqual(["one"]);
    expect(control.reports[0]).toMatchObject({ operationId: "receiveNotification", status: 200 });
  });

  test("tells each once, however often it comes at once, and to whichever process", async () => {
    const control = await open(engine);
    const other = openNotifications(control.database, control.keyring);
    const uuids = Array.from({ length: 12 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    const payloads = uuids.map((uuid) => signed(uuid));
    const answers = await Promise.all(
      [control, other, control, other].flatMap(({ post }) =>
        payloads.map(async (payload) => (await post(payload)).status),
      ),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await newsTold(control.database)).toEqual(uuids);
    expect(await rowsOf(control.database)).toHaveLength(12);
    const counted = await control.database.queries
      .selectFrom("notification_days")
      .select(["source", "count"])
      .execute();
    expect(counted).toEqual([{ source: "pushed", count: 12 }]);
  });

  test("takes what Apple has added since, and what is about no subscription", async () => {
    const control = await open(engine);
    const about = {
      environment: "Production",
      bundleId: "com.example.yoga",
      appAppleId: 6_745_974_592,
    };
    const alone = { data: undefined };
    const payloads = [
      signed("a-type", {
        notification: { notificationType: "COMES_LATER", subtype: "NEW", more: 1 },
      }),
      signed("b-summary", {
        notification: {
          ...alone,
          notificationType: "RENEWAL_EXTENSION",
          summary: { ...about, succeededCount: 5 },
        },
      }),
      signed("c-token", {
        notification: {
          ...alone,
          externalPurchaseToken: { ...about, externalPurchaseId: "SANDBOX_1" },
        },
      }),
      signed("d-app-data", { notification: { ...alone, appData: about } }),
      signed("e-test", {
        data: { signedTransactionInfo: undefined, signedRenewalInfo: undefined },
      }),
      signed("f-bought-once", {
        transaction: { type: "Consumable" },
        data: { signedRenewalInfo: undefined },
      }),
      signed("g-dates", { signedDate: Date.now() - 0.25, environment: "Production" }),
    ];
    for (const payload of payloads) {
      expect(await control.post(payload)).toMatchObject({ status: 200 });
    }
    const rows = await rowsOf(control.database);
    expect(
      rows.map((row) => [row.notification_uuid, row.environment, row.pseudonym !== null]),
    ).toEqual([
      ["a-type", "sandbox", true],
      ["b-summary", "production", false],
      ["c-token", "sandbox", false],
      ["d-app-data", "production", false],
      ["e-test", "sandbox", false],
      ["f-bought-once", "sandbox", false],
      ["g-dates", "production", true],
    ]);
    expect(rows[0]).toMatchObject({ type: "COMES_LATER", subtype: "NEW" });
    expect(await newsTold(control.database)).toEqual(["a-type", "g-dates"]);
  });

  test("refuses what is forged, for somebody else or too old, and changes nothing", async () => {
    const control = await open(engine);
    const good = signed("good");
    const [header = "", payload = "", signature = ""] = good.split(".");
    const changed = Buffer.from(
      Buffer.from(payload, "base64url").toString("utf8").replace('"good"', '"evil"'),
    ).toString("base64url");
    const elsewhere = { bundleId: "com.example.other" };
    const otherId = { originalTransactionId: "2000000999999999" };
    const nobody = forger.sign(testTransaction({ signedDate: Date.now() }));
    const cases: readonly (readonly [code: string, payload: string, post?: PostOptions])[] = [
      ["SIGNATURE_INVALID", [header, changed, signature].join(".")],
      ["ROOT_UNTRUSTED", signNotification(forger, { uuid: "forged" })],
      ["ROOT_UNTRUSTED", signed("inner", { data: { signedTransactionInfo: nobody } })],
      [
        "CHAIN_LENGTH_INVALID",
        store.sign(
          { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object) },
          { x5c: store.x5c.slice(0, 2) },
        ),
      ],
      [
        "JWS_ALGORITHM_REFUSED",
        store.sign(JSON.parse(Buffer.from(payload, "base64url").toString()), { alg: "none" }),
      ],
      ["APP_MISMATCH", signed("other", { data: elsewhere })],
      ["APP_MISMATCH", signed("inner-other", { transaction: elsewhere })],
      ["APP_MISMATCH", signed("number", { environment: "Production", data: { appAppleId: 1 } })],
      ["ENVIRONMENT_MISMATCH", signed("inner-env", { transaction: { environment: "Production" } })],
      ["ENVIRONMENT_MISMATCH", good, { path: "/apple/notifications/yoga/production" }],
      ["ENVIRONMENT_MISMATCH", good, { path: "/apple/notifications/other" }],
      ["UNSIGNED_DATA_REFUSED", signed("xcode", { data: { environment: "Xcode" } })],
      ["PAYLOAD_INVALID", signed("two", { renewalInfo: otherId })],
      ["PAYLOAD_INVALID", signed("old", { signedDate: Date.now() - 81 * DAY_MS })],
      ["PAYLOAD_INVALID", signed("nul\u0000")],
      ["PAYLOAD_INVALID", signed("nothing", { notification: { data: undefined } })],
      ["JWS_MALFORMED", "not.a.jws"],
      ["SIGNED_PAYLOAD_MISSING", "", { body: '{"signedPayload":1}' }],
      ["SIGNED_PAYLOAD_MISSING", "", { body: "null" }],
      ["BODY_MALFORMED", "", { body: "{" }],
      ["BODY_MALFORMED", "", { body: "" }],
    ];
    const answers = [];
    for (const [, each, options] of cases) answers.push(await control.post(each, options));
    expect(answers.map(({ status, code }) => [status, code])).toEqual(
      cases.map(([code]) => [400, code]),
    );
    const large = await control.post("", { body: " ".repeat(MAX_BODY_BYTES + 1) });
    expect(large.status).toBe(413);
    for (const app of ["nobody", "no%20app", "%00", "x".repeat(300)]) {
      const path = `/apple/notifications/${app}`;
      expect(await control.post(good, { path })).toMatchObject({ status: 404 });
    }
    const get = await control.post(good, { method: "GET" });
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    for (const { text } of answers) expect(text).not.toContain("2000000");
    expect(await rowsOf(control.database)).toEqual([]);
    expect(await newsTold(control.database)).toEqual([]);
  });

  test("lets production trust no other root than Apple's where the server does not", async () => {
    const control = await open(engine, { allowNonAppleProductionRoots: false });
    expect(await control.post(signed("sandbox"))).toMatchObject({ status: 200 });
    const production = signed("production", { environment: "Production" });
    expect(await control.post(production)).toMatchObject({ status: 400, code: "ROOT_UNTRUSTED" });
  });

  test("answers 5xx where it cannot be judged or stored now, and stores once when it comes again", async () => {
    let faults = 2;
    const control = await open(engine, {
      streams: {
        async takeNews(...news) {
          await notedNews.takeNews(...news);
          faults -= 1;
          if (faults >= 0) throw new Error("a fault in the middle");
        },
      },
    });
    const payload = signed("late");
    expect(await control.post(payload)).toMatchObject({ status: 500 });
    expect(await rowsOf(control.database)).toEqual([]);
    expect(await control.post(payload)).toMatchObject({ status: 500 });
    for (const _ of [1, 2]) expect(await control.post(payload)).toMatchObject({ status: 200 });
    expect(await newsTold(control.database)).toEqual(["late"]);
    const ahead = signed("ahead", { signedDate: Date.now() + 2 * DAY_MS });
    expect(await control.post(ahead)).toMatchObject({ status: 503 });
  });

  test("stores the others where one of a group cannot be stored", async () => {
    const control = await open(engine, {
      streams: {
        async takeNews(transaction, place, news) {
          await notedNews.takeNews(transaction, place, news);
          const isSpoilt = news.some((one) => one.notification?.notificationUUID === "n3");
          if (isSpoilt) throw new Error("nobody can take this one");
        },
      },
    });
    const uuids = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"];
    const answers = await Promise.all(uuids.map((uuid) => control.post(signed(uuid))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 500, 200, 200, 200, 200]);
    expect(await newsTold(control.database)).toEqual(uuids.filter((uuid) => uuid !== "n3"));
  });
});

const [sqlite] = await engines();
if (sqlite === undefined) throw new Error("expected SQLite at least");

test("answers 503 for more unknown chains than are verified in a second, and takes it later", async () => {
  let now = Date.now();
  const verifier = createSignedDataVerifier({ now: () => now, unknownChainsPerSecond: 1 });
  const control = await open(sqlite, { verifier, now: () => now });
  const stores = [await store.withNewIntermediate(), await store.withNewIntermediate()];
  const payloads = stores.map((each, index) =>
    signNotification(each, { uuid: `chain ${index}`.replace(" ", "-") }),
  );
  const statuses = [];
  for (const payload of payloads) statuses.push(await control.post(payload));
  expect(statuses.map(({ status }) => status)).toEqual([200, 503]);
  expect(statuses[1]?.headers.get("retry-after")).toBe("1");
  now += 2000;
  expect(await control.post(payloads[1] ?? "")).toMatchObject({ status: 200 });
});

test("answers 503 where storing takes too long, and 200 once it was stored after all", async () => {
  const gate = Promise.withResolvers<void>();
  const control = await open(sqlite, {
    patienceMs: 20,
    streams: {
      async takeNews(...news) {
        await gate.promise;
        await notedNews.takeNews(...news);
      },
    },
  });
  const payload = signed("slow");
  expect(await control.post(payload)).toMatchObject({ status: 503 });
  gate.resolve();
  await expect.poll(() => newsTold(control.database)).toEqual(["slow"]);
  expect(await control.post(payload)).toMatchObject({ status: 200 });
});
