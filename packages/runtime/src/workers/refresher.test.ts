import { describe, expect, test } from "vitest";
import { createFakeKv } from "../testing/fake-kv.ts";
import { createTestContext } from "../testing/test-worker.ts";
import { createRefresher, FIRST_WAIT_MS, FRESH_MS, OLD_MS, REFRESH_WAIT_MS } from "./refresher.ts";

/** A refresher whose reads end when the test says so, at a time the test sets. */
function open({ isEssential = true } = {}) {
  const time = { now: 1_000_000 };
  const clock = { now: () => time.now, elapsed: () => performance.now() };
  const reads: PromiseWithResolvers<void>[] = [];
  const read = (): Promise<void> => {
    const reading = Promise.withResolvers<void>();
    reads.push(reading);
    return reading.promise;
  };
  const refresher = createRefresher(read, clock, { isEssential });
  const context = createTestContext();
  const refresh = () => refresher.refresh({ kv: createFakeKv(), context });
  /** Ends the newest read. */
  const end = async (error?: Error): Promise<void> => {
    if (error === undefined) reads.at(-1)?.resolve();
    else reads.at(-1)?.reject(error);
    await context.settled();
  };
  return { time, reads, refresh, end };
}

async function readOnce(opened: ReturnType<typeof open>): Promise<void> {
  void opened.refresh();
  await opened.end();
}

describe("createRefresher()", () => {
  test("has the first request wait for the first read, and others for the same", async () => {
    const { reads, refresh, end } = open();
    const waits = [refresh(), refresh(), refresh()];
    expect(reads.length).toBe(1);
    expect(waits.every((wait) => wait instanceof Promise)).toBe(true);
    await end();
    for (const wait of waits) await wait;
    expect(refresh()).toBeUndefined();
  });

  test("stops waiting for a first read that takes too long", async () => {
    const { refresh } = open();
    const before = performance.now();
    await refresh();
    const waited = performance.now() - before;
    expect(waited).toBeGreaterThan(FIRST_WAIT_MS - 50);
    expect(waited).toBeLessThan(FIRST_WAIT_MS + 1000);
  });

  test.each([
    ["is used as it is while fresh", FRESH_MS, 1, false],
    ["is read anew beside the answers after that", FRESH_MS + 1, 2, false],
    ["is read anew beside the answers until it is old", OLD_MS, 2, false],
    ["is read anew before the answer when old", OLD_MS + 1, 2, true],
  ])("a copy %s", async (_, ageMs, reads, isWaitedFor) => {
    const opened = open();
    await readOnce(opened);
    opened.time.now += ageMs;
    expect(opened.refresh() !== undefined).toBe(isWaitedFor);
    expect(opened.reads.length).toBe(reads);
    await opened.end();
  });

  test("bounds the waiting for a slow read by when it began, not by each request", async () => {
    const opened = open();
    await readOnce(opened);
    opened.time.now += OLD_MS + 1;
    expect(opened.refresh()).toBeInstanceOf(Promise);
    opened.time.now += REFRESH_WAIT_MS;
    expect(opened.refresh()).toBeUndefined();
    expect(opened.reads.length).toBe(2);
    await opened.end();
  });

  test("counts the age from when the read began", async () => {
    const opened = open();
    void opened.refresh();
    opened.time.now += 9000;
    await opened.end();
    opened.time.now += FRESH_MS - 9000 + 1;
    void opened.refresh();
    expect(opened.reads.length).toBe(2);
    await opened.end();
  });

  test("leaves a namespace alone for a while after a read that failed, and waits for nothing", async () => {
    const opened = open();
    await readOnce(opened);
    opened.time.now += OLD_MS + 1;
    void opened.refresh();
    await opened.end(new Error("away"));
    expect(opened.refresh()).toBeUndefined();
    expect(opened.reads.length).toBe(2);
    opened.time.now += 2001;
    expect(opened.refresh()).toBeInstanceOf(Promise);
    expect(opened.reads.length).toBe(3);
    await opened.end();
  });

  test("begins another read where one never ended, for its invocation was over", async () => {
    const opened = open();
    void opened.refresh();
    opened.time.now += 9999;
    void opened.refresh();
    expect(opened.reads.length).toBe(1);
    opened.time.now += 1;
    void opened.refresh();
    expect(opened.reads.length).toBe(2);
    opened.reads[1]?.resolve();
    await expect.poll(() => opened.refresh()).toBeUndefined();
    expect(opened.reads.length).toBe(2);
  });

  test("waits no longer than for a refresh where answers need not have it", async () => {
    const opened = open({ isEssential: false });
    expect(opened.refresh()).toBeInstanceOf(Promise);
    opened.time.now += REFRESH_WAIT_MS;
    expect(opened.refresh()).toBeUndefined();
    await opened.end();
  });
});
