import { expect, test } from "vitest";
import type { SubscriptionNews } from "../subscribers/index.ts";
import { decideRenewal } from "./decide-renewal.ts";
import { signalsOf } from "./signals-of.ts";
import { notification, status } from "./testing/told.ts";

const DAY = 24 * 3_600_000;
const T = 1_800_000_000_000;
const END = T + 10 * DAY;

const bought = status(T + DAY, {
  transaction: { purchaseDate: END - 30 * DAY, expiresDate: END, price: 9990, currency: "USD" },
});

function renewed(at: number, price = 9990) {
  const transaction = {
    purchaseDate: at,
    expiresDate: at + 30 * DAY,
    transactionReason: "RENEWAL",
    price,
    currency: "USD",
  };
  return notification("DID_RENEW", at + 5, { transaction });
}

function refunded(at: number, name: string, more: object = {}) {
  return notification(name, at, { transaction: { purchaseDate: END, ...more } });
}

const paid = (milliunits: number) => ({ revenue: { milliunits, currency: "USD" } });

test.each([
  ["not ended yet", [bought], END - 1, { renewal: "open" }],
  ["ended, and not a word", [bought], END + 60 * DAY, { renewal: "open" }],
  ["ended long ago, and not a word", [bought], END + 61 * DAY, { renewal: "unknown" }],
  ["renewed", [bought, renewed(END)], END, { renewal: "renewed", at: END, ...paid(9990) }],
  ["renewed for nothing", [bought, renewed(END, 0)], END, { renewal: "renewed", ...paid(0) }],
  ["renewed twice", [bought, renewed(END), renewed(END + 30 * DAY, 1)], END + 31 * DAY, paid(9990)],
  [
    "billed in the end",
    [bought, notification("DID_FAIL_TO_RENEW", END), renewed(END + 9 * DAY)],
    END + 10 * DAY,
    { renewal: "renewed", at: END + 9 * DAY },
  ],
  [
    "upgraded at once",
    [
      bought,
      notification("DID_CHANGE_RENEWAL_PREF/UPGRADE", T + 5, {
        transaction: { purchaseDate: T + 4, expiresDate: T + 365 * DAY, price: 5, currency: "USD" },
      }),
    ],
    T + 9,
    { renewal: "renewed", at: T + 4, ...paid(5) },
  ],
  [
    "lapsed",
    [bought, notification("EXPIRED/VOLUNTARY", END + 5)],
    END + 6,
    { renewal: "lapsed", at: END + 5 },
  ],
  [
    "expired, as a status says",
    [bought, status(END + 9, { status: 2 })],
    END + 9,
    { renewal: "lapsed" },
  ],
  [
    "lapsed, and subscribed again",
    [bought, notification("EXPIRED/VOLUNTARY", END + 5), renewed(END + DAY)],
    END + 2 * DAY,
    { renewal: "lapsed" },
  ],
  [
    "renewed and refunded",
    [bought, renewed(END), refunded(END + 9, "REFUND")],
    END + DAY,
    { renewal: "renewed", ...paid(0) },
  ],
  [
    "renewed and refunded in part",
    [
      bought,
      renewed(END),
      refunded(END + 9, "REFUND", {
        revocationType: "REFUND_PRORATED",
        revocationPercentage: 25_000,
      }),
    ],
    END + DAY,
    paid(Math.round(9990 * 0.75)),
  ],
  [
    "renewed, refunded, and the refund taken back",
    [bought, renewed(END), refunded(END + 9, "REFUND"), refunded(END + 99, "REFUND_REVERSED")],
    END + DAY,
    paid(9990),
  ],
  ["renewed, of a period nobody knew", [renewed(END)], END, { renewal: "renewed", ...paid(9990) }],
  ["never heard of", [], T + 426 * DAY, { renewal: "open" }],
  ["never heard of in all the time there is", [], T + 427 * DAY, { renewal: "unknown" }],
] as const)("decideRenewal() of one %s", (_, news: readonly SubscriptionNews[], now, expected) => {
  const signals = news.flatMap(signalsOf);
  const decided = decideRenewal(T, signals, now);
  expect(decided).toMatchObject(expected);
  expect(decideRenewal(T, [...signals, ...signals].reverse(), now)).toEqual(decided);
  expect(decided.periodEndsAt).toBe(news[0] === bought ? END : undefined);
});
