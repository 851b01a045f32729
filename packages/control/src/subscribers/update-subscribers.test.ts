import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "../storage/create-database.ts";
import { engines, openTestDatabase, openTestDatabaseAt } from "../storage/testing/engines.ts";
import { writeAttributes } from "./attributes/write-attributes.ts";
import { eraseStored } from "./erase-stored.ts";
import { readStored, readSubscriberState } from "./state/read-stored.ts";
import type { SubscriptionNews } from "./subscription-news.ts";
import { arbitraryNews, BEGUN_AT, newsOf } from "./testing/arbitrary-news.ts";
import { TEST_IDS } from "./testing/test-ids.ts";
import { updateSubscribers } from "./update-subscribers.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const DAY_MS = 86_400_000;

async function take(database: StorageDatabase, news: readonly SubscriptionNews[]): Promise<void> {
  await database.transaction((transaction) =>
    updateSubscribers(transaction, PLACE, news, TEST_IDS),
  );
}

/** Everything that is stored, but for what is sealed anew each time. */
async function storedRows({ queries }: StorageDatabase) {
  const columns = ["pseudonym", "account_hash", "facts", "first_seen_at", "updated_at"] as const;
  return {
    subscribers: await queries
      .selectFrom("subscribers")
      .select([...columns])
      .orderBy("pseudonym")
      .execute(),
    owners: await queries
      .selectFrom("transaction_owners")
      .selectAll()
      .orderBy("transaction_hash")
      .execute(),
  };
}

async function forget({ queries }: StorageDatabase): Promise<void> {
  await queries.deleteFrom("subscribers").execute();
  await queries.deleteFrom("transaction_owners").execute();
}

function period(index: number, rest: Partial<SubscriptionNews> = {}): SubscriptionNews {
  const purchaseDate = BEGUN_AT + index * 30 * DAY_MS;
  return newsOf("100", {
    signedDate: purchaseDate,
    transaction: {
      transactionId: index === 0 ? "100" : `100${index}`,
      originalTransactionId: "100",
      productId: "plain.monthly",
      purchaseDate,
      expiresDate: purchaseDate + 30 * DAY_MS,
      price: 9990,
      currency: "USD",
      storefront: "USA",
    },
    ...rest,
  });
}

describe.each(await engines())("on $name", (engine) => {
  test("updateSubscribers() leaves the same rows whatever the order, the batches and the repetitions", async () => {
    const database = await openTestDatabase(engine);
    const batches = fc
      .array(arbitraryNews, { minLength: 1, maxLength: 10 })
      .chain((news) =>
        fc.tuple(
          fc.constant(news),
          fc.shuffledSubarray([...news, ...news], { minLength: news.length * 2 }),
          fc.integer({ min: 1, max: 5 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(batches, async ([inOrder, disordered, size]) => {
        await forget(database);
        await take(database, inOrder);
        const expected = await storedRows(database);
        await forget(database);
        for (let from = 0; from < disordered.length; from += size) {
          await take(database, disordered.slice(from, from + size));
        }
        expect(await storedRows(database)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test("two who merge the same subscriptions at once lose nothing", async () => {
    const place = await engine.migratedPlace();
    const database = await openTestDatabaseAt(place);
    // SQLite has one writing process; PostgreSQL's replicas have connections of their own.
    const replica = place.engine === "postgres" ? await openTestDatabaseAt(place) : database;
    const news = Array.from({ length: 12 }, (_, index) => period(index));
    await Promise.all(news.map((one, index) => take(index % 2 === 0 ? database : replica, [one])));
    const stored = await readStored(database.queries, PLACE, TEST_IDS.pseudonymOf("100"));
    expect(Object.keys(stored?.facts?.transactions ?? {})).toHaveLength(12);
    const state = await readSubscriberState(database.queries, PLACE, {
      pseudonym: TEST_IDS.pseudonymOf("100"),
      now: BEGUN_AT + 345 * DAY_MS,
    });
    expect(state).toMatchObject({
      attributes: { "subscription.paidPeriods": 12, price: 9.99, storefront: "USA" },
      subscriptionStartedAt: BEGUN_AT,
    });
  });

  test("what the team said of a transaction goes to the subscription it turns out to be of", async () => {
    const database = await openTestDatabase(engine);
    const [owner, pseudonym] = [TEST_IDS.pseudonymOf("1001"), TEST_IDS.pseudonymOf("100")];
    await writeAttributes(database.queries, PLACE, [
      { owner, name: "cohort", value: "spring", setAt: 5 },
      { owner, name: "usage", value: 3, setAt: 5, expiresAt: BEGUN_AT + 90 * DAY_MS },
      { owner: pseudonym, name: "usage", value: 4, setAt: 6 },
    ]);
    await take(database, [period(0), period(1)]);
    const key = { pseudonym, now: BEGUN_AT + 31 * DAY_MS };
    const state = await readSubscriberState(database.queries, PLACE, key);
    expect(state?.attributes).toMatchObject({
      "attributes.cohort": "spring",
      "attributes.usage": 4,
    });
    expect(await readStored(database.queries, PLACE, owner)).toBeUndefined();
  });

  test("eraseStored() leaves nothing of the subscription, and everything of others", async () => {
    const database = await openTestDatabase(engine);
    const other = newsOf("200", {
      signedDate: BEGUN_AT,
      transaction: {
        transactionId: "200",
        originalTransactionId: "200",
        productId: "plain.monthly",
        purchaseDate: BEGUN_AT,
        expiresDate: BEGUN_AT + DAY_MS,
      },
    });
    await take(database, [period(0), period(1), other]);
    const [owner, othersName] = [TEST_IDS.pseudonymOf("100"), TEST_IDS.pseudonymOf("200")];
    await writeAttributes(database.queries, PLACE, [
      { owner, name: "usage", value: 1, setAt: 1 },
      { owner: othersName, name: "usage", value: 1, setAt: 1 },
    ]);
    const erased = await database.transaction((transaction) =>
      eraseStored(transaction, { ...PLACE, pseudonyms: [owner], now: 0 }),
    );
    expect(erased).toEqual({
      state: 1,
      transactions: 2,
      history: 0,
      attributes: 1,
      accountAttributes: 0,
    });
    const { subscribers, owners } = await storedRows(database);
    expect(subscribers.map(({ pseudonym }) => pseudonym)).toEqual([othersName]);
    expect(owners.map(({ pseudonym }) => pseudonym)).toEqual([othersName]);
    expect(await readStored(database.queries, PLACE, owner)).toBeUndefined();
    expect(await readStored(database.queries, PLACE, othersName)).toBeDefined();
  });
});
