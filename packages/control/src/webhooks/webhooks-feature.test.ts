import { describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { engines, SQLITE } from "../storage/testing/engines.ts";
import { createAppsFeature } from "../apps/index.ts";
import { createTestControl } from "../apps/testing/test-control.ts";
import { startReceiver } from "./testing/receiver.ts";
import { openTestWebhooks } from "./testing/test-webhooks.ts";

const PATH = "/v1/apps/yoga/webhooks";
const URL_OUTSIDE = "https://hooks.example.com/holdfast/secret-path";

const NEW = { url: URL_OUTSIDE, events: ["runtime.lost"] };

/** Every operation, with a body it takes. */
const CALLS: readonly (readonly [call: string, body?: unknown])[] = [
  ["POST ", NEW],
  ["GET "],
  ["GET /webhook_1"],
  ["PATCH /webhook_1", {}],
  ["DELETE /webhook_1"],
  ["POST /webhook_1/test"],
  ["GET /webhook_1/deliveries"],
];

describe.each(await engines())("on $name", (engine) => {
  test("createWebhook shows its secret once, and nobody finds it afterwards", async () => {
    const { webhooks, make, database, audit } = await openTestWebhooks(engine);
    const { id, secret } = await make(URL_OUTSIDE, ["publication.live", "publication.live"]);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await webhooks.call(`GET ${PATH}/${id}`);
    expect(read.body).toEqual({
      id,
      url: URL_OUTSIDE,
      events: ["publication.live"],
      isDisabled: false,
      createdAt: expect.any(Number) as number,
    });
    const rows = [
      await database.queries.selectFrom("secrets").selectAll().execute(),
      await database.queries.selectFrom("idempotency_keys").selectAll().execute(),
      await database.queries.selectFrom("webhooks").selectAll().execute(),
    ];
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6));
    const entries = (await audit()).join("\n");
    expect(entries).toContain("https://hooks.example.com");
    expect(entries).not.toContain("secret-path");
  });

  test("createWebhook keeps its answer under an Idempotency-Key from being shown twice", async () => {
    const { webhooks } = await openTestWebhooks(engine);
    const headers = { "Idempotency-Key": "k" };
    expect((await webhooks.call(`POST ${PATH}`, NEW, headers)).status).toBe(201);
    const again = await webhooks.call(`POST ${PATH}`, NEW, headers);
    expect(again).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    expect((await webhooks.call(`GET ${PATH}`)).body["items"]).toHaveLength(1);
  });

  test("createWebhook makes as many as an app can have", async () => {
    const { webhooks, make } = await openTestWebhooks(engine);
    for (let index = 0; index < 20; index += 1) await make(URL_OUTSIDE, ["runtime.lost"]);
    const more = await webhooks.call(`POST ${PATH}`, NEW);
    expect(more).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
  });

  test("webhooks are for admins of their app", async () => {
    const publisher = await openTestWebhooks(engine, { caller: { role: "publisher" } });
    const other = await openTestWebhooks(engine, { caller: { apps: ["golf"] } });
    const admin = await openTestWebhooks(engine);
    const headers = { "If-Match": '"1"' };
    for (const [call, body] of CALLS) {
      const [method = "", path = ""] = call.split(" ");
      const statuses = await Promise.all([
        publisher.webhooks.call(`${method} ${PATH}${path}`, body, headers),
        other.webhooks.call(`${method} ${PATH}${path}`, body, headers),
        admin.webhooks.call(`${method} /v1/apps/golf/webhooks${path}`, body, headers),
      ]);
      expect([call, ...statuses.map(({ status }) => status)]).toEqual([call, 403, 404, 404]);
    }
  });

  test("listWebhooks pages through all, the newest first", async () => {
    const { webhooks, make, wait } = await openTestWebhooks(engine);
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      // Two of the same moment, too.
      if (index % 2 === 0) wait(1000);
      made.unshift((await make(URL_OUTSIDE, ["runtime.lost"])).id);
    }
    const seen: unknown[] = [];
    let query = "?limit=2";
    for (let page = 0; page < 3; page += 1) {
      const { body } = await webhooks.call(`GET ${PATH}${query}`);
      seen.push(...((body["items"] ?? []) as readonly { id: string }[]).map(({ id }) => id));
      query = `?limit=2&cursor=${String(body["nextCursor"])}`;
    }
    expect(seen).toEqual(made);
  });

  test("updateWebhook changes what is given, if it is the one that was read", async () => {
    const { webhooks, make, audit } = await openTestWebhooks(engine);
    const { id } = await make(URL_OUTSIDE, ["runtime.lost"]);
    const { headers } = await webhooks.call(`GET ${PATH}/${id}`);
    const etag = headers.get("etag") ?? "";
    const edit = (body: object, match = etag) =>
      webhooks.call(`PATCH ${PATH}/${id}`, body, { "If-Match": match });
    const edited = await edit({ events: ["apple.silent"], isDisabled: true });
    expect(edited).toMatchObject({
      status: 200,
      body: {
        url: URL_OUTSIDE,
        events: ["apple.silent"],
        isDisabled: true,
        disabledBecause: "wanted",
      },
    });
    expect((await edit({ isDisabled: false })).status).toBe(412);
    expect((await edit({ url: "https://[::1" }, edited.headers.get("etag") ?? "")).status).toBe(
      400,
    );
    const back = await edit({ isDisabled: false }, edited.headers.get("etag") ?? "");
    expect(back.body).not.toHaveProperty("disabledBecause");
    expect((await audit()).join("\n")).toMatch(/isDisabled.*false.*true/);
    expect((await webhooks.call(`PATCH ${PATH}/${id}`, {})).status).toBe(428);
  });

  test("deleteWebhook takes its key and its deliveries with it, and only those", async () => {
    const { webhooks, make, database } = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    const gone = await make(receiver.url, ["runtime.lost"]);
    const stays = await make(receiver.url, ["runtime.lost"]);
    for (const { id } of [gone, stays]) await webhooks.call(`POST ${PATH}/${id}/test`);
    expect((await webhooks.call(`DELETE ${PATH}/${gone.id}`)).status).toBe(204);
    expect((await webhooks.call(`DELETE ${PATH}/${gone.id}`)).status).toBe(404);
    const { queries } = database;
    const left = {
      webhooks: await queries.selectFrom("webhooks").select("id").execute(),
      deliveries: await queries.selectFrom("webhook_deliveries").select("webhook as id").execute(),
      secrets: await queries
        .selectFrom("secrets")
        .select("key_id as id")
        .where("purpose", "=", "webhookKey")
        .execute(),
    };
    const only = [{ id: stays.id }];
    expect(left).toEqual({ webhooks: only, deliveries: only, secrets: only });
  });

  test("deleteApp takes an app's webhooks with it", async () => {
    const { make, database, keyring } = await openTestWebhooks(engine);
    await make(URL_OUTSIDE, ["runtime.lost"]);
    const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
    const features = [createAppsFeature({ database, keyring, dependents })];
    const apps = createTestControl({ database, features });
    const { headers } = await apps.call("GET /v1/apps/yoga");
    const match = { "If-Match": headers.get("etag") ?? "" };
    expect((await apps.call("DELETE /v1/apps/yoga", undefined, match)).status).toBe(204);
    expect(await database.queries.selectFrom("webhooks").select("id").execute()).toEqual([]);
  });

  test("testWebhook posts made-up content once, signed, and says how it went", async () => {
    const { webhooks, make, deliveries, audit } = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    const { id, secret } = await make(receiver.url, ["apple.silent", "runtime.lost"]);
    const tried = await webhooks.call(`POST ${PATH}/${id}/test`);
    expect(tried).toMatchObject({
      status: 200,
      body: { event: "apple.silent", state: "delivered", attempts: 1, status: 204 },
    });
    const [post] = receiver.posts;
    const headers = Object.fromEntries(
      Object.entries(post?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(secret).verify(post?.body ?? "", headers)).toMatchObject({
      type: "apple.silent",
      isTest: true,
      data: { app: "yoga" },
    });
    receiver.answer(500);
    const failed = await webhooks.call(`POST ${PATH}/${id}/test`);
    expect(failed.body).toMatchObject({ state: "failed", status: 500, problem: "STATUS_NOT_OK" });
    expect(failed.body).not.toHaveProperty("nextAt");
    expect(await deliveries(id)).toEqual([failed.body, tried.body]);
    expect((await audit()).filter((entry) => entry.includes("testWebhook"))).toHaveLength(2);
  });
});

test.each([
  ["an address of this machine", { url: "https://127.0.0.1/" }],
  ["plain http", { url: "http://hooks.example.com/" }],
  ["a user in it", { url: "https://kim:secret@hooks.example.com/" }],
  ["another scheme", { url: "ftp://hooks.example.com/" }],
  ["no event", { events: [] }],
  ["an unknown event", { events: ["world.ended"] }],
  ["a member nobody knows", { secret: "whsec_mine" }],
] as const)("createWebhook refuses %s", async (_, change) => {
  const { webhooks } = await openTestWebhooks(SQLITE, { means: { allowPrivateNetworks: false } });
  const body = { ...NEW, ...change };
  const refused = await webhooks.call(`POST ${PATH}`, body);
  expect(refused.status).toBe(400);
  expect(refused.text).not.toContain("kim:secret");
  expect((await webhooks.call(`GET ${PATH}`)).body["items"]).toEqual([]);
});
