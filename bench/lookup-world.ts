import { openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import { openSqliteForWriting } from "../packages/control/src/storage/engines/sqlite/sqlite-file.ts";
import { factsOfNews } from "../packages/control/src/subscribers/facts/facts-of-news.ts";
import { mergeFacts } from "../packages/control/src/subscribers/facts/merge-facts.ts";
import { NO_FACTS } from "../packages/control/src/subscribers/facts/subscription-facts.ts";
import type { SubscriptionFacts } from "../packages/control/src/subscribers/facts/subscription-facts.ts";
import type { SubscriptionNews } from "../packages/control/src/subscribers/subscription-news.ts";
import { TEST_IDS } from "../packages/control/src/subscribers/testing/test-ids.ts";

/** Where the subscribers of benchmarks are. */
export const PLACE = { app: "yoga", environment: "production" } as const;

const DAY_MS = 86_400_000;

/** When their subscriptions began. */
const BEGUN_AT = Date.UTC(2026, 0, 1);

/** How much news there is of each subscriber: a purchase, renewals, and a cancellation. */
export const NEWS_EACH = 10;

/** Returns how the subscription with a number is called. */
export function pseudonymAt(subscriber: number): string {
  return TEST_IDS.pseudonymOf(idOf(subscriber));
}

function idOf(subscriber: number): string {
  return String(2_000_000_000_000_000 + subscriber * NEWS_EACH);
}

/**
 * Returns news by its number, in the order in which it happened: the first of all subscribers, the second of
 * all, and so on.
 */
export function newsAt(index: number, subscribers: number): SubscriptionNews {
  const subscriber = index % subscribers;
  const round = Math.floor(index / subscribers);
  return newsOf(subscriber, round);
}

function newsOf(subscriber: number, round: number): SubscriptionNews {
  const originalTransactionId = idOf(subscriber);
  const isCancellation = round === NEWS_EACH - 1;
  const period = isCancellation ? round - 1 : round;
  const purchaseDate = BEGUN_AT + period * 30 * DAY_MS;
  const signedDate = purchaseDate + (isCancellation ? DAY_MS : 0) + (subscriber % 1000);
  const pseudonym = TEST_IDS.pseudonymOf(originalTransactionId);
  return {
    pseudonym,
    sealedId: TEST_IDS.seal(PLACE, pseudonym, originalTransactionId),
    source: "notification",
    signedDate,
    status: 1,
    notification: {
      notificationUUID: `${subscriber}-${round}`,
      notificationType: isCancellation ? "DID_CHANGE_RENEWAL_STATUS" : "DID_RENEW",
    },
    transaction: {
      transactionId: String(Number(originalTransactionId) + period),
      originalTransactionId,
      productId: "yoga.monthly",
      type: "Auto-Renewable Subscription",
      purchaseDate,
      expiresDate: purchaseDate + 30 * DAY_MS,
      signedDate,
      price: 9990,
      currency: "USD",
      storefront: "USA",
      inAppOwnershipType: "PURCHASED",
      transactionReason: period === 0 ? "PURCHASE" : "RENEWAL",
    },
    renewalInfo: {
      originalTransactionId,
      productId: "yoga.monthly",
      autoRenewProductId: "yoga.monthly",
      autoRenewStatus: isCancellation ? 0 : 1,
      renewalPrice: 9990,
      recentSubscriptionStartDate: BEGUN_AT,
      signedDate,
    },
  };
}

/** How many of a subscriber's news the rows of {@link fillSubscribers} hold. */
const FILLED_NEWS = 4;

/** What is known of the subscriber 0, merged as it is anywhere. */
function factsOfFirst(): SubscriptionFacts {
  let facts = NO_FACTS;
  for (let round = 0; round < FILLED_NEWS; round += 1) {
    facts = mergeFacts(facts, factsOfNews(newsOf(0, round), TEST_IDS));
  }
  return facts;
}

/** The same facts with another subscriber's transactions: merging a million would take longer than all else. */
function factsLike(facts: SubscriptionFacts, subscriber: number): SubscriptionFacts {
  const first = Number(idOf(subscriber));
  const transactions = Object.fromEntries(
    Object.values(facts.transactions).map((transaction, period) => [
      TEST_IDS.transactionHashOf(String(first + period)),
      transaction,
    ]),
  );
  return { ...facts, transactions };
}

/** Makes a database with so many subscribers, each with a history and an attribute, and closes it. */
export async function fillSubscribers(directory: string, subscribers: number): Promise<void> {
  await (await openDatabase({ engine: "sqlite", directory })).close();
  const file = openSqliteForWriting(`${directory}/holdfast.db`);
  file.pragma("synchronous = OFF");
  const where = [PLACE.app, PLACE.environment];
  const addSubscriber = file.prepare("insert into subscribers values (?, ?, ?, ?, null, ?, ?, ?)");
  const addHistory = file.prepare("insert into subscriber_histories values (?, ?, ?, ?)");
  const addAttribute = file.prepare(
    "insert into subscriber_attributes values (?, ?, ?, ?, ?, ?, null)",
  );
  const exposures = JSON.stringify({
    rules: {
      winback: { recent: [[BEGUN_AT, 180 * DAY_MS]], offers: { "yoga.monthly/STAY": BEGUN_AT } },
    },
    offers: { "yoga.monthly/STAY": { count: 1, firstAt: BEGUN_AT, lastAt: BEGUN_AT } },
  });
  // In the order of their keys pages are written once.
  const numbers = Array.from({ length: subscribers }, (_, index) => index)
    .map((number) => [pseudonymAt(number), number] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const facts = factsOfFirst();
  file.exec("begin");
  for (const [pseudonym, number] of numbers) {
    const sealedId = TEST_IDS.seal(PLACE, pseudonym, idOf(number));
    const content = JSON.stringify(factsLike(facts, number));
    addSubscriber.run(...where, pseudonym, sealedId, content, BEGUN_AT, BEGUN_AT);
    addHistory.run(...where, pseudonym, exposures);
    addAttribute.run(...where, pseudonym, "plan_usage", "12", BEGUN_AT);
  }
  file.exec("commit");
  file.pragma("wal_checkpoint(TRUNCATE)");
  file.close();
}

/** Returns every subscriber's stored facts in one hashable text each, in the order of their keys. */
export async function* storedFacts({ queries }: Database): AsyncGenerator<string> {
  let after = "";
  for (;;) {
    const rows = await queries
      .selectFrom("subscribers")
      .select(["pseudonym", "facts", "first_seen_at", "updated_at"])
      .where("app", "=", PLACE.app)
      .where("environment", "=", PLACE.environment)
      .where("pseudonym", ">", after)
      .orderBy("pseudonym")
      .limit(1000)
      .execute();
    for (const row of rows) yield JSON.stringify(row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.pseudonym;
  }
}
