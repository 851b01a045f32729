import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NO_EXPOSURES } from "../history/subscription-exposures.ts";
import { deriveState } from "../state/derive-state.ts";
import { arbitraryNews, BEGUN_AT, newsOf } from "../testing/arbitrary-news.ts";
import { TEST_IDS } from "../testing/test-ids.ts";
import { factsOfNews } from "./facts-of-news.ts";
import { MAX_TRANSACTIONS, mergeFacts } from "./merge-facts.ts";
import { NO_FACTS } from "./subscription-facts.ts";
import type { SubscriptionFacts } from "./subscription-facts.ts";

const facts = arbitraryNews.map((news) => factsOfNews(news, TEST_IDS));

function join(all: readonly SubscriptionFacts[]): SubscriptionFacts {
  return all.reduce(mergeFacts, NO_FACTS);
}

test("mergeFacts() is commutative, associative and idempotent, to the byte", () => {
  fc.assert(
    fc.property(facts, facts, facts, (a, b, c) => {
      const text = JSON.stringify;
      expect(text(mergeFacts(a, b))).toBe(text(mergeFacts(b, a)));
      expect(text(mergeFacts(mergeFacts(a, b), c))).toBe(text(mergeFacts(a, mergeFacts(b, c))));
      const both = mergeFacts(a, b);
      expect(text(mergeFacts(both, both))).toBe(text(both));
      expect(text(mergeFacts(both, a))).toBe(text(both));
    }),
    { numRuns: 300 },
  );
});

test("the same news in any order, and twice, gives the same state at any time", () => {
  const shuffled = fc
    .array(facts, { minLength: 2, maxLength: 12 })
    .chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        fc.nat({ max: 200 }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([inOrder, disordered, days]) => {
      const stateOf = (merged: SubscriptionFacts) =>
        deriveState(
          { pseudonym: "p", facts: merged, exposures: NO_EXPOSURES, attributes: [] },
          BEGUN_AT + days * 86_400_000,
        );
      expect(join(disordered)).toEqual(join(inOrder));
      expect(stateOf(join(disordered))).toEqual(stateOf(join(inOrder)));
    }),
  );
});

test("keeps the newest transactions of too many, whatever order they come in", () => {
  const count = MAX_TRANSACTIONS + 5;
  const each = Array.from({ length: count }, (_, index) =>
    factsOfNews(
      newsOf("100", {
        signedDate: BEGUN_AT,
        transaction: {
          transactionId: `100${index}`,
          originalTransactionId: "100",
          productId: "plain.weekly",
          purchaseDate: BEGUN_AT + index,
          expiresDate: BEGUN_AT + index + 1,
        },
      }),
      TEST_IDS,
    ),
  );
  // Halves first: merging one by one would be quadratic here.
  const halves = (all: readonly SubscriptionFacts[]): SubscriptionFacts =>
    all.length <= 1
      ? join(all)
      : mergeFacts(halves(all.slice(0, all.length / 2)), halves(all.slice(all.length / 2)));
  const merged = halves(each);
  expect(halves(each.toReversed())).toEqual(merged);
  expect(merged.isCut).toBe(true);
  const purchases = Object.values(merged.transactions).map(({ purchaseDate }) => purchaseDate);
  expect(purchases.length).toBe(MAX_TRANSACTIONS);
  expect(Math.min(...purchases)).toBe(BEGUN_AT + 5);
});

test.each([
  ["a cancellation", { autoRenewStatus: 0 }, { autoRenewStatus: 1 }],
  ["a redemption", { renewalPrice: 5000 }, { renewalPrice: 9990 }],
  ["a failed charge", { isInBillingRetryPeriod: true }, { isInBillingRetryPeriod: false }],
])("%s holds over the renewal that was signed in the same millisecond", (_, after, before) => {
  const [one, other] = [after, before].map((renewalInfo) =>
    factsOfNews(newsOf("100", { signedDate: BEGUN_AT, renewalInfo }), TEST_IDS),
  );
  expect(join([one ?? NO_FACTS, other ?? NO_FACTS]).renewal).toMatchObject(after);
  expect(join([other ?? NO_FACTS, one ?? NO_FACTS]).renewal).toMatchObject(after);
});
