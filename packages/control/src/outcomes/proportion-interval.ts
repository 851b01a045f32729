/** Both ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Some out of all. */
export interface Proportion {
  readonly count: number;
  /** At least 1. */
  readonly of: number;
}

/** The normal distribution's quantile for intervals of 95 %. */
const Z = 1.959963984540054;

/**
 * Returns Wilson's score interval of 95 % for a proportion: good for small numbers, and for none and all.
 *
 * @see Wilson, Journal of the American Statistical Association 22 (1927), 209–212
 */
export function wilsonInterval({ count, of }: Proportion): Interval {
  const share = count / of;
  const shrink = 1 + (Z * Z) / of;
  const centre = (share + (Z * Z) / (2 * of)) / shrink;
  const spread = (Z / shrink) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return {
    low: count === 0 ? 0 : Math.max(0, centre - spread),
    high: count === of ? 1 : Math.min(1, centre + spread),
  };
}

/**
 * Returns Newcombe's interval of 95 % for the difference of two independent proportions, one less the other,
 * made of their score intervals.
 *
 * @see Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10
 */
export function differenceInterval(one: Proportion, other: Proportion): Interval {
  const [share, otherShare] = [one.count / one.of, other.count / other.of];
  const [ends, otherEnds] = [wilsonInterval(one), wilsonInterval(other)];
  const difference = share - otherShare;
  return {
    low: difference - Math.hypot(share - ends.low, otherEnds.high - otherShare),
    high: difference + Math.hypot(ends.high - share, otherShare - otherEnds.low),
  };
}
