import type { Signal } from "./signal.ts";

/** Whether renewal was on at a moment. */
export interface RenewalFact {
  readonly at: number;
  readonly isOn: boolean;
  /** The subscriber turned it so at this very moment: before it was the other way round. */
  readonly isChange: boolean;
}

/**
 * Returns what signals say about renewal being on or off, in the order of time, one fact a moment. Who takes
 * an offer or chooses a product has renewal on from then on, where nothing says otherwise (INFERRED).
 */
export function renewalFacts(signals: readonly Signal[]): readonly RenewalFact[] {
  const facts = signals.flatMap(rankedFactOf).sort(compare);
  return facts.filter((fact, index) => facts[index - 1]?.at !== fact.at);
}

interface RankedFact extends RenewalFact {
  /** What is told outweighs what was observed, and both what is inferred. */
  readonly rank: number;
}

/** At the same moment the weightier first; of two that contradict each other, the one that says off. */
function compare(one: RankedFact, other: RankedFact): number {
  return one.at - other.at || other.rank - one.rank || Number(one.isOn) - Number(other.isOn);
}

function rankedFactOf(signal: Signal): readonly RankedFact[] {
  const { at } = signal;
  switch (signal.kind) {
    case "renewalOff":
    case "renewalOn":
      return [{ at, isOn: signal.kind === "renewalOn", isChange: true, rank: 2 }];
    case "observed":
      if (signal.isRenewalOn === undefined) return [];
      return [{ at, isOn: signal.isRenewalOn, isChange: false, rank: 1 }];
    case "redeemed":
    case "retentionOffer":
    case "upgraded":
    case "downgraded":
    case "planKept":
      return [{ at, isOn: true, isChange: false, rank: 0 }];
    case "expired":
      if (signal.reason !== "VOLUNTARY") return [];
      return [{ at, isOn: false, isChange: false, rank: 0 }];
    case "transaction":
    case "refunded":
    case "refundReversed":
      return [];
  }
}
