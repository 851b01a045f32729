import { UpstreamError } from "@holdfast/appstore/errors";
import { expect, describe, test } from "vitest";
import { RetryLater } from "../control-link/decision-client.ts";
import { createTestContext } from "../testing/test-worker.ts";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { createDecisionOutbox } from "./decision-outbox.ts";
import type { DecisionBatch } from "./decision-outbox.ts";

/** A record as far as the outbox looks at it. */
function record(requestIdentifier: string, fields: object = {}): DecisionRecord {
  return { app: "test", environment: "sandbox", requestIdentifier, ...fields } as DecisionRecord;
}

/**
 * An outbox whose time passes by waiting; `send` answers by `outcomes`, then with success, or finds control away at
 * the times that are told.
 */
function open(
  outcomes: readonly (Error | number | Promise<number>)[] | ((now: number) => boolean) = [],
) {
  const left = typeof outcomes === "function" ? [] : [...outcomes];
  const isAway = typeof outcomes === "function" ? outcomes : () => false;
  const batches: DecisionBatch[] = [];
  const lost: [number, unknown][] = [];
  const waits: number[] = [];
  const time = { now: 1_000_000 };
  const outbox = createDecisionOutbox({
    isolate: "00000000-0000-4000-8000-000000000000",
    async send(batch) {
      batches.push(batch);
      const outcome = isAway(time.now) ? away : (left.shift() ?? 0);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    now: () => time.now,
    random: () => 0,
    async wait(milliseconds) {
      waits.push(milliseconds);
      time.now += milliseconds;
    },
    onLost: (count, error) => lost.push([count, error]),
  });
  const context = createTestContext();
  const append = (one: DecisionRecord): void => outbox.append(one, context);
  return { outbox, append, settled: () => context.settled(), batches, lost, waits, time };
}

const away = new UpstreamError("CONTROL_UNREACHABLE", "away");

describe("createDecisionOutbox()", () => {
  test("sends what came within a moment together, and says how many it has made", async () => {
    const { append, settled, batches, outbox } = open();
    append(record("a"));
    append(record("b"));
    append(record("c", { environment: "production" }));
    expect(outbox.health()).toEqual({ ready: true, pending: 3, dropped: 0 });
    await settled();
    append(record("d"));
    await settled();
    expect(batches).toEqual([
      {
        decisions: [record("a"), record("b"), record("c", { environment: "production" })].map(
          (one) => JSON.stringify(one),
        ),
        sender: {
          isolate: "00000000-0000-4000-8000-000000000000",
          host: "cloudflare-workers",
          made: [
            { app: "test", environment: "sandbox", count: 2 },
            { app: "test", environment: "production", count: 1 },
          ],
        },
      },
      {
        decisions: [JSON.stringify(record("d"))],
        sender: {
          isolate: "00000000-0000-4000-8000-000000000000",
          host: "cloudflare-workers",
          made: [{ app: "test", environment: "sandbox", count: 3 }],
        },
      },
    ]);
    expect(outbox.health()).toEqual({ ready: true, pending: 0, dropped: 0 });
  });

  test("sends at once what is a whole batch", async () => {
    const { append, settled, batches, waits } = open();
    for (let index = 0; index < 1000; index += 1) append(record(`r${index}`));
    expect(batches.map(({ decisions }) => decisions.length)).toEqual([1000]);
    await settled();
    // Whoever began to collect finds nothing left.
    expect([batches.length, waits]).toEqual([1, [100]]);
  });

  test("tries again with longer and longer pauses, and loses nothing by it", async () => {
    const { append, settled, batches, lost, waits, outbox } = open([away, away, away]);
    append(record("a"));
    await settled();
    expect(waits).toEqual([100, 250, 500, 1000]);
    expect(batches.length).toBe(4);
    expect(new Set(batches).size).toBe(1);
    expect([lost, outbox.health().dropped]).toEqual([[], 0]);
  });

  test("waits as long as control asks", async () => {
    const cause = new RetryLater(7000);
    const busy = new UpstreamError("CONTROL_REFUSED", "busy", { cause });
    const { append, settled, waits, lost } = open([busy]);
    append(record("a"));
    await settled();
    expect([waits, lost]).toEqual([[100, 7000], []]);
  });

  test("gets through to a control that was away for twenty seconds", async () => {
    const { append, settled, lost, time, outbox } = open((at) => at < 1_020_000);
    append(record("a"));
    await settled();
    expect(lost).toEqual([]);
    expect(outbox.health()).toEqual({ ready: true, pending: 0, dropped: 0 });
    expect(time.now).toBeLessThan(1_025_000);
  });

  test("counts as lost what did not get through in time, after no more attempts than there may be", async () => {
    const { append, settled, batches, lost, outbox, time } = open(() => true);
    append(record("a"));
    append(record("b"));
    await settled();
    expect(lost).toEqual([[2, away]]);
    expect(outbox.health()).toEqual({ ready: true, pending: 0, dropped: 2 });
    expect(batches.length).toBeLessThan(20);
    expect(time.now).toBeGreaterThan(1_020_000);
    expect(time.now).toBeLessThan(1_025_100);
  });

  test("does not wait beyond the end of its invocation", async () => {
    const busy = new UpstreamError("CONTROL_REFUSED", "busy", { cause: new RetryLater(25_000) });
    const { append, settled, batches, lost } = open([busy]);
    append(record("a"));
    await settled();
    expect([batches.length, lost.length]).toEqual([1, 1]);
  });

  test("counts what control will never take", async () => {
    const { append, settled, outbox } = open([2]);
    for (const id of ["a", "b", "c"]) append(record(id));
    await settled();
    expect(outbox.health().dropped).toBe(2);
  });

  test("notices a batch that went with its invocation", async () => {
    const never = new Promise<number>(() => undefined);
    const { append, outbox, lost, time, batches } = open([never]);
    append(record("a"));
    append(record("b"));
    await expect.poll(() => batches.length).toBe(1);
    time.now += 35_000;
    expect(outbox.health()).toMatchObject({ pending: 2, dropped: 0 });
    time.now += 1;
    expect(outbox.health()).toEqual({ ready: true, pending: 0, dropped: 2 });
    expect(lost).toEqual([[2, undefined]]);
  });

  test("has another request collect where the one that did has gone", async () => {
    const never = new Promise<void>(() => undefined);
    const batches: DecisionBatch[] = [];
    const time = { now: 0 };
    const waits = [never];
    const outbox = createDecisionOutbox({
      isolate: "i",
      send: async (batch) => {
        batches.push(batch);
        return 0;
      },
      now: () => time.now,
      random: () => 0,
      wait: () => waits.shift() ?? Promise.resolve(),
      onLost: () => undefined,
    });
    outbox.append(record("a"), createTestContext());
    time.now += 5000;
    const context = createTestContext();
    outbox.append(record("b"), context);
    await context.settled();
    expect(batches.map(({ decisions }) => decisions.length)).toEqual([2]);
  });

  test("holds so much and no more", async () => {
    const { append, settled, lost, outbox, batches } = open();
    const large = "x".repeat(1024 * 1024);
    for (let index = 0; index < 9; index += 1) append(record("r", { large }));
    // The last two are over the bound: what is under way counts until control has it.
    expect(lost.length).toBe(2);
    await settled();
    expect(batches.length).toBe(7);
    append(record("s"));
    await settled();
    expect([batches.length, outbox.health().dropped]).toEqual([8, 2]);
  });

  test("keeps nothing where there is nobody to send to, and counts it", async () => {
    const outbox = createDecisionOutbox({
      isolate: "i",
      now: () => 0,
      random: () => 0,
      wait: () => Promise.reject(new Error("nothing is waited for")),
      onLost: () => undefined,
    });
    const context = createTestContext();
    outbox.append(record("a"), context);
    await context.settled();
    expect(outbox.health()).toEqual({ ready: false, pending: 0, dropped: 1 });
  });
});
