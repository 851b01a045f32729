import * as fc from "fast-check";
import { expect, test } from "vitest";
import { differenceInterval, wilsonInterval } from "./proportion-interval.ts";

/** Computed with SciPy 1.17.1. */
const WILSON = [
  [49, 100, 0.3942199893044114, 0.5865198806597284],
  [51, 100, 0.4134801193402717, 0.6057800106955886],
  [0, 20, 0.0, 0.16112515805281935],
  [3, 20, 0.05236874589621662, 0.3604188647407569],
  [120, 1000, 0.10129926060130914, 0.14160907584771276],
  [150, 1000, 0.12921007251308828, 0.1734686584268003],
  [1, 3, 0.06149194472039626, 0.7923403991979523],
  [2, 3, 0.20765960080204782, 0.9385080552796038],
  [1396, 3000, 0.44754014297013406, 0.4832151905414886],
  [1650, 3461, 0.4601360669735102, 0.49339716047326637],
] as const;

test.each(WILSON)("wilsonInterval() of %d of %d", (count, of, low, high) => {
  const interval = wilsonInterval({ count, of });
  expect(interval.low).toBeCloseTo(low, 12);
  expect(interval.high).toBeCloseTo(high, 12);
});

/** From Newcombe (1998), table II, method 10, to the four digits printed there. */
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [0, 10, 0, 10, -0.2775, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
  [10, 10, 0, 10, 0.6075, 1],
])("differenceInterval() of %d of %d and %d of %d", (count, of, count2, of2, low, high) => {
  const interval = differenceInterval({ count, of }, { count: count2, of: of2 });
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("intervals hold what they are about, within bounds, and turn with it", () => {
  const proportion = fc
    .integer({ min: 1, max: 100_000 })
    .chain((of) => fc.record({ of: fc.constant(of), count: fc.integer({ min: 0, max: of }) }));
  fc.assert(
    fc.property(proportion, proportion, (one, other) => {
      const { low, high } = wilsonInterval(one);
      const share = one.count / one.of;
      expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true);
      const forward = differenceInterval(one, other);
      const back = differenceInterval(other, one);
      expect(forward.low).toBeCloseTo(-back.high, 12);
      expect(forward.low).toBeGreaterThanOrEqual(-1);
      expect(forward.high).toBeLessThanOrEqual(1);
    }),
  );
});
