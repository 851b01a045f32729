import { createTestAppStore } from "@holdfast/appstore/testing";
import type { TestAppStore } from "@holdfast/appstore/testing";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { MAX_BODY_BYTES } from "./read-posted.ts";
import { makeApps, openNotifications, signNotification } from "./testing/test-notifications.ts";
import { createWaitingRoom } from "./waiting-room.ts";

describe("createWaitingRoom()", () => {
  test("never holds more than it may, nor more than half of it for one, and empties", () => {
    const sizes = fc.array(
      fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat({ max: 40 }), fc.boolean()),
    );
    fc.assert(
      fc.property(sizes, (visits) => {
        const room = createWaitingRoom({ maxItems: 10, maxBytes: 100 });
        const inside: { who: string; bytes: number; leave: () => void }[] = [];
        for (const [who, bytes, someoneLeaves] of visits) {
          const leave = room.enter(who, bytes);
          if (leave !== undefined) inside.push({ who, bytes, leave });
          const own = inside.filter((one) => one.who === who);
          const sum = (all: typeof inside) => all.reduce((total, one) => total + one.bytes, 0);
          expect([inside.length <= 10, sum(inside) <= 100]).toEqual([true, true]);
          expect([own.length <= 5, sum(own) <= 50]).toEqual([true, true]);
          if (someoneLeaves) inside.shift()?.leave();
        }
        for (const { leave } of inside) leave();
        expect(room.enter("a", 50)).toBeTypeOf("function");
        expect(room.enter("b", 50)).toBeTypeOf("function");
      }),
    );
  });
});

describe("what waits to be stored", () => {
  let store: TestAppStore;
  beforeAll(async () => {
    store = await createTestAppStore();
  });

  test("is bounded by its bytes: a replay padded to the limit keeps out no other app", async () => {
    const database = await openTestDatabase(SQLITE);
    const keyring = await makeApps(database, store.rootPem);
    const held = Promise.withResolvers<void>();
    const streams = { takeNews: () => held.promise };
    const waiting = { maxItems: 1000, maxBytes: 16 * MAX_BODY_BYTES };
    const { post } = openNotifications(database, keyring, { streams, waiting });
    const signedPayload = signNotification(store, { uuid: "replayed" });
    const padding = "x".repeat(MAX_BODY_BYTES - signedPayload.length - 100);
    const padded = JSON.stringify({ signedPayload, padding });
    const replays = Array.from({ length: 20 }, () => post(signedPayload, { body: padded }));
    const first = await Promise.race(replays);
    expect(first.status).toBe(503);
    const theirs = signNotification(store, {
      uuid: "theirs",
      environment: "Production",
      data: { bundleId: "com.example.other" },
      transaction: { bundleId: "com.example.other" },
    });
    const other = post(theirs, { path: "/apple/notifications/other" });
    held.resolve();
    expect((await other).status).toBe(200);
    const statuses = (await Promise.all(replays)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect(statuses.filter((status) => status === 503)).toHaveLength(12);
  });
});
