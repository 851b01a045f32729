import { describe, expect, test } from "vitest";
import { addKnownKeys, setUpKeys } from "../keys/testing/test-keys.ts";
import type { KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { changesSince, latestChange } from "../storage/index.ts";
import { engines } from "../storage/testing/engines.ts";
import { createAppleContentFeature } from "./apple-content-feature.ts";
import { listRejectedMessages, readPoll, readReviewStates, reviewJob } from "./index.ts";
import { pollReviews } from "./poll-reviews.ts";

const NEVER = new AbortController().signal;
const PRODUCTION = { app: "yoga", environment: "production" } as const;
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const MESSAGE = "0b7e3b0e-0000-4000-8000-000000000001";
const OTHER = "0b7e3b0e-0000-4000-8000-000000000002";
const TEXT = { header: "Stay", body: "Please stay." };

async function setUp(options: KeysSettingOptions = {}) {
  let now = 1_795_000_000_000;
  const setting = await setUpKeys({
    ...options,
    now: () => now,
    features: ({ database, clients }) => [createAppleContentFeature({ database, clients })],
  });
  await addKnownKeys(setting);
  const { database, clients } = setting;
  const pollOptions = { database, clients, now: () => now };
  const cursor = await latestChange(database.queries);
  return {
    ...setting,
    pollOptions,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    poll: (place: typeof PRODUCTION | typeof SANDBOX) => pollReviews(place, pollOptions, NEVER),
    /** What was announced since the beginning. */
    announced: async (): Promise<readonly string[]> => {
      const { changes } = await changesSince(database.queries, cursor, { app: "yoga" });
      return changes.map(({ topic, environment, subject }) =>
        [topic, environment, subject].join(" "),
      );
    },
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("pollReviews() follows a message from upload to rejection, and says so once", async () => {
    const { poll, announced, emulator, database } = await setUp({ engine });
    emulator.uploadMessage(PRODUCTION, MESSAGE, TEXT);
    await expect(readReviewStates(database.queries, PRODUCTION)).resolves.toBeUndefined();
    await expect(poll(PRODUCTION)).resolves.toBe(true);
    const from = await announced();
    expect(from).toContain(`apple-message.changed production ${MESSAGE}`);
    emulator.reviewMessage(PRODUCTION, MESSAGE, "APPROVED");
    await poll(PRODUCTION);
    emulator.reviewMessage(PRODUCTION, MESSAGE, "REJECTED");
    await poll(PRODUCTION);
    await poll(PRODUCTION);
    expect((await announced()).slice(from.length)).toEqual([
      `apple-message.approved production ${MESSAGE}`,
      `apple-message.rejected production ${MESSAGE}`,
    ]);
    await expect(listRejectedMessages(database.queries, PRODUCTION)).resolves.toEqual([MESSAGE]);
    await expect(listRejectedMessages(database.queries, SANDBOX)).resolves.toEqual([]);
    const states = await readReviewStates(database.queries, PRODUCTION);
    expect(states?.messages).toMatchObject({ [MESSAGE]: "REJECTED" });
  });

  test("pollReviews() keeps the environments apart, and tells what is gone", async () => {
    const { poll, announced, emulator, database, wait } = await setUp({ engine });
    emulator.uploadMessage(SANDBOX, MESSAGE, TEXT);
    emulator.uploadMessage(PRODUCTION, OTHER, TEXT);
    await poll(SANDBOX);
    await poll(PRODUCTION);
    const sandbox = await readReviewStates(database.queries, SANDBOX);
    expect(sandbox?.messages).toMatchObject({ [MESSAGE]: "APPROVED" });
    expect(sandbox?.messages).not.toHaveProperty(OTHER);
    emulator.deleteMessage(SANDBOX, MESSAGE);
    wait(1);
    await poll(SANDBOX);
    expect((await announced()).at(-1)).toBe(`apple-message.gone sandbox ${MESSAGE}`);
    const after = await readReviewStates(database.queries, SANDBOX);
    expect(after?.messages).not.toHaveProperty(MESSAGE);
  });

  test("pollReviews() changes nothing where Apple does not answer, and writes down why", async () => {
    const { poll, emulator, database, wait } = await setUp({ engine });
    await poll(PRODUCTION);
    const before = await readReviewStates(database.queries, PRODUCTION);
    const { seen_at } = (await readPoll(database.queries, PRODUCTION)) ?? {};
    wait(1000);
    emulator.faults.set([{ kind: "status", status: 500, times: 1 }]);
    await expect(poll(PRODUCTION)).resolves.toBe(false);
    await expect(readReviewStates(database.queries, PRODUCTION)).resolves.toEqual(before);
    await expect(readPoll(database.queries, PRODUCTION)).resolves.toMatchObject({
      seen_at,
      asked_at: (seen_at ?? 0) + 1000,
      problem_code: "APPLE_FAILED",
    });
    await expect(poll(PRODUCTION)).resolves.toBe(true);
    await expect(readPoll(database.queries, PRODUCTION)).resolves.toMatchObject({
      problem_code: null,
    });
  });

  test("reviewJob() asks for each app and environment when it is due, and not before", async () => {
    const { pollOptions, emulator, wait } = await setUp({ engine });
    const job = reviewJob({ ...pollOptions, everyMs: { production: 60_000, sandbox: 120_000 } });
    const run = async () => {
      emulator.requestLog.clear();
      await job.run({ id: "1", payload: null, attempt: 1, signal: NEVER });
      return emulator.requestLog.list().map(({ operation }) => operation);
    };
    await expect(run()).resolves.toHaveLength(4);
    await expect(run()).resolves.toEqual([]);
    wait(60_000);
    await expect(run()).resolves.toHaveLength(2);
    wait(60_000);
    await expect(run()).resolves.toHaveLength(4);
  });
});

test("listMessages and listImages show what Apple has, by state and page by page", async () => {
  const { poll, emulator, control } = await setUp();
  const path = "/v1/apps/yoga/environments/production";
  emulator.uploadMessage(PRODUCTION, MESSAGE, TEXT);
  emulator.uploadMessage(PRODUCTION, OTHER, TEXT);
  emulator.reviewMessage(PRODUCTION, OTHER, "REJECTED");
  const before = await control.call(`GET ${path}/messages`);
  expect(before.body).toEqual({ items: [] });
  await poll(PRODUCTION);
  const first = await control.call(`GET ${path}/messages?limit=2`);
  expect(first.body["items"]).toMatchObject([
    { messageIdentifier: MESSAGE, messageState: "PENDING", seenAt: 1_795_000_000_000 },
    { messageIdentifier: OTHER, messageState: "REJECTED" },
  ]);
  const next = String(first.body["nextCursor"]);
  const second = await control.call(`GET ${path}/messages?limit=2&cursor=${next}`);
  expect(second.body["items"]).toHaveLength(1);
  const rejected = await control.call(`GET ${path}/messages?state=REJECTED`);
  expect(rejected.body["items"]).toMatchObject([{ messageIdentifier: OTHER }]);
  await expect(control.call(`GET ${path}/images`)).resolves.toMatchObject({ body: { items: [] } });
  await expect(control.call(`GET ${path}/content-usage`)).resolves.toMatchObject({
    body: { messages: 3, maxMessages: 2000, images: 0, maxImages: 2000 },
  });
  await expect(
    control.call("GET /v1/apps/none/environments/production/messages"),
  ).resolves.toMatchObject({ status: 404 });
});
