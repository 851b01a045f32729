import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createAppointments } from "./appointments.ts";

test("appointments are taken the earliest first, and of two at one time the one made first", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(times, times, (before, after) => {
      const book = createAppointments<number>();
      const made = [...before, ...after].map((at, what) => ({ at, what }));
      for (const appointment of made.slice(0, before.length)) book.add(appointment);
      // Some are taken in between.
      const taken = before.length > 0 ? [book.take()] : [];
      for (const appointment of made.slice(before.length)) book.add(appointment);
      const left = made.filter(({ what }) => what !== taken[0]?.what);
      const sorted = left.toSorted((one, other) => one.at - other.at || one.what - other.what);
      expect(book.size).toBe(left.length);
      expect(sorted.map(() => [book.nextAt(), book.take()?.what])).toEqual(
        sorted.map(({ at, what }) => [at, what]),
      );
      expect([book.nextAt(), book.take()]).toEqual([Infinity, undefined]);
    }),
  );
});
