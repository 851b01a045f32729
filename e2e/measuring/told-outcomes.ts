import type { CancelSheetView, PopulationEvent, Subscription } from "@holdfast/emulator";
import { traitsOf } from "@holdfast/emulator";
import { EXPERIMENT, MESSAGE } from "./measured-app.ts";

/** What the App Store's subscribers did, told without anything of Holdfast's. */
export interface ToldArm {
  /** The unit and the arm, like `experiment:stay switch`. */
  readonly name: string;
  /** Each subscription once. */
  readonly subscriptions: readonly ToldSubscription[];
}

/** A subscription's first page, and what came of it. */
export interface ToldSubscription {
  readonly view: CancelSheetView;
  readonly outcome: "kept" | "cancelled" | "redeemed" | "switched";
}

const NAMES: Readonly<Record<string, string>> = {
  [MESSAGE.plain]: `${EXPERIMENT} control`,
  [MESSAGE.switching]: `${EXPERIMENT} switch`,
  [MESSAGE.offering]: `${EXPERIMENT} offer`,
  [MESSAGE.loyal]: "rule:loyal",
  [MESSAGE.fallback]: "fallback",
};

/** Something that counts, and when: milliseconds since 1970. */
interface Deed {
  readonly type: string;
  readonly at: number;
}

/** Returns what came of the pages that were answered, by what they showed, within a window after each. */
export function toldArms(events: readonly PopulationEvent[], windowMs: number): readonly ToldArm[] {
  const views = events.flatMap((event) => (event.type === "view" ? [event.view] : []));
  const answered = views.filter(({ shown }) => shown.source === "realtime");
  const deeds = deedsOf(events);
  const arms = Map.groupBy(answered, (view) => NAMES[messageOf(view)] ?? "something else");
  return [...arms]
    .map(([name, seen]): ToldArm => {
      const subscriptions = seen.map((view) => ({
        view,
        outcome: outcomeOf(view, deeds, windowMs),
      }));
      return { name, subscriptions };
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Returns how many there are of each outcome, in the words of the measurement. */
export function countsOf({ name, subscriptions }: ToldArm) {
  const counts = { kept: 0, cancelled: 0, redeemed: 0, switched: 0 };
  for (const { outcome } of subscriptions) counts[outcome] += 1;
  const outcomes = { ...counts, retentionOffer: 0, unknown: 0, open: 0 };
  return { name, subscriptions: subscriptions.length, outcomes };
}

function messageOf(view: CancelSheetView): string {
  return traitsOf(view).messageIdentifier ?? "";
}

function deedsOf(events: readonly PopulationEvent[]): ReadonlyMap<string, readonly Deed[]> {
  const deeds = new Map<string, Deed[]>();
  for (const event of events) {
    if (event.type === "view" || event.type === "tap") continue;
    const { originalTransactionId } = "view" in event ? event.view.subscriber : event.subscriber;
    const { type, at } = event;
    const theirs = deeds.get(originalTransactionId);
    if (theirs === undefined) deeds.set(originalTransactionId, [{ type, at }]);
    else theirs.push({ type, at });
  }
  return deeds;
}

function outcomeOf(
  { subscriber, request }: CancelSheetView,
  deeds: ReadonlyMap<string, readonly Deed[]>,
  windowMs: number,
): ToldSubscription["outcome"] {
  const closesAt = request.signedDate + windowMs;
  const theirs = (deeds.get(subscriber.originalTransactionId) ?? []).filter(
    ({ at }) => at <= closesAt,
  );
  const turned = theirs.findLast(({ type }) => type === "cancel" || type === "resume");
  if (turned?.type === "cancel") return "cancelled";
  if (theirs.some(({ type }) => type === "redeem")) return "redeemed";
  return theirs.some(({ type }) => type === "switch") ? "switched" : "kept";
}

/** What became of an arm's subscriptions when their periods ended, in the words of the measurement. */
export interface ToldRenewals {
  readonly renewals: Readonly<Record<"renewed" | "lapsed" | "unknown" | "open", number>>;
  /** By currency; sums are thousandths of its unit. */
  readonly revenue: readonly {
    readonly currency: string;
    readonly milliunits: number;
    readonly renewals: number;
  }[];
}

/** Returns it of the subscriptions as the App Store has them now. */
export function toldRenewals(
  told: ToldArm,
  subscriptions: ReadonlyMap<string, Subscription>,
): ToldRenewals {
  const renewals = { renewed: 0, lapsed: 0, unknown: 0, open: 0 };
  const sums = new Map<string, { currency: string; milliunits: number; renewals: number }>();
  for (const { view } of told.subscriptions) {
    const { subscriber, request } = view;
    const subscription = subscriptions.get(subscriber.originalTransactionId);
    if (subscription === undefined) continue;
    const payment = firstPayment(subscription, request.signedDate);
    if (payment === undefined) {
      renewals[subscription.expirationReason === undefined ? "open" : "lapsed"] += 1;
      continue;
    }
    renewals.renewed += 1;
    const { currency, price } = payment;
    const sum = sums.get(currency) ?? { currency, milliunits: 0, renewals: 0 };
    sums.set(currency, sum);
    sum.milliunits += price;
    sum.renewals += 1;
  }
  const revenue = [...sums.values()].toSorted((one, other) =>
    one.currency < other.currency ? -1 : 1,
  );
  return { renewals, revenue };
}

/** The first transaction after the page for a time beyond the period in which it was opened. */
function firstPayment({ transactions }: Subscription, openedAt: number) {
  const current = transactions.findLast(({ purchaseDate }) => purchaseDate <= openedAt);
  return transactions.find(
    ({ purchaseDate, expiresDate }) =>
      purchaseDate > openedAt && expiresDate > (current?.expiresDate ?? 0),
  );
}
