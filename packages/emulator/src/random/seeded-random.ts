/** A stream of numbers in [0, 1). */
export type Random = () => number;

/**
 * Returns the same stream for the same `seed`, on every machine: a 32-bit state stepped by a Weyl
 * sequence and mixed (Mulberry32). For choosing subscribers and locales, never for keys.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Returns one of `choices`, each as likely as its weight; `undefined` when there are none. */
export function pickWeighted<T>(
  random: Random,
  choices: readonly { readonly value: T; readonly weight: number }[],
): T | undefined {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { value, weight } of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices.at(-1)?.value;
}

/** Returns one of `choices`, all equally likely; `undefined` when there are none. */
export function pickOne<T>(random: Random, choices: readonly T[]): T | undefined {
  return choices[Math.floor(random() * choices.length)];
}
