import { subscriberKey } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { createSubscriptionStreams } from "../../control/subscription-streams.ts";
import { SYSTEM_TIMES } from "../../jobs/index.ts";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { BEGUN_AT, newsOf } from "../../subscribers/testing/arbitrary-news.ts";
import { TEST_IDS } from "../../subscribers/testing/test-ids.ts";
import { openTestWorkers } from "../testing/test-workers.ts";
import { readStatesProgress } from "./states-progress.ts";
import { workerStatesJob } from "./states-job.ts";
import { SETTLED_MS } from "./testing/test-target.ts";

const PLACE = { app: "yoga", environment: "production" } as const;

async function open(engine: TestEngine) {
  const database = await openTestDatabase(engine);
  const workers = await openTestWorkers(database);
  const { now } = workers.means;
  const streams = createSubscriptionStreams({ now, idsOf: () => Promise.resolve(TEST_IDS) });
  const job = workerStatesJob({ ...workers.means, times: { ...SYSTEM_TIMES, now } });
  const run = (): Promise<void> =>
    job.run({ id: "job", payload: null, attempt: 1, signal: new AbortController().signal });
  return {
    ...workers,
    run,
    progress: () => readStatesProgress(database.queries, PLACE.app),
    /** Has Apple tell of a subscription; returns the key of its state. */
    async tell(id: string) {
      const transaction = {
        transactionId: id,
        originalTransactionId: id,
        productId: "plain.monthly",
        purchaseDate: BEGUN_AT,
        expiresDate: BEGUN_AT + 1,
        storefront: "USA",
      };
      const news = [newsOf(id, { signedDate: BEGUN_AT, transaction })];
      await database.transaction((inside) => streams.takeNews(inside, PLACE, news));
      return subscriberKey(PLACE, TEST_IDS.pseudonymOf(id));
    },
    /** Until those are written that were there before. */
    async settle() {
      await run();
      workers.clock.aheadMs += SETTLED_MS;
      await run();
    },
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("states reach the namespace that an app is connected to, and the next one", async () => {
    const stage = await open(engine);
    const { cloudflare, namespaceId } = stage;
    const before = await stage.tell("100");
    await stage.connect();
    await stage.settle();
    expect(stage.keys()).toEqual([before]);
    const after = await stage.tell("200");
    await stage.run();
    expect(JSON.parse(cloudflare.value(namespaceId, after) ?? "")).toMatchObject({
      attributes: { storefront: "USA" },
    });
    const other = cloudflare.addNamespace("another");
    await stage.connect(other);
    await stage.settle();
    expect(cloudflare.keys(other)).toEqual([before, after].toSorted());
    expect(await stage.progress()).toMatchObject({ pending: 0, written: 2 });
  });

  test("a new token for the same namespace writes nothing again", async () => {
    const stage = await open(engine);
    await stage.tell("100");
    await stage.connect();
    await stage.settle();
    const writes = stage.writes();
    await stage.connect();
    await stage.settle();
    expect(stage.writes()).toBe(writes);
    expect(await stage.progress()).toMatchObject({ pending: 0, written: 1 });
  });

  test("what cannot be written for want of its token waits, and is said", async () => {
    const stage = await open(engine);
    await stage.connect();
    await stage.settle();
    await stage.tell("100");
    const { queries } = stage.means.database;
    // Its token is another one's.
    await queries.updateTable("workers_targets").set({ id: "workers_other" }).execute();
    await stage.run();
    expect(await stage.progress()).toMatchObject({ pending: 1, problem: "SECRET_NOT_FOUND" });
  });
});
