import { describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { engines } from "../storage/testing/engines.ts";
import { startReceiver } from "./testing/receiver.ts";
import type { Receiver } from "./testing/receiver.ts";
import { openTestWebhooks } from "./testing/test-webhooks.ts";
import type { MadeWebhook, TestWebhooks } from "./testing/test-webhooks.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SANDBOX = "/v1/apps/yoga/environments/sandbox";

/** Returns what was posted, each verified by the specification's own library. */
function verified({ posts }: Receiver, { secret }: MadeWebhook): readonly unknown[] {
  return posts.map(({ body, headers }) => {
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    return new Webhook(secret).verify(body, Object.fromEntries(texts));
  });
}

function announce({ database }: TestWebhooks, topic: string, subject = "s"): Promise<void> {
  return database.transaction(async (transaction) => {
    transaction.announce({ topic, app: "yoga", environment: "sandbox", subject });
  });
}

function idsOf({ posts }: Receiver): readonly unknown[] {
  return posts.map(({ headers }) => headers["webhook-id"]);
}

describe.each(await engines())("on $name", (engine) => {
  test("tells what was published, once, signed, with what it is", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    await control.publish(flowFor(["USA"]));
    const webhook = await control.make(receiver.url, ["publication.live", "stopList.changed"]);
    await control.publish(flowFor(["GBR"]));
    await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
    await control.deliver();
    await control.deliver();
    const at = expect.stringMatching(/^20.*Z$/) as string;
    const place = { app: "yoga", environment: "sandbox" };
    // Not what was before it.
    expect(verified(receiver, webhook)).toEqual([
      {
        type: "publication.live",
        timestamp: at,
        data: {
          ...place,
          sequence: 2,
          version: 2,
          kind: "publish",
          label: expect.stringMatching(/_2$/) as string,
          snapshot: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        },
      },
      {
        type: "stopList.changed",
        timestamp: at,
        data: {
          ...place,
          sequence: 1,
          appPaused: true,
          offersPaused: false,
          stoppedOffers: 0,
          rejectedMessages: 0,
        },
      },
    ]);
    expect(await control.deliveries(webhook.id)).toMatchObject([
      { event: "stopList.changed", state: "delivered", attempts: 1, status: 204 },
      { event: "publication.live", state: "delivered", attempts: 1, status: 204 },
    ]);
  });

  test("tells each webhook of its app what it wants, and a held-back one nothing", async () => {
    const control = await openTestWebhooks(engine);
    const [wanted, other, held] = [
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
    ];
    await control.make(wanted.url, ["message.rejected"]);
    await control.make(other.url, ["image.rejected"]);
    const { id } = await control.make(held.url, ["message.rejected"]);
    const edit = { "If-Match": '"1"' };
    const path = `PATCH /v1/apps/yoga/webhooks/${id}` as const;
    expect((await control.webhooks.call(path, { isDisabled: true }, edit)).status).toBe(200);
    await announce(control, "apple-message.rejected", "m");
    await announce(control, "apple-message.changed", "m");
    await control.database.transaction(async (transaction) => {
      transaction.announce({ topic: "apple-message.rejected", app: "golf", subject: "m" });
    });
    await control.deliver();
    expect([wanted, other, held].map(({ posts }) => posts.length)).toEqual([1, 0, 0]);
    expect(JSON.parse(wanted.posts[0]?.body ?? "")).toMatchObject({
      type: "message.rejected",
      data: { app: "yoga", environment: "sandbox", identifier: "m" },
    });
  });

  test("tries again what did not arrive, with the same id and a new signature, for a day", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    receiver.answer(503);
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    await announce(control, "realtime-url.changed");
    await control.deliver();
    await control.deliver();
    expect(receiver.posts).toHaveLength(1);
    const [waiting] = await control.deliveries(id);
    expect(waiting).toMatchObject({ state: "waiting", attempts: 1, status: 503 });
    expect(Number(waiting?.["nextAt"])).toBeGreaterThan(Date.now());
    for (let hour = 0; hour < 30; hour += 1) {
      control.wait(HOUR_MS);
      await control.deliver();
    }
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(new Set(receiver.posts.map(({ body }) => body)).size).toBe(1);
    const signatures = receiver.posts.map(({ headers }) => headers["webhook-signature"]);
    expect(new Set(signatures).size).toBe(9);
    const [failed] = await control.deliveries(id);
    expect(failed).toMatchObject({ state: "failed", attempts: 9, problem: "STATUS_NOT_OK" });
    expect(failed).not.toHaveProperty("nextAt");
  });

  test("arrives late where the receiver comes back, and says no more that it fails", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    receiver.answer(500);
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    const failingSince = async (): Promise<unknown> =>
      (await control.webhooks.call(`GET /v1/apps/yoga/webhooks/${id}`)).body["failingSince"];
    await announce(control, "realtime-url.changed");
    await control.deliver();
    const since = await failingSince();
    expect(since).toEqual(expect.any(Number));
    control.wait(10_000);
    await control.deliver();
    expect(await failingSince()).toBe(since);
    receiver.answer(200);
    control.wait(120_000);
    await control.deliver();
    expect(await control.deliveries(id)).toMatchObject([{ state: "delivered", attempts: 3 }]);
    expect((await control.deliveries(id))[0]).not.toHaveProperty("problem");
    expect(await failingSince()).toBeUndefined();
  });

  test("heeds how long a receiver wants to be left alone", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    receiver.answer(429, { "retry-after": "3600" });
    await control.make(receiver.url, ["realtimeUrl.changed"]);
    await announce(control, "realtime-url.changed");
    await control.deliver();
    control.wait(HOUR_MS - 60_000);
    await control.deliver();
    expect(receiver.posts).toHaveLength(1);
    control.wait(120_000);
    await control.deliver();
    expect(receiver.posts).toHaveLength(2);
  });

  test("holds a webhook back that answers 410, drops what waits for it, and says so", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    receiver.answer(410);
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    await announce(control, "realtime-url.changed", "one");
    await announce(control, "realtime-url.changed", "two");
    await control.deliver();
    expect(receiver.posts).toHaveLength(1);
    const { body, headers } = await control.webhooks.call(`GET /v1/apps/yoga/webhooks/${id}`);
    expect(body).toMatchObject({ isDisabled: true, disabledBecause: "gone" });
    expect(headers.get("etag")).toBe('"2"');
    expect(await control.deliveries(id)).toMatchObject([
      { state: "failed", attempts: 0, problem: "WEBHOOK_DISABLED" },
      { state: "failed", attempts: 1, status: 410 },
    ]);
    expect((await control.audit()).at(-1)).toMatch(/^webhooks\.deliver disableWebhook .*410/);
    await announce(control, "realtime-url.changed", "three");
    await control.deliver();
    expect(receiver.posts).toHaveLength(1);
  });

  test("holds a webhook back that fails for three days, and not one that is mended", async () => {
    const control = await openTestWebhooks(engine);
    const [bad, mended] = [await startReceiver(), await startReceiver()];
    for (const receiver of [bad, mended]) receiver.answer(500);
    const failing = await control.make(bad.url, ["realtimeUrl.changed"]);
    const fine = await control.make(mended.url, ["realtimeUrl.changed"]);
    const states = async (): Promise<readonly unknown[]> =>
      Promise.all(
        [failing, fine].map(async ({ id }) => {
          const { body } = await control.webhooks.call(`GET /v1/apps/yoga/webhooks/${id}`);
          return body["disabledBecause"];
        }),
      );
    for (let day = 0; day < 3; day += 1) {
      expect(await states()).toEqual([undefined, undefined]);
      await announce(control, "realtime-url.changed", String(day));
      await control.deliver();
      if (day === 1) mended.answer(204);
      control.wait(DAY_MS);
    }
    await announce(control, "realtime-url.changed", "last");
    await control.deliver();
    expect(await states()).toEqual(["failing", undefined]);
    expect((await control.audit()).at(-1)).toMatch(/disableWebhook .*three days/);
  });

  test("a slow receiver holds up no other, and gets one post at a time", async () => {
    const control = await openTestWebhooks(engine);
    const [slow, quick] = [await startReceiver(), await startReceiver()];
    await control.make(slow.url, ["realtimeUrl.changed"]);
    await control.make(quick.url, ["realtimeUrl.changed"]);
    for (const subject of ["one", "two", "three"]) {
      await announce(control, "realtime-url.changed", subject);
    }
    let underWay = 0;
    let most = 0;
    slow.respond((_request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const answer = (): void => {
        if (quick.posts.length < 3) {
          setImmediate(answer);
          return;
        }
        underWay -= 1;
        response.writeHead(204).end();
      };
      answer();
    });
    await control.deliver();
    expect([slow.posts.length, quick.posts.length, most]).toEqual([3, 3, 1]);
  });

  test("stopped in the middle of a post, it posts it again, under the same id", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    await announce(control, "realtime-url.changed");
    const stopping = new AbortController();
    receiver.respond(() => stopping.abort(new Error("stopped")));
    await expect(control.deliver(stopping.signal)).rejects.toThrow("stopped");
    expect(await control.deliveries(id)).toMatchObject([{ state: "waiting", attempts: 0 }]);
    receiver.answer(204);
    await control.deliver();
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(await control.deliveries(id)).toMatchObject([{ state: "delivered", attempts: 1 }]);
  });

  test("two processes that tell at the same time tell each event once", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    for (let index = 0; index < 30; index += 1) {
      await announce(control, "realtime-url.changed", String(index));
    }
    await Promise.all([control.deliver(), control.deliver(), control.deliver()]);
    const deliveries = await control.deliveries(id);
    expect(deliveries).toHaveLength(30);
    expect(new Set(idsOf(receiver)).size).toBe(30);
  });

  test("a key that does not open keeps only its own webhook from its events", async () => {
    const control = await openTestWebhooks(engine);
    const [broken, fine] = [await startReceiver(), await startReceiver()];
    const { id } = await control.make(broken.url, ["realtimeUrl.changed"]);
    await control.make(fine.url, ["realtimeUrl.changed"]);
    await control.database.queries.deleteFrom("secrets").where("key_id", "=", id).execute();
    await announce(control, "realtime-url.changed");
    await control.deliver();
    expect(await control.deliveries(id)).toMatchObject([
      { state: "waiting", attempts: 1, problem: "SECRET_NOT_FOUND" },
    ]);
    expect([broken.posts.length, fine.posts.length]).toEqual([0, 1]);
  });

  test("deliveries are forgotten after 30 days", async () => {
    const control = await openTestWebhooks(engine);
    const receiver = await startReceiver();
    const { id } = await control.make(receiver.url, ["realtimeUrl.changed"]);
    await announce(control, "realtime-url.changed", "old");
    await control.deliver();
    control.wait(29 * DAY_MS);
    await announce(control, "realtime-url.changed", "new");
    await control.deliver();
    await control.prune();
    expect(await control.deliveries(id)).toHaveLength(2);
    control.wait(2 * DAY_MS);
    await control.prune();
    expect(await control.deliveries(id)).toHaveLength(1);
  });
});
