import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MESSAGE } from "../testing/test-flow.ts";
import { createTestWorkerApp, TEST_PLACE } from "../testing/test-worker.ts";
import { HEALTH_URL, startWorkerSession, warmUp } from "../testing/worker-session.ts";
import type { WorkerSession } from "../testing/worker-session.ts";
import { liveKey, stopListKey, subscriberKey } from "../wire/kv-layout.ts";
import { createWorker } from "./create-worker.ts";
import { FRESH_MS, OLD_MS } from "./refresher.ts";

const app = await createTestWorkerApp();
const LIVE = liveKey(TEST_PLACE);
const STOPS = stopListKey(TEST_PLACE);

let session: WorkerSession;
beforeAll(() => warmUp(app));
beforeEach(async () => {
  session = await startWorkerSession(app);
});

async function messageOf(response: Response): Promise<unknown> {
  const body = (await response.json()) as { message?: { messageIdentifier?: string } };
  return body.message?.messageIdentifier;
}

function decisionsOf(bodies: readonly string[]) {
  return bodies.flatMap(
    (body) =>
      // As the outbox wrote it.
      (
        JSON.parse(body) as {
          decisions: { host?: string; subject: { pseudonym: string } }[];
        }
      ).decisions,
  );
}

describe("createWorker().fetch", () => {
  test("answers the first request, and reads its place and no other", async () => {
    const environments = { ...app.configured.environments, production: {} };
    const { ask } = session.open(session.env(), {
      apps: { test: { ...app.configured, environments }, other: app.configured },
    });
    const response = await ask();
    expect([response.status, await messageOf(response)]).toEqual([200, MESSAGE.plain]);
    expect(session.kv.calls.toSorted()).toEqual([
      "get live/test/sandbox",
      "get revocations",
      "get stops/test/sandbox",
    ]);
  });

  test("has one read serve requests that come together", async () => {
    const { ask } = session.open();
    const responses = await Promise.all([ask(), ask(), ask()]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    // The chain may be noted already.
    const reads = session.kv.calls.filter((call) => /^get (?:live|stops|revocations)/.test(call));
    expect(reads.length).toBe(3);
  });

  test("opens a value anew only when it has changed", async () => {
    const { ask, pass, settled } = session.open();
    await ask();
    pass(OLD_MS + 1);
    await ask();
    session.kv.values.set(LIVE, await app.live({ sequence: 2, label: "two" }));
    pass(OLD_MS + 1);
    await ask();
    await settled();
    expect(session.log.filter(({ msg }) => msg === "live").map(({ label }) => label)).toEqual([
      "test_sandbox_1",
      "two",
    ]);
  });

  test("answers by what it has while it reads, and by the news after that", async () => {
    const { ask, pass, settled } = session.open();
    await ask();
    session.kv.values.set(
      STOPS,
      await app.stopList({ sequence: 2, rejectedMessages: [MESSAGE.plain] }),
    );
    pass(FRESH_MS + 1);
    expect((await ask()).status).toBe(200);
    await settled();
    expect((await ask()).status).toBe(503);
  });

  test("heeds a stop list in time for the first answer after a pause", async () => {
    const { ask, pass } = session.open();
    await ask();
    session.kv.values.set(
      STOPS,
      await app.stopList({ sequence: 2, rejectedMessages: [MESSAGE.plain] }),
    );
    pass(OLD_MS + 1);
    expect((await ask()).status).toBe(503);
  });

  test("sends nothing before it could read the stop list, and tries again", async () => {
    const { ask, pass } = session.open();
    session.kv.onGet = (key) => {
      if (key === STOPS) throw new Error("away");
    };
    const refused = await ask();
    expect([refused.status, await refused.json()]).toEqual([
      503,
      { code: "NOT_PUBLISHED", message: "nothing is published for this app yet" },
    ]);
    session.kv.onGet = () => undefined;
    pass(2001);
    expect((await ask()).status).toBe(200);
  });

  test("sends nothing while the first stop list it finds is one it cannot read", async () => {
    session.kv.values.set(STOPS, await (await createTestWorkerApp()).stopList({ sequence: 1 }));
    const { ask, health, pass } = session.open();
    expect((await ask()).status).toBe(503);
    expect(await health()).toMatchObject({ body: { ok: false, reason: "WIRE_SIGNATURE_INVALID" } });
    session.kv.values.set(STOPS, await app.stopList({ sequence: 1 }));
    pass(30_001);
    // The first of them may not wait long enough.
    await expect.poll(async () => (await ask()).status).toBe(200);
  });

  test.each<[name: string, change: () => Promise<void>, problem: string]>([
    ["is gone", async () => void session.kv.values.delete(LIVE), "VALUE_MISSING"],
    ["is no JSON", async () => void session.kv.values.set(LIVE, "{"), "UNREADABLE"],
    [
      "is older",
      async () => void session.kv.values.set(LIVE, await app.live({ sequence: 4 })),
      "PUBLICATION_SUPERSEDED",
    ],
    [
      "is by another publisher",
      async () =>
        void session.kv.values.set(LIVE, await (await createTestWorkerApp()).live({ sequence: 6 })),
      "WIRE_SIGNATURE_INVALID",
    ],
    [
      "is a stop list for another place",
      async () =>
        void session.kv.values.set(STOPS, await app.stopList({ sequence: 9, app: "other" })),
      "PUBLICATION_FOREIGN",
    ],
  ])(
    "keeps the last good value when the newest %s, and health says so",
    async (_, change, problem) => {
      session.kv.values.set(LIVE, await app.live({ sequence: 5 }));
      const { ask, pass, health } = session.open();
      await ask();
      await change();
      pass(OLD_MS + 1);
      expect((await ask()).status).toBe(200);
      expect(await health()).toEqual({
        status: 200,
        body: {
          ok: true,
          runtime: "cloudflare-workers",
          snapshot: "test_sandbox_1",
          kv: "ready",
          warnings: [
            `test sandbox answers by the last good value, the newest is not taken: ${problem}`,
          ],
        },
      });
    },
  );

  test("keeps answering while the namespace is away, and health says so", async () => {
    const { ask, pass, health } = session.open();
    await ask();
    session.kv.fail();
    pass(OLD_MS + 1);
    expect((await ask()).status).toBe(200);
    expect(await health()).toMatchObject({
      status: 200,
      body: { ok: true, kv: "the last read failed" },
    });
  });

  test("does not keep a request waiting for a namespace that does not answer, and health says so", async () => {
    const { ask, pass, health, settled } = session.open();
    await ask();
    const late = Promise.withResolvers<void>();
    session.kv.onGet = () => late.promise;
    pass(OLD_MS + 1);
    expect((await ask()).status).toBe(200);
    expect(await health()).toMatchObject({ status: 200, body: { kv: "ready" } });
    pass(5001);
    expect(await health()).toMatchObject({
      status: 200,
      body: { ok: true, kv: "the last read has no answer" },
    });
    late.resolve();
    await settled();
    expect(await health()).toMatchObject({ body: { kv: "ready" } });
  });

  test("keeps its invocation alive for a read that nobody waits for any more", async () => {
    const { ask, settled } = session.open();
    const gate = Promise.withResolvers<void>();
    session.kv.onGet = () => gate.promise;
    expect((await ask()).status).toBe(503);
    let isSettled = false;
    const settling = settled().finally(() => {
      isSettled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    gate.resolve();
    await settling;
    expect((await ask()).status).toBe(200);
    expect(session.kv.calls.filter((call) => call === `get ${LIVE}`).length).toBe(1);
  });

  test("keeps its invocation alive for the answer, whatever its client does", async () => {
    const works: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
    const response = await createWorker(app.config).fetch(app.request(), session.env(), context);
    expect(await Promise.all(works)).toContain(response);
  });

  test("answers by the state of a subscriber when a rule needs it", async () => {
    const { ask, settled } = session.open();
    await ask({ productId: "p.state" });
    await settled();
    const [first] = decisionsOf(session.queued);
    const key = subscriberKey(TEST_PLACE, first?.subject.pseudonym ?? "");
    const state = {
      attributes: { storefront: "USA" },
      previousDecisions: { rules: {}, offers: {} },
    };
    session.kv.values.set(key, JSON.stringify(state));
    expect(await messageOf(await ask({ productId: "p.state" }))).toBe(MESSAGE.known);
  });

  test("writes no line for an ordinary answer, and one for every other", async () => {
    const { ask } = session.open();
    await ask();
    expect(session.log.map(({ msg }) => msg)).toEqual(["stopList", "live"]);
    await ask({ appAppleId: 1 });
    expect(session.log.at(-1)).toMatchObject({ msg: "refused", code: "APP_MISMATCH" });
  });

  test("writes one line an answer where it is told to, without ids and secrets", async () => {
    const { ask } = session.open(session.env({ HOLDFAST_LOG_LEVEL: "info" }));
    await ask({ originalTransactionId: "2000000987654321" });
    const line = session.log.at(-1);
    expect(line).toMatchObject({ level: "info", msg: "answered", app: "test", status: 200 });
    const text = JSON.stringify(session.log);
    expect(text).not.toContain("2000000987654321");
    expect(text).not.toContain(app.secret);
  });

  test("tells control which host decided, after the answer and together", async () => {
    const { ask, settled } = session.open();
    await Promise.all([ask(), ask()]);
    expect(session.queued).toEqual([]);
    await settled();
    expect(session.queued.length).toBe(1);
    expect(decisionsOf(session.queued).map(({ host }) => host)).toEqual([
      "cloudflare-workers",
      "cloudflare-workers",
    ]);
    expect(JSON.parse(session.queued[0] ?? "")).toMatchObject({
      sender: { host: "cloudflare-workers", made: [{ ...TEST_PLACE, count: 2 }] },
    });
  });

  test.each([
    ["GET", "http://localhost/apple/retention/test/sandbox", 405, "METHOD_NOT_ALLOWED"],
    ["POST", "http://localhost/apple/retention/test/production", 404, "APP_UNKNOWN"],
    ["POST", "http://localhost/apple/retention/__proto__/sandbox", 404, "APP_UNKNOWN"],
    ["POST", "http://localhost/apple/retention/test/moon", 404, "APP_UNKNOWN"],
    ["POST", "http://localhost/apple/retention/", 404, "PATH_UNKNOWN"],
    ["POST", "http://localhost/healthz", 404, "PATH_UNKNOWN"],
    ["GET", "http://localhost/metrics", 404, "PATH_UNKNOWN"],
  ])("refuses %s %s without asking the namespace", async (method, url, status, code) => {
    const response = await session.open().fetch(new Request(url, { method }));
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ code }),
    ]);
    expect(session.kv.calls).toEqual([]);
  });
});

describe("createWorker() in an isolate that outlives its settings", () => {
  test("opens everything anew under another secret", async () => {
    const { ask } = session.open();
    expect((await ask()).status).toBe(200);
    const secret = Buffer.alloc(32, 7).toString("base64");
    expect((await ask({}, session.env({ HOLDFAST_RUNTIME_SECRET: secret }))).status).toBe(503);
    expect((await ask({}, session.env())).status).toBe(200);
  });

  test("keeps what it has when the bindings are other objects, and uses the newest", async () => {
    const { ask, settled } = session.open();
    await ask();
    await settled();
    const reads = session.kv.calls.length;
    const later: string[] = [];
    await ask(
      {},
      session.env({ HOLDFAST_DECISIONS: { send: async (body) => void later.push(body) } }),
    );
    await settled();
    expect(session.kv.calls.length).toBe(reads);
    expect([session.queued.length, later.length]).toEqual([1, 1]);
  });
});

describe("createWorker() /healthz", () => {
  test("is exactly what was promised", async () => {
    const response = await session
      .open()
      .fetch(new Request(`${HEALTH_URL}?app=test&environment=sandbox`));
    expect([response.status, await response.text()]).toEqual([
      200,
      '{"ok":true,"runtime":"cloudflare-workers","snapshot":"test_sandbox_1","kv":"ready"}',
    ]);
  });

  test.each([
    ["?app=nobody", "no such app and environment is configured"],
    ["?environment=production", "no such app and environment is configured"],
    ["?environment=moon", "no such app and environment is configured"],
  ])("is 503 with the reason, asked with %s", async (query, reason) => {
    expect(await session.open().health(query)).toMatchObject({
      status: 503,
      body: { ok: false, reason },
    });
  });

  test("is 503 where nothing is published", async () => {
    session.kv.values.clear();
    expect(await session.open().health()).toMatchObject({
      status: 503,
      body: { ok: false, reason: "nothing is published yet", kv: "ready" },
    });
  });

  test("answers HEAD without a body", async () => {
    const response = await session.open().fetch(new Request(HEALTH_URL, { method: "HEAD" }));
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test("reads some places of many, and those it was asked for", async () => {
    const apps = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`app${index}`, app.configured]),
    );
    const { health } = session.open(session.env(), { apps: { ...apps, test: app.configured } });
    expect(await health()).toMatchObject({ status: 503 });
    expect(session.kv.calls.length).toBe(2 * 20 + 1);
    expect(await health("?app=test")).toMatchObject({ status: 200 });
    expect(session.kv.calls.length).toBe(2 * 21 + 1);
  });

  test("tells how many decisions were lost", async () => {
    const { ask, health, settled } = session.open();
    await ask({ productId: "p.state" });
    await settled();
    const [first] = decisionsOf(session.queued);
    // More than a message of the queue holds, and there is no control to send it to instead.
    const attributes: Record<string, string> = {};
    for (let index = 0; index < 40; index += 1) attributes[`a${index}`] = "x".repeat(4000);
    const state = {
      attributes,
      previousDecisions: { rules: {}, offers: {} },
    };
    const key = subscriberKey(TEST_PLACE, first?.subject.pseudonym ?? "");
    session.kv.values.set(key, JSON.stringify(state));
    expect((await ask({ productId: "p.state" })).status).toBe(200);
    await settled();
    expect(session.queued.length).toBe(1);
    expect(await health()).toMatchObject({
      body: { ok: true, warnings: ["decisions lost since this isolate began: 1"] },
    });
  });
});

describe("createWorker().queue", () => {
  test("fails where there is no control to send to, so that the queue keeps what it has", async () => {
    await expect(session.open().queue([])).rejects.toMatchObject({
      code: "CONTROL_NOT_SET",
    });
  });
});
