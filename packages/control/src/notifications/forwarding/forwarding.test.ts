import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { startReceiver } from "../../webhooks/testing/receiver.ts";
import { eraseNotificationsOf, forwardJob, notificationRetentionJob } from "../index.ts";
import { newsTold } from "../testing/noted-news.ts";
import {
  makeApps,
  openNotifications,
  SANDBOX,
  signNotification,
} from "../testing/test-notifications.ts";
import { MAX_WAITING } from "./queue-forwardings.ts";

const HOUR_MS = 3_600_000;
const FORWARDS = "/v1/apps/yoga/environments/sandbox/notifications/forwards";
const PRODUCTION = "/v1/apps/yoga/environments/production/notifications/forwards";

let store: TestAppStore;

beforeAll(async () => {
  store = await createTestAppStore();
});

async function open(engine: TestEngine) {
  let waited = 0;
  const now = () => Date.now() + waited;
  const database = await openTestDatabase(engine);
  const keyring = await makeApps(database, store.rootPem);
  const control = openNotifications(database, keyring, { now });
  const { queries } = database;
  const times = { ...SYSTEM_TIMES, now, random: () => 0.5 };
  const means = { idsOf: control.idsOf, release: "0.0.0", allowPrivateNetworks: true };
  const job = forwardJob({ database, times, ...means });
  const retention = notificationRetentionJob({ database, now });
  const context = { id: "job", payload: null, attempt: 1, signal: new AbortController().signal };
  return {
    ...control,
    /** Posts what is due until nothing is. */
    forward: () => job.run(context),
    forget: () => retention.run(context),
    wait(milliseconds: number) {
      waited += milliseconds;
    },
    async add(url: string): Promise<string> {
      const { status, body } = await control.call(`POST ${FORWARDS}`, { url });
      expect(status).toBe(201);
      return String(body["id"]);
    },
    async forwards(): Promise<readonly Readonly<Record<string, unknown>>[]> {
      const { body } = await control.call(`GET ${FORWARDS}`);
      return body["items"] ?? [];
    },
    async listed() {
      const { body } = await control.call("GET /v1/apps/yoga/environments/sandbox/notifications");
      const items: readonly Readonly<Record<string, unknown>>[] = body["items"] ?? [];
      return items.map((item) => [item["notificationUUID"], item["forwarding"]]);
    },
    /** How many rows there are of what waits, and of bodies. */
    async kept() {
      const bodies = await queries.selectFrom("notification_bodies").selectAll().execute();
      const waiting = await queries.selectFrom("notification_forwardings").select("id").execute();
      return [waiting.length, bodies.length];
    },
    bodies: () => queries.selectFrom("notification_bodies").selectAll().execute(),
  };
}

function signed(uuid: string): string {
  return signNotification(store, { uuid });
}

describe.each(await engines())("passing notifications on, on $name", (engine) => {
  test("posts the very bytes that came, to all URLs, once they are stored and answered", async () => {
    const control = await open(engine);
    const receivers = [await startReceiver(), await startReceiver()];
    await control.post(signed("before"));
    for (const { url } of receivers) await control.add(url);
    const payload = signed("odd");
    const odd = `\n{ "more": "é",\t"signedPayload" : "${payload}" }\n`;
    for (const _ of [1, 2]) {
      const answer = await control.post("", {
        body: odd,
        contentType: "application/json;Charset=x",
      });
      expect(answer.status).toBe(200);
    }
    await control.post(signed("plain"));
    expect(receivers.flatMap(({ posts }) => posts)).toEqual([]);
    const [body] = await control.bodies();
    expect(Buffer.from(body?.sealed ?? []).toString("latin1")).not.toContain("signedPayload");
    await control.forward();
    for (const { posts } of receivers) {
      expect(posts).toHaveLength(2);
      const [first, second] = posts.toSorted((one, other) => one.body.length - other.body.length);
      expect(first?.headers["content-type"]).toBeUndefined();
      expect(second?.body).toBe(odd);
      expect(second?.headers["content-type"]).toBe("application/json;Charset=x");
      expect(second?.headers["user-agent"]).toBe("holdfast/0.0.0");
    }
    expect(await control.kept()).toEqual([0, 0]);
    expect(new Map((await control.listed()) as [string, unknown][])).toEqual(
      new Map([
        ["plain", "delivered"],
        ["odd", "delivered"],
        ["before", undefined],
      ]),
    );
    expect(await control.forwards()).toMatchObject([
      { waiting: 0, delivered: 2, failed: 0, status: 204 },
      { waiting: 0, delivered: 2, failed: 0, status: 204 },
    ]);
  });

  test("tries again for three days what is not taken, and holds nobody else up", async () => {
    const control = await open(engine);
    const [sound, broken] = [await startReceiver(), await startReceiver()];
    broken.answer(207);
    for (const { url } of [sound, broken]) await control.add(url);
    await control.post(signed("one"));
    await control.forward();
    await control.forward();
    expect([sound.posts.length, broken.posts.length]).toEqual([1, 1]);
    expect(await control.listed()).toEqual([["one", "waiting"]]);
    expect((await control.forwards())[1]).toMatchObject({
      waiting: 1,
      problem: "STATUS_NOT_OK",
      status: 207,
      failingSince: expect.any(Number) as number,
    });
    for (let hour = 0; hour < 80; hour += 1) {
      control.wait(HOUR_MS);
      await control.forward();
    }
    expect(broken.posts).toHaveLength(9);
    expect(new Set(broken.posts.map(({ body }) => body))).toEqual(
      new Set(sound.posts.map(({ body }) => body)),
    );
    expect(await control.kept()).toEqual([0, 0]);
    expect(await control.listed()).toEqual([["one", "failed"]]);
    expect((await control.forwards())[1]).toMatchObject({ waiting: 0, delivered: 0, failed: 1 });
    broken.answer(206);
    await control.post(signed("two"));
    await control.forward();
    const [, mended] = await control.forwards();
    expect(mended).toMatchObject({ delivered: 1, failed: 1, status: 206 });
    expect(mended).not.toHaveProperty("failingSince");
    expect(mended).not.toHaveProperty("problem");
  });

  test("keeps no more than fits for one URL, and drops what waits for a removed one", async () => {
    const control = await open(engine);
    const { queries } = control.database;
    const [full, other] = ["http://127.0.0.1:9/full", "http://127.0.0.1:9/other"];
    const forward = await control.add(full);
    const rows = Array.from({ length: MAX_WAITING - 1 }, (_, index) => ({
      id: `filler ${index}`,
      forward,
      ...SANDBOX,
      notification_uuid: `filler ${index}`,
      attempts: 0,
      next_at: 0,
    }));
    for (let start = 0; start < rows.length; start += 1000) {
      const batch = rows.slice(start, start + 1000);
      await queries.insertInto("notification_forwardings").values(batch).execute();
    }
    const second = await control.add(other);
    await Promise.all(["one", "two"].map((uuid) => control.post(signed(uuid))));
    expect(await control.forwards()).toMatchObject([
      { waiting: MAX_WAITING, failed: 1, problem: "BACKLOG_FULL" },
      { waiting: 2, failed: 0 },
    ]);
    const states = async () =>
      (await control.listed()).map(([, state]) => String(state)).toSorted();
    expect(await states()).toEqual(["failed", "waiting"]);
    for (const id of [forward, second]) {
      expect((await control.call(`DELETE ${FORWARDS}/${id}`)).status).toBe(204);
    }
    expect(await control.kept()).toEqual([0, 0]);
    expect(await states()).toEqual(["failed", "failed"]);
  });

  test("forgets of whom a notification was about on request, and remembers that it came", async () => {
    const control = await open(engine);
    const { queries } = control.database;
    await control.post(signed("one"));
    const [row] = await queries.selectFrom("notifications").selectAll().execute();
    const erase = (pseudonym: string) =>
      control.database.transaction((transaction) =>
        eraseNotificationsOf(transaction, SANDBOX, [pseudonym]),
      );
    expect([await erase("x"), await erase(row?.pseudonym ?? "")]).toEqual([0, 1]);
    expect((await queries.selectFrom("notifications").selectAll().execute())[0]).toEqual({
      ...row,
      pseudonym: null,
    });
    // It is known still, and tells nothing again.
    expect(await control.post(signed("one"))).toMatchObject({ status: 200 });
    expect(await newsTold(control.database)).toEqual(["one"]);
    await control.forget();
    expect(await control.listed()).toHaveLength(1);
  });

  test("forgets notifications after 90 days, and counts stay", async () => {
    const control = await open(engine);
    await control.post(signed("old"));
    control.wait(89 * 24 * HOUR_MS);
    await control.forget();
    expect(await control.listed()).toHaveLength(1);
    control.wait(2 * 24 * HOUR_MS);
    await control.forget();
    expect(await control.listed()).toEqual([]);
    // It is too old to be taken for a new one.
    expect(await control.post(signed("old"))).toMatchObject({ status: 400 });
    const days = await control.database.queries
      .selectFrom("notification_days")
      .selectAll()
      .execute();
    expect(days).toMatchObject([{ source: "pushed", count: 1 }]);
  });
});

const [sqlite] = await engines();
if (sqlite === undefined) throw new Error("expected SQLite at least");

test("takes five URLs of an app in an environment, each once, and only ones that may be posted to", async () => {
  const control = await open(sqlite);
  const url = "https://hooks.example.com/";
  for (const path of ["1", "2", "3", "4", "5"]) await control.add(url + path);
  for (const again of [`${url}1`, `${url}6`]) {
    expect(await control.call(`POST ${FORWARDS}`, { url: again })).toMatchObject({ status: 409 });
  }
  for (const bad of ["ftp://hooks.example.com/", "https://ada:secret@hooks.example.com/"]) {
    const answer = await control.call(`POST ${PRODUCTION}`, { url: bad });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("secret");
  }
  expect(await control.call(`DELETE ${FORWARDS}/forward_nobody`)).toMatchObject({ status: 404 });
  const audit = await control.database.queries.selectFrom("audit_log").select("details").execute();
  expect(JSON.stringify(audit)).not.toContain("hooks.example.com/1");
});
