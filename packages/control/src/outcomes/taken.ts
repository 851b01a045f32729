import type { Signal, SignalKind, SignalOf } from "./signal.ts";
import { PROMOTIONAL, RETENTION } from "./signals-of.ts";
import type { DeliveredKind } from "./tables.ts";

/** What a subscription was answered first. */
export interface Exposure {
  /** Milliseconds since 1970, as all times here, by Apple's clock. */
  readonly exposedAt: number;
  /** The product at the request. */
  readonly product: string;
  readonly delivered: DeliveredKind;
  /** The delivered offer's identifier; empty without one. */
  readonly offer: string;
  /** The product that was offered; empty where none was. */
  readonly targetProduct: string;
}

/** The time in which something counts. */
export interface Window {
  /** The window's end, which still belongs to it; its beginning, the exposure, does not. */
  readonly closesAt: number;
  /** Until when an observation tells how things were at the end. */
  readonly observedUntil: number;
}

/** What was taken, and when. */
export interface Taken {
  readonly outcome: "redeemed" | "switched" | "retentionOffer";
  readonly at: number;
}

/**
 * Returns what the subscriber took within the window: an offer before a product, for who redeems an offer of
 * another product switches as well. What a notification told has its time; without one it is inferred from
 * what the subscription had then and not before.
 */
export function findTaken(
  exposure: Exposure,
  window: Window,
  signals: readonly Signal[],
): Taken | undefined {
  return (
    findOffer(exposure, window, { signals, kind: "retentionOffer", offerType: RETENTION }) ??
    findOffer(exposure, window, { signals, kind: "redeemed", offerType: PROMOTIONAL }) ??
    findSwitch(exposure, window, signals)
  );
}

interface OfferSought {
  readonly signals: readonly Signal[];
  readonly kind: "redeemed" | "retentionOffer";
  readonly offerType: number;
}

function findOffer(
  exposure: Exposure,
  { closesAt, observedUntil }: Window,
  { signals, kind, offerType }: OfferSought,
): Taken | undefined {
  const { exposedAt } = exposure;
  const [told] = between(signals, [kind], [exposedAt, observedUntil]);
  if (told !== undefined) {
    return told.at <= closesAt ? { outcome: kind, at: told.at } : undefined;
  }
  const seen = [
    ...between(signals, ["observed"], [exposedAt, observedUntil]),
    ...between(signals, ["transaction"], [exposedAt, closesAt]),
  ].filter((signal) => signal.offerType === offerType);
  const isNew = isOfferNew(exposure, signals, offerType);
  const first = inOrder(seen.filter(isNew))[0];
  return first && { outcome: kind, at: Math.min(first.at, closesAt) };
}

/**
 * Tells whether an offer was not there before the exposure. Where nothing is known of before, only what was
 * bought, and the very offer that was delivered, count as new; of retention offers, where Apple was left to
 * make them.
 */
function isOfferNew(exposure: Exposure, signals: readonly Signal[], offerType: number) {
  const before = [-1, exposure.exposedAt] as const;
  const observed = between(signals, ["observed"], before).at(-1);
  const paid = between(signals, ["transaction"], before).at(-1);
  const isDelivered = (offer: string | undefined): boolean =>
    offerType === RETENTION
      ? exposure.delivered === "deferToApple"
      : offer !== undefined && offer === exposure.offer;
  return (signal: SignalOf<"observed" | "transaction">): boolean => {
    const isPayment = signal.kind === "transaction";
    if (isPayment && signal.isRenewal === false) return true;
    const had = [observed, paid].some(
      (past) => past?.offerType === offerType && past.offer === signal.offer,
    );
    const isPastKnown = observed !== undefined || (isPayment && paid !== undefined);
    return isPastKnown ? !had : !had && isDelivered(signal.offer);
  };
}

/** An upgrade is there at once and stays; a downgrade can be taken back before the period ends. */
function findSwitch(
  exposure: Exposure,
  { closesAt, observedUntil }: Window,
  signals: readonly Signal[],
): Taken | undefined {
  const { exposedAt } = exposure;
  const told = between(signals, ["upgraded", "downgraded", "planKept"], [exposedAt, observedUntil]);
  if (told.length === 0) return inferSwitch(exposure, { closesAt, observedUntil }, signals);
  const inside = told.filter(({ at }) => at <= closesAt);
  const upgraded = inside.find(({ kind }) => kind === "upgraded");
  if (upgraded !== undefined) return { outcome: "switched", at: upgraded.at };
  const last = inside.at(-1);
  return last?.kind === "downgraded" ? { outcome: "switched", at: last.at } : undefined;
}

function inferSwitch(
  { exposedAt, product, delivered, targetProduct }: Exposure,
  { closesAt, observedUntil }: Window,
  signals: readonly Signal[],
): Taken | undefined {
  const observed = between(signals, ["observed"], [exposedAt, observedUntil]);
  const next = observed.find(({ at }) => at >= closesAt) ?? observed.at(-1);
  const before = between(signals, ["observed"], [-1, exposedAt]).at(-1)?.nextProduct;
  if (next?.nextProduct === undefined || next.nextProduct === before) return undefined;
  const isOffered = delivered === "alternateProduct" && next.nextProduct === targetProduct;
  if (before === undefined && (!isOffered || targetProduct === product)) return undefined;
  const first = observed.find(({ nextProduct }) => nextProduct === next.nextProduct) ?? next;
  return { outcome: "switched", at: Math.min(first.at, closesAt) };
}

/** Returns the signals of some kinds after `from` and not after `to`, in the order of time. */
export function between<Kind extends SignalKind>(
  signals: readonly Signal[],
  kinds: readonly Kind[],
  [from, to]: readonly [number, number],
): readonly SignalOf<Kind>[] {
  const isWanted = (signal: Signal): signal is SignalOf<Kind> =>
    kinds.some((kind) => kind === signal.kind);
  return inOrder(signals.filter(isWanted).filter(({ at }) => at > from && at <= to));
}

/** In the order of time, and at the same moment in one that only depends on what they say. */
function inOrder<S extends Signal>(signals: readonly S[]): readonly S[] {
  return [...signals].sort(
    (one, other) => one.at - other.at || (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1),
  );
}
