import { describe, expect, test } from "vitest";
import { openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { changesSince, createIdSource, latestChange } from "../storage/index.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { CONDITION_TOPIC, findCondition, keepConditions, listStanding } from "./conditions.ts";
import type { FoundCondition } from "./conditions.ts";

const SILENT: FoundCondition = {
  kind: "apple.silent",
  app: "yoga",
  environment: "production",
  subject: "",
  state: "standing",
  details: { lastRequestAt: 1 },
};
const LOST: FoundCondition = {
  ...SILENT,
  kind: "runtime.lost",
  environment: "both",
  subject: "one",
};
const DAY_MS = 24 * 3_600_000;

describe.each(await engines())("on $name", (engine) => {
  async function open() {
    const { database } = await openTestPublishing(await openTestDatabase(engine));
    const from = await latestChange(database.queries);
    const ids = createIdSource();
    return {
      queries: database.queries,
      look: (found: readonly FoundCondition[], now = 1) =>
        database.transaction((transaction) => keepConditions(transaction, found, { ids, now })),
      announced: async () =>
        (await changesSince(database.queries, from, { topics: [CONDITION_TOPIC] })).changes,
      standing: async () => (await listStanding(database.queries)).map(({ kind }) => kind),
    };
  }

  test("keepConditions() announces what begins, once for as long as it stands", async () => {
    const { look, announced, standing, queries } = await open();
    await look([SILENT, LOST]);
    await look([SILENT, { ...LOST, details: { other: 1 } }], 2);
    expect(await standing()).toEqual(["apple.silent", "runtime.lost"]);
    const changes = await announced();
    expect(changes).toMatchObject([
      { app: "yoga", environment: "production" },
      { app: "yoga", environment: null },
    ]);
    const { state: _state, ...name } = SILENT;
    const id = changes[0]?.subject ?? "";
    expect(await findCondition(queries, id)).toEqual({ ...name, id, beganAt: 1 });
  });

  test("keepConditions() ends what is not found any more, and announces it when it comes again", async () => {
    const { look, announced, standing } = await open();
    await look([SILENT, LOST]);
    await look([LOST], 2);
    expect(await standing()).toEqual(["runtime.lost"]);
    await look([SILENT, LOST], 3);
    expect(await standing()).toEqual(["runtime.lost", "apple.silent"]);
    expect(await announced()).toHaveLength(3);
  });

  test("keepConditions() lets what cannot be told stand if it stood, and not begin", async () => {
    const { look, announced, standing } = await open();
    const unknown = { ...SILENT, state: "unknown" } as const;
    await look([unknown]);
    expect(await standing()).toEqual([]);
    await look([SILENT]);
    await look([unknown]);
    expect(await standing()).toEqual(["apple.silent"]);
    expect(await announced()).toHaveLength(1);
  });

  test("keepConditions() tells one of each subject apart, and forgets what ended 30 days ago", async () => {
    const { look, standing, queries } = await open();
    await look([LOST, { ...LOST, subject: "two" }]);
    expect(await standing()).toHaveLength(2);
    await look([], 2);
    const all = () => queries.selectFrom("conditions").select("id").execute();
    await look([], 30 * DAY_MS);
    expect(await all()).toHaveLength(2);
    await look([], 30 * DAY_MS + 3);
    expect(await all()).toEqual([]);
  });

  test("keepConditions() lets one begin once when two look at the same time", async () => {
    const { look, announced } = await open();
    await Promise.all([look([SILENT]), look([SILENT]), look([SILENT])]);
    expect(await announced()).toHaveLength(1);
  });
});
