import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { connectRaw } from "../testing/raw-http.ts";
import type { RawConnection } from "../testing/raw-http.ts";
import { signedBody } from "../testing/test-host.ts";
import { startLocalService } from "../testing/local-service.ts";
import { createTestWorkerApp, TEST_PLACE } from "../testing/test-worker.ts";
import { liveKey, stopListKey } from "../wire/kv-layout.ts";
import { bundleWorker, startWorkerd } from "../workers-tools/index.ts";

/** What only the real runtime can show: whose promises, timers and sockets are whose. */
const app = await createTestWorkerApp();
const { code } = await bundleWorker(app.config);
const PATH = "/apple/retention/test/sandbox";
const TOKEN = "hf_a_token_of_a_test";

/** Runs the Worker over a namespace and a control plane that the test steers. */
async function open({ withQueue = false } = {}) {
  const values = new Map([
    [liveKey(TEST_PLACE), await app.live()],
    [stopListKey(TEST_PLACE), await app.stopList()],
  ]);
  const steering: { kv: Promise<void>; control: number[] } = { kv: Promise.resolve(), control: [] };
  const kv = await startLocalService(async ({ url }) => {
    await steering.kv;
    const body = values.get(decodeURIComponent(url.slice(1).split("?")[0] ?? ""));
    return body === undefined ? { status: 404 } : { status: 200, body };
  });
  const control = await startLocalService(({ body }) => {
    const status = steering.control.shift() ?? 200;
    if (status !== 200) return { status };
    const { decisions } = JSON.parse(body) as { decisions: unknown[] };
    const counts = { new: decisions.length, repeated: 0, refused: [] };
    return { status, body: JSON.stringify(counts) };
  });
  const queue = await startLocalService(() => ({
    status: 200,
    body: JSON.stringify({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }),
  }));
  const log: string[] = [];
  const workerd = await startWorkerd({
    code,
    kvUrl: kv.url,
    ...(withQueue ? { queueUrl: queue.url } : {}),
    bindings: {
      HOLDFAST_RUNTIME_SECRET: app.secret,
      HOLDFAST_CONTROL_URL: control.url,
      HOLDFAST_RUNTIME_TOKEN: TOKEN,
    },
    onLine: (line) => log.push(line),
  });
  onTestFinished(() => workerd.stop());
  const ask = async (fields?: object): Promise<number> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", body: signedBody(app.store, fields), headers };
    const response = await fetch(workerd.url + PATH, init);
    await response.text();
    return response.status;
  };
  /** Asks until it is answered: a machine with much to do may make the first ones late. */
  const warm = async (): Promise<void> => {
    await expect.poll(ask, PATIENCE).toBe(200);
  };
  return {
    workerd,
    kv,
    control,
    queue,
    steering,
    ask,
    warm,
    health: async () => (await fetch(`${workerd.url}/healthz`)).json(),
    sent: () => control.requests.map(({ body }) => JSON.parse(body) as Sent),
    /** Identifiers of the decisions that control was sent. */
    ids: () =>
      control.requests.flatMap(({ body }) =>
        (JSON.parse(body) as Sent).decisions.map(({ requestIdentifier }) => requestIdentifier),
      ),
  };
}

const PATIENCE = { timeout: 20_000 };

/** Sends a whole request, and leaves it to the test what becomes of the connection. */
async function post(url: string): Promise<RawConnection> {
  const body = signedBody(app.store);
  const client = await connectRaw(url);
  const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}`;
  client.write(`${head}\r\n\r\n${body}`);
  return client;
}

/** What control is sent. */
interface Sent {
  readonly decisions: readonly { readonly requestIdentifier: string; readonly host: string }[];
  readonly sender: {
    readonly isolate: string;
    readonly host: string;
    readonly made: readonly { readonly app: string; readonly count: number }[];
  };
}

test("a first read goes on, and is enough, when the client that began it has left", async () => {
  const { workerd, kv, steering, ask } = await open();
  const gate = Promise.withResolvers<void>();
  steering.kv = gate.promise;
  const client = await post(workerd.url);
  await expect.poll(() => kv.requests.length, PATIENCE).toBe(3);
  client.destroy();
  const others = [ask(), ask()];
  gate.resolve();
  // They may have waited too long for it; whoever comes now need not.
  await Promise.all(others);
  await expect.poll(ask, PATIENCE).toBe(200);
  expect(kv.requests.filter(({ url }) => url.startsWith("/live")).length).toBe(1);
});

test("clients that leave while a chain is verified for the first time stop nobody", async () => {
  const { workerd, ask } = await open();
  const clients = await Promise.all(Array.from({ length: 8 }, () => post(workerd.url)));
  for (const client of clients) client.destroy();
  // A verification that is never done would have all that come after it wait, and refuse them.
  await expect.poll(() => Promise.all([ask(), ask(), ask()]), PATIENCE).toEqual([200, 200, 200]);
});

test("decisions go to control together, with the token and who made them", async () => {
  const { control, ask, warm, sent, ids } = await open();
  await warm();
  await expect.poll(() => ids().length, PATIENCE).toBeGreaterThan(0);
  const before = ids().length;
  const asked = Array.from({ length: 20 }, () => randomUUID());
  const answered = await Promise.all(asked.map((requestIdentifier) => ask({ requestIdentifier })));
  expect(answered).toEqual(asked.map(() => 200));
  await expect.poll(() => ids().length, PATIENCE).toBe(before + 20);
  expect(ids().slice(before).toSorted()).toEqual(asked.toSorted());
  // Far fewer than one a decision.
  expect(control.requests.length).toBeLessThan(12);
  expect(new Set(control.requests.map(({ authorization }) => authorization))).toEqual(
    new Set([`Bearer ${TOKEN}`]),
  );
  const senders = sent().map(({ sender }) => sender);
  expect(new Set(senders.map(({ isolate }) => isolate)).size).toBe(1);
  expect(senders[0]?.isolate).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const counts = senders.map(({ made }) => made[0]?.count ?? 0);
  expect(Math.max(...counts)).toBe(ids().length);
  expect(sent()[0]?.decisions[0]?.host).toBe("cloudflare-workers");
});

test("decisions are sent again until control takes them", async () => {
  const { steering, ask, ids, health } = await open();
  steering.control.push(503, 500);
  await expect.poll(ask, PATIENCE).toBe(200);
  await expect.poll(() => new Set(ids()).size, PATIENCE).toBe(1);
  await expect.poll(() => ids().length, PATIENCE).toBe(3);
  expect(await health()).toEqual({
    ok: true,
    runtime: "cloudflare-workers",
    snapshot: "test_sandbox_1",
    kv: "ready",
  });
});

test("a queue takes decisions, and delivers them until control has them", async () => {
  const { workerd, queue, steering, warm, ids } = await open({ withQueue: true });
  await warm();
  await expect.poll(() => queue.requests.length, PATIENCE).toBeGreaterThan(0);
  expect(ids()).toEqual([]);
  const body = queue.requests[0]?.body ?? "";
  const message = { id: "m1", at: Date.now(), attempts: 1, body };
  steering.control.push(503);
  expect(await workerd.queue("decisions", [message])).toMatchObject({
    outcome: "ok",
    retryMessages: [{ msgId: "m1" }],
  });
  expect(await workerd.queue("decisions", [message])).toMatchObject({
    outcome: "ok",
    retryMessages: [],
  });
  expect(new Set(ids()).size).toBe((JSON.parse(body) as Sent).decisions.length);
});

test("a cron trigger ends well where there is nothing to ask about", async () => {
  const { workerd } = await open();
  expect(await workerd.scheduled({ cron: "0 * * * *", at: Date.now() })).toMatchObject({
    outcome: "ok",
  });
});
