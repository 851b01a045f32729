import { createTestAppStore } from "@holdfast/appstore/testing";
import { expect, test } from "vitest";
import { openTestDatabaseAt, SQLITE } from "../../storage/testing/engines.ts";
import { startReceiver } from "../../webhooks/testing/receiver.ts";
import { runForwardingChild } from "../testing/killed-forwarding.ts";
import { newsTold } from "../testing/noted-news.ts";
import { makeApps, SANDBOX, signNotification } from "../testing/test-notifications.ts";
import { insertForward } from "./forwards.ts";

const UUIDS = ["one", "two", "three"];

const AFTER_THE_END = Number.MAX_SAFE_INTEGER;

/**
 * The points every run has: before and after the transactions that store each, and after all is posted the
 * first that writes that down; how many of the latter there are, the posts' ends decide.
 */
const POINTS = 2 * UUIDS.length + 2;

/** How many of them a process is killed at, evenly. */
const KILLS = process.env["HOLDFAST_EVERY_POINT"] === "1" ? POINTS : 3;

test("what was taken by a process that is killed is told once and passed on at least once", async () => {
  const store = await createTestAppStore();
  const signedPayloads = UUIDS.map((uuid) => signNotification(store, { uuid }));

  async function begin() {
    const place = await SQLITE.migratedPlace();
    if (place.engine !== "sqlite") throw new Error("expected SQLite's place");
    const receiver = await startReceiver();
    const database = await openTestDatabaseAt(place);
    await makeApps(database, store.rootPem);
    const forward = { id: "forward", ...SANDBOX, url: receiver.url, created_at: 0 };
    await insertForward(database.queries, forward);
    await database.close();
    return { place, receiver, task: { directory: place.directory, signedPayloads } };
  }

  for (let kill = 0; kill < KILLS; kill += 1) {
    const killAt = Math.floor(((kill + 0.5) * POINTS) / KILLS);
    const { place, receiver, task } = await begin();
    const killed = await runForwardingChild({ ...task, killAt });
    expect(killed, `killed at ${killAt}`).toMatchObject({ signal: "SIGKILL", stderr: "" });
    const again = await runForwardingChild({ ...task, killAt: AFTER_THE_END });
    expect(again, `killed at ${killAt}`).toMatchObject({ signal: null, stderr: "" });
    const database = await openTestDatabaseAt(place);
    expect(await newsTold(database)).toEqual(UUIDS.toSorted());
    const bodies = new Set(receiver.posts.map(({ body }) => body));
    expect(bodies).toEqual(
      new Set(signedPayloads.map((signedPayload) => JSON.stringify({ signedPayload }))),
    );
    const left = await database.queries.selectFrom("notification_bodies").selectAll().execute();
    expect(left).toEqual([]);
    await database.close();
  }
});
