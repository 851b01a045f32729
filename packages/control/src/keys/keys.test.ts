import { createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readApp } from "../apps/index.ts";
import { createTestControl, createTestKeyring } from "../apps/testing/test-control.ts";
import { createKeyring, rotateMasterKey } from "../secrets/index.ts";
import { changesSince, latestChange } from "../storage/index.ts";
import { engines } from "../storage/testing/engines.ts";
import { createKeysFeature, findActiveInAppPurchaseKey, readDeliveredKeys } from "./index.ts";
import { noteKeyUse } from "./key-rows.ts";
import {
  addKnownKeys,
  clientsOf,
  knownConnectKey,
  knownInAppPurchaseKey,
  newPrivateKey,
  setUpKeys,
} from "./testing/test-keys.ts";
import type { KeysSetting } from "./testing/test-keys.ts";

const PURCHASE_KEYS = "/v1/apps/yoga/in-app-purchase-keys";
const CONNECT_KEYS = "/v1/apps/yoga/connect-keys";
const ISSUER = "57246542-96fe-1a63-e053-0824d011072a";

function purchaseKey(keyId: string, privateKey = newPrivateKey()) {
  return { keyId, issuerId: ISSUER, privateKey };
}

function publicKeyOf(pem: string) {
  return createPublicKey(pem).export({ format: "jwk" });
}

/** Every row of every table, as text. */
async function everythingIn({ database }: KeysSetting): Promise<string> {
  const { queries } = database;
  const tables = ["apps", "secrets", "in_app_purchase_keys", "connect_keys"] as const;
  const rows: unknown[] = [];
  for (const table of tables) rows.push(await queries.selectFrom(table).selectAll().execute());
  for (const table of ["audit_log", "changes", "jobs", "idempotency_keys"] as const) {
    rows.push(await queries.selectFrom(table).selectAll().execute());
  }
  return JSON.stringify(rows, (_, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
  );
}

describe.each(await engines())("on $name", (engine) => {
  test("keys are added, listed, activated and deleted, and one of a kind is active", async () => {
    const setting = await setUpKeys({ engine });
    const { control, database } = setting;
    const cursor = await latestChange(database.queries);
    await addKnownKeys(setting);
    await expect(
      control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("SECOND")),
    ).resolves.toMatchObject({ status: 201, body: { keyId: "SECOND", state: "standby" } });
    const { keyId } = knownInAppPurchaseKey(setting.emulator);
    const { body } = await control.call(`GET ${PURCHASE_KEYS}`);
    expect(body["items"]).toMatchObject([
      { keyId: "SECOND", state: "standby" },
      { keyId, state: "active" },
    ]);
    const { changes } = await changesSince(database.queries, cursor, { app: "yoga" });
    expect(changes).toMatchObject([{ topic: "in-app-purchase-key", subject: keyId }]);
    // Only the last page has no cursor.
    const page = await control.call(`GET ${PURCHASE_KEYS}?limit=1`);
    const next = String(page.body["nextCursor"]);
    const last = await control.call(`GET ${PURCHASE_KEYS}?limit=1&cursor=${next}`);
    expect(last.body).toMatchObject({ items: [{ keyId }] });
    expect(last.body).not.toHaveProperty("nextCursor");
    await expect(control.call(`DELETE ${PURCHASE_KEYS}/${keyId}`)).resolves.toMatchObject({
      status: 409,
    });
    await expect(control.call(`DELETE ${PURCHASE_KEYS}/SECOND`)).resolves.toMatchObject({
      status: 204,
    });
    await expect(control.call(`DELETE ${PURCHASE_KEYS}/${keyId}`)).resolves.toMatchObject({
      status: 204,
    });
    await expect(control.call(`GET ${CONNECT_KEYS}`)).resolves.toMatchObject({
      body: { items: [{ kind: "team", state: "active" }] },
    });
    const left = await database.queries.selectFrom("secrets").select("purpose").execute();
    expect(left.map(({ purpose }) => purpose).toSorted()).toEqual(["connectKey", "pseudonymKey"]);
  });

  test("adding many keys at once leaves one active", async () => {
    const { control, database } = await setUpKeys({ engine });
    const adding = ["A", "B", "C", "D"].map((id) =>
      control.call(`POST ${PURCHASE_KEYS}`, purchaseKey(id)),
    );
    const statuses = (await Promise.all(adding)).map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 201, 201]);
    const active = await database.queries
      .selectFrom("in_app_purchase_keys")
      .select("key_id")
      .where("is_active", "=", 1)
      .execute();
    expect(active).toHaveLength(1);
  });

  test("the same key twice is refused, once more under another id or as the other kind, too", async () => {
    const { control, emulator } = await setUpKeys({ engine });
    const privateKey = newPrivateKey();
    await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("SAME", privateKey));
    const again = [
      control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("SAME", privateKey)),
      control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("SAME")),
      control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("OTHER", privateKey)),
      control.call(`POST ${CONNECT_KEYS}`, { ...purchaseKey("SAME"), kind: "team" }),
      control.call(`POST ${CONNECT_KEYS}`, { ...purchaseKey("OTHER", privateKey), kind: "team" }),
    ];
    for (const answer of await Promise.all(again)) {
      expect(answer).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    }
    // A team's key serves several apps.
    const { bundleId } = emulator.credentials("seed");
    const seed = { id: "seed", name: "Seed", bundleId, appAppleId: 2, environments: {} };
    await control.call("POST /v1/apps", seed);
    const elsewhere = "/v1/apps/seed/in-app-purchase-keys";
    await expect(control.call(`POST ${elsewhere}`, purchaseKey("SAME"))).resolves.toMatchObject({
      status: 409,
    });
    await expect(
      control.call(`POST ${elsewhere}`, purchaseKey("SAME", privateKey)),
    ).resolves.toMatchObject({ status: 201 });
  });

  test("a private key is in no row, answer or audit entry", async () => {
    const setting = await setUpKeys({ engine });
    const { control, emulator } = setting;
    const mine = purchaseKey("MINE");
    const texts = [
      await control.call(`POST ${PURCHASE_KEYS}`, mine, { "Idempotency-Key": "once" }),
      await control.call(`POST ${PURCHASE_KEYS}`, mine),
      await control.call(`POST ${PURCHASE_KEYS}`, { ...mine, more: 1 }),
      await control.call(`POST ${CONNECT_KEYS}`, knownConnectKey(emulator)),
      await control.call(`GET ${PURCHASE_KEYS}`),
      await control.call(`GET ${CONNECT_KEYS}`),
      await control.call(`POST ${PURCHASE_KEYS}/MINE/activate`),
    ].map(({ text }) => text);
    const everything = texts.join("\n") + (await everythingIn(setting));
    for (const { privateKey } of [mine, knownConnectKey(emulator)]) {
      const secretLine = privateKey.split("\n")[1] ?? "none";
      expect(secretLine.length).toBeGreaterThan(60);
      expect(everything).not.toContain(secretLine);
      expect(everything).not.toContain(secretLine.slice(20, 60));
    }
    expect(everything).toContain("addInAppPurchaseKey");
  });

  test("readDeliveredKeys() gives runtimes the active key and the pseudonym key, after a rotation too", async () => {
    const { database, emulator } = await setUpKeys({ engine });
    const { queries } = database;
    const before = await createTestKeyring();
    // The app's own key was sealed with the setting's keyring: begin again with one that is known.
    await queries.deleteFrom("secrets").execute();
    const current = new Uint8Array(32).fill(7);
    const previous = new Uint8Array(32).fill(8);
    const old = await createKeyring({ current: previous, previous: [] });
    const clients = clientsOf(emulator, { queries, keyring: old });
    const feature = createKeysFeature({
      database,
      keyring: old,
      clients,
      signsOffers: () => Promise.resolve(false),
    });
    const withOld = createTestControl({ database, features: [feature] });
    const pseudonymKey = new Uint8Array(32).fill(9);
    const binding = {
      app: "yoga",
      environment: "both",
      purpose: "pseudonymKey",
      keyId: "1",
    } as const;
    const sealed = await old.seal(pseudonymKey, binding);
    await queries
      .insertInto("secrets")
      .values({
        app: "yoga",
        environment: "both",
        purpose: "pseudonymKey",
        key_id: "1",
        master_key: sealed.masterKey,
        sealed: sealed.sealed,
      })
      .execute();
    await expect(readDeliveredKeys(queries, old, "yoga")).resolves.toEqual({ pseudonymKey });
    const known = knownInAppPurchaseKey(emulator);
    await withOld.call(`POST ${PURCHASE_KEYS}`, known);
    const rotating = await createKeyring({ current, previous: [previous] });
    await expect(rotateMasterKey(database, rotating)).resolves.toBe(2);
    const after = await createKeyring({ current, previous: [] });
    const delivered = await readDeliveredKeys(queries, after, "yoga");
    expect(delivered).toMatchObject({
      pseudonymKey,
      signingKey: { keyId: known.keyId, issuerId: known.issuerId },
    });
    expect(publicKeyOf(delivered.signingKey?.privateKey ?? "")).toEqual(
      publicKeyOf(known.privateKey),
    );
    await expect(readDeliveredKeys(queries, before, "yoga")).rejects.toMatchObject({
      code: "SECRET_KEY_UNKNOWN",
    });
  });

  test("noteKeyUse() writes once a minute, and never goes back", async () => {
    const { control, database } = await setUpKeys({ engine });
    await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("USED"));
    const { queries } = database;
    const used = async (at: number) => {
      await noteKeyUse(queries, "in_app_purchase_keys", { app: "yoga", keyId: "USED", at });
      return (await findActiveInAppPurchaseKey(queries, "yoga"))?.lastUsedAt;
    };
    await expect(used(125_000)).resolves.toBe(120_000);
    await expect(used(179_999)).resolves.toBe(120_000);
    await expect(used(180_000)).resolves.toBe(180_000);
    await expect(used(60_000)).resolves.toBe(180_000);
  });
});

test.each([
  ["no PEM", "not a key"],
  ["an empty PEM", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"],
  ["another curve", newPrivateKey("P-384")],
  ["no base64", "-----BEGIN PRIVATE KEY-----\nsecret-text\n-----END PRIVATE KEY-----"],
])("adding a key refuses %s and does not repeat it", async (_, privateKey) => {
  const { control } = await setUpKeys();
  for (const [path, body] of [
    [PURCHASE_KEYS, purchaseKey("BAD", privateKey)],
    [CONNECT_KEYS, { keyId: "BAD", kind: "individual", privateKey }],
  ] as const) {
    const refused = await control.call(`POST ${path}`, body);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: "INPUT_INVALID", issues: [{ path: ["body", "privateKey"] }] } },
    });
    expect(refused.text).not.toContain(privateKey.split("\n")[1] ?? privateKey);
  }
});

test("activating tries a key at Apple first, and leaves the active one where Apple refuses it", async () => {
  const setting = await setUpKeys();
  const { control, emulator } = setting;
  const known = knownInAppPurchaseKey(emulator);
  await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("UNKNOWN"));
  await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("WRONG"));
  await control.call(`POST ${PURCHASE_KEYS}`, known);
  await expect(control.call(`POST ${PURCHASE_KEYS}/WRONG/activate`)).resolves.toMatchObject({
    status: 502,
    body: { error: { code: "APPLE_REFUSED", apple: { status: 401 } } },
  });
  const list = await control.call(`GET ${PURCHASE_KEYS}`);
  expect(list.body["items"]).toMatchObject([
    { keyId: known.keyId, state: "standby" },
    { keyId: "WRONG", state: "standby" },
    { keyId: "UNKNOWN", state: "active" },
  ]);
  await expect(
    control.call(`POST ${PURCHASE_KEYS}/${known.keyId}/activate`),
  ).resolves.toMatchObject({ status: 200, body: { state: "active" } });
  await expect(control.call(`POST ${PURCHASE_KEYS}/NONE/activate`)).resolves.toMatchObject({
    status: 404,
  });
});

test("activating an App Store Connect key tries whether it sees the app", async () => {
  const { control, emulator } = await setUpKeys();
  const known = knownConnectKey(emulator);
  await control.call(`POST ${CONNECT_KEYS}`, { ...purchaseKey("WRONG"), kind: "team" });
  await control.call(`POST ${CONNECT_KEYS}`, known);
  await expect(control.call(`POST ${CONNECT_KEYS}/${known.keyId}/activate`)).resolves.toMatchObject(
    { status: 200, body: { state: "active" } },
  );
  await expect(control.call(`POST ${CONNECT_KEYS}/WRONG/activate`)).resolves.toMatchObject({
    status: 502,
    body: { error: { code: "APPLE_REFUSED" } },
  });
});

test("activating says that Apple cannot be reached, and changes nothing", async () => {
  const setting = await setUpKeys({
    calling: { fetch: () => Promise.reject(new TypeError("fetch failed")) },
  });
  const { control, emulator } = setting;
  await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("FIRST"));
  const known = knownInAppPurchaseKey(emulator);
  await control.call(`POST ${PURCHASE_KEYS}`, known);
  await expect(
    control.call(`POST ${PURCHASE_KEYS}/${known.keyId}/activate`),
  ).resolves.toMatchObject({ status: 502, body: { error: { code: "APPLE_UNREACHABLE" } } });
});

test("deleting the active In-App Purchase key is refused while what is live signs offers", async () => {
  const { control } = await setUpKeys({ signsOffers: () => Promise.resolve(true) });
  await control.call(`POST ${PURCHASE_KEYS}`, purchaseKey("ONLY"));
  await expect(control.call(`DELETE ${PURCHASE_KEYS}/ONLY`)).resolves.toMatchObject({
    status: 409,
    body: { error: { code: "CONFLICT" } },
  });
});

test("deleting the active App Store Connect key makes the newest other one active", async () => {
  const { control } = await setUpKeys();
  for (const keyId of ["A", "B", "C"]) {
    await control.call(`POST ${CONNECT_KEYS}`, {
      keyId,
      kind: "individual",
      privateKey: newPrivateKey(),
    });
  }
  await control.call(`DELETE ${CONNECT_KEYS}/A`);
  const { body } = await control.call(`GET ${CONNECT_KEYS}`);
  expect(body["items"]).toMatchObject([
    { keyId: "C", state: "active" },
    { keyId: "B", state: "standby" },
  ]);
});

test("keys of an app that is not there are NOT_FOUND", async () => {
  const { control } = await setUpKeys();
  const calls = [
    control.call("GET /v1/apps/none/connect-keys"),
    control.call("GET /v1/apps/none/in-app-purchase-keys"),
    control.call("POST /v1/apps/none/in-app-purchase-keys", purchaseKey("A")),
    control.call("DELETE /v1/apps/none/connect-keys/A"),
  ];
  for (const { status } of await Promise.all(calls)) expect(status).toBe(404);
});

test("createAppleClients() makes one client for each key and place", async () => {
  const setting = await setUpKeys();
  const { database, clients, emulator } = setting;
  await addKnownKeys(setting);
  const app = await readApp(database.queries, "yoga");
  const [one, other] = await Promise.all([clients.connect(app), clients.connect(app)]);
  expect(one).toBe(other);
  await one.client.findApp(app.bundleId);
  expect(one.rateLimit()).toMatchObject({ limitPerHour: 3500 });
  const sandbox = await clients.retentionMessaging(app, "sandbox");
  expect(await clients.retentionMessaging(app, "sandbox")).toBe(sandbox);
  expect((await clients.retentionMessaging(app, "production")).baseUrl).toBe(
    emulator.credentials("yoga").productionBaseUrl,
  );
});

test("createAppleClients() says which key an app lacks", async () => {
  const { database, clients } = await setUpKeys();
  const app = await readApp(database.queries, "yoga");
  await expect(clients.connect(app)).rejects.toMatchObject({ code: "KEY_MISSING" });
  await expect(clients.retentionMessaging(app, "sandbox")).rejects.toMatchObject({
    code: "KEY_MISSING",
  });
});
