import { PolicyError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import type {
  AppStoreServerClient,
  NotificationHistoryRequest,
} from "@holdfast/appstore/server-api";
import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { newsTold, notedNews } from "../testing/noted-news.ts";
import {
  makeApps,
  openNotifications,
  SANDBOX,
  signNotification,
} from "../testing/test-notifications.ts";
import type { TestNotifications } from "../testing/test-notifications.ts";
import { historyJob } from "../index.ts";
import { findHistoryState } from "./history-state.ts";
import { readHistory } from "./read-history.ts";

const HOUR_MS = 3_600_000;
const PAGE_SIZE = 3;

let store: TestAppStore;

beforeAll(async () => {
  store = await createTestAppStore();
});

/** Apple's history of one app, three on a page; a call can fail. */
class History {
  readonly asked: (NotificationHistoryRequest & { readonly token: string | undefined })[] = [];
  readonly signed: { readonly signedPayload: string; readonly signedDate: number }[] = [];
  /** What each of the next calls fails with; undefined: it does not. */
  failures: (Error | undefined)[] = [];

  add(uuid: string, signedDate = Date.now()): string {
    const signedPayload = signNotification(store, { uuid, signedDate });
    this.signed.push({ signedPayload, signedDate });
    return signedPayload;
  }

  readonly client = {
    getNotificationHistory: (
      request: NotificationHistoryRequest,
      { paginationToken }: { readonly paginationToken?: string | undefined } = {},
    ) => {
      this.asked.push({ ...request, token: paginationToken });
      const failure = this.failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      const start = Number(paginationToken ?? 0);
      const within = this.signed.filter(
        ({ signedDate }) => signedDate >= request.startDate && signedDate <= request.endDate,
      );
      const end = start + PAGE_SIZE;
      const hasMore = within.length > end;
      const notificationHistory = within.slice(start, end);
      return Promise.resolve({
        hasMore,
        notificationHistory,
        ...(hasMore ? { paginationToken: String(end) } : {}),
      });
    },
  };
}

function refusal(errorCode?: number): AppleApiError {
  const facts = {
    operation: "Get Notification History",
    retryable: false,
    effect: "none",
  } as const;
  return new AppleApiError("APPLE_REFUSED", "no", { ...facts, errorCode });
}

interface Setting {
  readonly control: TestNotifications;
  readonly history: History;
  /** Reads Apple's history as the job does. */
  readonly read: (mode?: "push" | "poll", maxPages?: number) => Promise<void>;
  readonly state: () => ReturnType<typeof findHistoryState>;
  /** Moves the clock. */
  readonly wait: (milliseconds: number) => void;
}

async function open(
  engine: TestEngine,
  options: Parameters<typeof openNotifications>[2] = {},
): Promise<Setting> {
  let waited = 0;
  const now = () => Date.now() + waited;
  const database = await openTestDatabase(engine);
  const keyring = await makeApps(database, store.rootPem);
  const control = openNotifications(database, keyring, { now, ...options });
  const history = new History();
  const { queries } = database;
  const { signal } = new AbortController();
  // Nothing else of the client is called.
  const appStoreServer = () => Promise.resolve(history.client as unknown as AppStoreServerClient);
  const means = { queries, clients: { appStoreServer }, intake: control.intake, now };
  return {
    control,
    history,
    read: (mode = "push", maxPages = 100) =>
      readHistory({ ...SANDBOX, mode }, { ...means, maxPages }, signal),
    state: () => findHistoryState(queries, SANDBOX),
    wait: (milliseconds) => {
      waited += milliseconds;
    },
  };
}

describe.each(await engines())("readHistory() on $name", (engine) => {
  test("takes what was missed, page by page, and says which way it came", async () => {
    const { control, history, read, state } = await open(engine);
    const uuids = ["a", "b", "c", "d", "e", "f", "g"];
    const payloads = uuids.map((uuid) => history.add(uuid));
    await control.post(payloads[1] ?? "");
    // Not one of ours, and nothing to stop at.
    history.signed.push({ signedPayload: "not.a.jws", signedDate: Date.now() });
    await read();
    expect(await newsTold(control.database)).toEqual(uuids);
    expect(history.asked.map(({ token }) => token)).toEqual([undefined, "3", "6"]);
    expect(await state()).toMatchObject({
      problem: null,
      reading_until: null,
      pagination_token: null,
    });
    const { body } = await control.call(
      "GET /v1/apps/yoga/environments/sandbox/notifications/status",
    );
    expect(body).toMatchObject({
      mode: "push",
      path: "/apple/notifications/yoga",
      lastPushedAt: expect.any(Number) as number,
      history: { isReading: false, recoveredAt: expect.any(Number) as number },
      days: [{ pushed: 1, history: 6 }],
      waiting: 0,
    });
    expect(body["history"]).not.toHaveProperty("problem");
  });

  test("goes on at the page that failed, in the span it had begun", async () => {
    const { control, history, read, state, wait } = await open(engine);
    for (const uuid of ["a", "b", "c", "d", "e", "f", "g"]) history.add(uuid);
    history.failures = [undefined, refusal()];
    await read();
    expect(await newsTold(control.database)).toEqual(["a", "b", "c"]);
    expect(await state()).toMatchObject({ problem: "APPLE_REFUSED", pagination_token: "3" });
    wait(HOUR_MS);
    history.add("h", Date.now() + HOUR_MS - 1);
    // Where Apple does not know its token any more, the span is read from its beginning.
    history.failures = [refusal(4_000_014)];
    await read();
    expect(await state()).toMatchObject({ pagination_token: null, read_at: null });
    await read();
    expect(history.asked.map(({ token }) => token)).toEqual([
      undefined,
      "3",
      "3",
      undefined,
      "3",
      "6",
    ]);
    expect(new Set(history.asked.map(({ endDate }) => endDate)).size).toBe(1);
    expect(await newsTold(control.database)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    await read();
    expect(await newsTold(control.database)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
  });

  test("begins anew where what it had begun is out of Apple's reach by now", async () => {
    const { control, history, read, wait } = await open(engine);
    for (const uuid of ["a", "b", "c", "d"]) history.add(uuid);
    history.failures = [undefined, refusal()];
    await read();
    wait(35 * 24 * HOUR_MS);
    history.add("e", Date.now() + 34 * 24 * HOUR_MS);
    await read();
    const last = history.asked.at(-1);
    expect(last?.token).toBeUndefined();
    expect((last?.endDate ?? 0) - (last?.startDate ?? 0)).toBe(29 * 24 * HOUR_MS);
    expect(await newsTold(control.database)).toEqual(["a", "b", "c", "e"]);
  });

  test("stays where it is while notifications cannot be stored", async () => {
    let isBroken = true;
    const { control, history, read, state } = await open(engine, {
      streams: {
        async takeNews(...news) {
          if (isBroken) throw new Error("not now");
          await notedNews.takeNews(...news);
        },
      },
    });
    for (const uuid of ["a", "b", "c", "d"]) history.add(uuid);
    await read();
    expect(await state()).toMatchObject({
      problem: "INTERNAL",
      pagination_token: null,
      read_at: null,
    });
    isBroken = false;
    await read();
    expect(await newsTold(control.database)).toEqual(["a", "b", "c", "d"]);
  });

  test("is due every minute where it is polled, and goes back far every six hours", async () => {
    const { history, read, state, wait } = await open(engine);
    await read("poll");
    const first = await state();
    expect((first?.next_at ?? 0) - (first?.read_at ?? 0)).toBe(60_000);
    wait(60_000);
    await read("poll");
    wait(6 * HOUR_MS);
    await read("poll");
    await read("push");
    const back = history.asked.map(({ startDate }, index) =>
      Math.round(((history.asked[index - 1]?.endDate ?? startDate) - startDate) / 60_000),
    );
    expect(back).toEqual([0, 10, 360, 360]);
    const last = await state();
    expect((last?.next_at ?? 0) - (last?.read_at ?? 0)).toBe(6 * HOUR_MS);
  });

  test("reads a part of what is long, and goes on at once", async () => {
    const { control, history, read, state } = await open(engine);
    const uuids = ["a", "b", "c", "d", "e", "f", "g"];
    for (const uuid of uuids) history.add(uuid);
    await read("push", 1);
    const begun = await state();
    expect(begun).toMatchObject({ problem: null, pagination_token: "3", read_at: null });
    expect(begun?.next_at).toBeLessThanOrEqual(Date.now());
    await read();
    expect(await newsTold(control.database)).toEqual(uuids);
  });

  test("any mixture of posts and readings tells each exactly once", async () => {
    const { control, history, read } = await open(engine);
    const { post } = control;
    let run = 0;
    const step = fc.oneof(
      fc.record({ kind: fc.constant("post" as const), one: fc.nat(5) }),
      fc.record({
        kind: fc.constant("read" as const),
        fails: fc.array(fc.boolean(), { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant("settle" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        run += 1;
        const uuids = Array.from({ length: 6 }, (_, index) => `run${run}-${index}`);
        history.signed.length = 0;
        const payloads = uuids.map((uuid) => history.add(uuid));
        const underWay: Promise<unknown>[] = [];
        let reading = Promise.resolve();
        for (const each of steps) {
          if (each.kind === "post") underWay.push(post(payloads[each.one] ?? ""));
          else if (each.kind === "settle") await Promise.all([...underWay, reading]);
          else {
            // The job reads one app's history once at a time.
            reading = reading.then(() => {
              history.failures = each.fails.map((fails) => (fails ? refusal() : undefined));
              return read();
            });
          }
        }
        await Promise.all([...underWay, reading]);
        history.failures = [];
        // The first ends a span that was begun, the second reads up to now.
        for (const _ of [1, 2]) await read();
        const told = await newsTold(control.database);
        expect(told.filter((uuid) => uuid.startsWith(`run${run}-`))).toEqual(uuids);
      }),
      { numRuns: 12 },
    );
  });
});

const [sqlite] = await engines();
if (sqlite === undefined) throw new Error("expected SQLite at least");

test("says quietly that there is no key to ask with", async () => {
  const { control, state } = await open(sqlite);
  const { queries } = control.database;
  const clients = {
    appStoreServer: () => Promise.reject(new PolicyError("KEY_MISSING", "no key")),
  };
  const means = { queries, clients, intake: control.intake, now: Date.now };
  await readHistory({ ...SANDBOX, mode: "poll" }, means, new AbortController().signal);
  expect(await state()).toMatchObject({ problem: "KEY_MISSING", read_at: null });
});

test("the job reads an app's history once after a start, and then as often as it is due", async () => {
  const { control, history } = await open(sqlite);
  const { database, intake } = control;
  let now = Date.now();
  // Nothing else of the client is called.
  const client = history.client as unknown as AppStoreServerClient;
  const clients = { appStoreServer: () => Promise.resolve(client) };
  const start = () => historyJob({ database, clients, intake, now: () => now });
  const run = async (job: ReturnType<typeof start>, waitMs: number): Promise<number> => {
    now += waitMs;
    const before = history.asked.length;
    const { signal } = new AbortController();
    await job.run({ id: "job", payload: null, attempt: 1, signal });
    return history.asked.length - before;
  };
  // Three places: two environments of one app, one of another.
  const first = start();
  expect([await run(first, 0), await run(first, HOUR_MS), await run(first, 5 * HOUR_MS)]).toEqual([
    3, 0, 3,
  ]);
  now += 1;
  const second = start();
  expect([await run(second, 60_000), await run(second, 60_000)]).toEqual([3, 0]);
  const settings = "/v1/apps/yoga/environments/sandbox/notifications/settings" as const;
  expect((await control.call(`PUT ${settings}`, { mode: "poll" })).status).toBe(200);
  expect([await run(second, 1), await run(second, 30_000), await run(second, 30_000)]).toEqual([
    1, 0, 1,
  ]);
});
