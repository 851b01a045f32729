import { describe, expect, test } from "vitest";
import { createIdSource } from "../../storage/index.ts";
import { engines, openTestDatabase, SQLITE } from "../../storage/testing/engines.ts";
import { rememberUpload } from "../../catalog/uploaded-content.ts";
import { DEPLOYMENT_TOPICS } from "../../deployments/deployments-means.ts";
import { keepConditions } from "../../health/conditions.ts";
import type { FoundCondition } from "../../health/conditions.ts";
import { PERFORMANCE_TEST_TOPIC } from "../../performance-tests/performance-test.ts";
import { openTestPublishing } from "../../publishing/testing/test-publishing.ts";
import { insertSchedule } from "../../publishing/schedules.ts";
import { scheduleJob } from "../../publishing/index.ts";
import { REALTIME_URL_TOPIC } from "../../realtime-url/realtime-url-means.ts";
import { changesSince, latestChange } from "../../storage/index.ts";
import { EVENT_TOPICS, eventOf } from "./event-of-change.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const CHANGE = { ...PLACE, subject: "one", at: 7 };

test("EVENT_TOPICS has what other features announce under their own names", () => {
  expect(EVENT_TOPICS).toContain(REALTIME_URL_TOPIC);
  expect(EVENT_TOPICS).toContain(PERFORMANCE_TEST_TOPIC);
  expect(EVENT_TOPICS).toContain(DEPLOYMENT_TOPICS.failed);
});

test.each([
  [{ topic: REALTIME_URL_TOPIC }, "realtimeUrl.changed", { change: "one" }],
  [{ topic: REALTIME_URL_TOPIC, subject: null }, "realtimeUrl.changed", {}],
  [{ topic: PERFORMANCE_TEST_TOPIC }, "performanceTest.finished", { performanceTest: "one" }],
  [{ topic: DEPLOYMENT_TOPICS.failed }, "publication.failed", { deployment: "one" }],
  [{ topic: "apple-image.approved" }, "image.approved", { identifier: "one" }],
] as const)("eventOf() makes of %o the event %s", async (change, kind, data) => {
  const { queries } = await openTestDatabase(SQLITE);
  const event = await eventOf(queries, { ...CHANGE, ...change });
  expect(event).toEqual({ ...PLACE, kind, at: 7, data });
});

test.each([
  ["of another topic", { topic: "app" }],
  ["of all apps", { topic: REALTIME_URL_TOPIC, app: null }],
  ["of no environment", { topic: REALTIME_URL_TOPIC, environment: null }],
  ["of a publication that is gone", { topic: "publication", subject: "9" }],
  ["of a publication nobody can know", { topic: "publication", subject: "x" }],
  ["of a stop list that is gone", { topic: "stopList" }],
  ["of a schedule that is gone", { topic: "publication-schedule.failed" }],
  ["of a condition that is gone", { topic: "condition.began" }],
])("eventOf() makes nothing of a change %s", async (_, change) => {
  const { queries } = await openTestDatabase(SQLITE);
  expect(await eventOf(queries, { ...CHANGE, ...change })).toBeUndefined();
});

describe.each(await engines())("on $name", (engine) => {
  test("eventOf() names a message as it was uploaded", async () => {
    const { database } = await openTestPublishing(await openTestDatabase(engine));
    const upload = { kind: "message", identifier: "one", name: "stay", locale: "en-US" } as const;
    await rememberUpload(database.queries, PLACE, upload);
    const change = { ...CHANGE, topic: "apple-message.rejected" };
    expect(await eventOf(database.queries, change)).toMatchObject({
      kind: "message.rejected",
      data: { identifier: "one", name: "stay", locale: "en-US" },
    });
  });

  test("eventOf() tells of a schedule that failed, and why", async () => {
    const control = await openTestPublishing(await openTestDatabase(engine));
    const { database, means } = control;
    const from = await latestChange(database.queries);
    await database.transaction((transaction) =>
      insertSchedule(
        { ...transaction, audit: () => Promise.resolve() },
        { ...PLACE, id: "late", version: 9, publishAt: 1, createdBy: "kim", createdAt: 1 },
      ),
    );
    const { signal } = new AbortController();
    const payload = { schedule: "late" };
    await scheduleJob(means).run({ id: "job", payload, attempt: 1, signal });
    const { changes } = await changesSince(database.queries, from, { topics: EVENT_TOPICS });
    const events = await Promise.all(changes.map((change) => eventOf(database.queries, change)));
    expect(events).toMatchObject([
      { kind: "publication.failed", data: { schedule: "late", version: 9, problem: "NOT_FOUND" } },
    ]);
  });

  test("eventOf() tells of a condition, of one environment or of both", async () => {
    const { database } = await openTestPublishing(await openTestDatabase(engine));
    const from = await latestChange(database.queries);
    const name = { app: "yoga", subject: "", state: "standing" } as const;
    const found: readonly FoundCondition[] = [
      { ...name, kind: "apple.silent", environment: "production", details: { lastRequestAt: 3 } },
      { ...name, kind: "runtime.lost", environment: "both", details: { runtime: "r" } },
    ];
    await database.transaction((transaction) =>
      keepConditions(transaction, found, { ids: createIdSource(), now: 1 }),
    );
    const { changes } = await changesSince(database.queries, from, { topics: EVENT_TOPICS });
    const events = await Promise.all(changes.map((change) => eventOf(database.queries, change)));
    expect(events).toMatchObject([
      { kind: "apple.silent", environment: "production", data: { lastRequestAt: 3 } },
      { kind: "runtime.lost", data: { runtime: "r" } },
    ]);
    expect(events[1]).not.toHaveProperty("environment");
  });
});
