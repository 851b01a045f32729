import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createIdSource } from "./id-source.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("createIdSource() gives UUIDs version 7 with the time in front", () => {
  // The time of the example in RFC 9562, appendix A.6.
  const next = createIdSource({ now: () => 0x017f22e279b0, random: (bytes) => bytes.fill(0xff) });
  expect(next()).toBe("017f22e2-79b0-77ff-bfff-ffffffffffff");
  expect(next()).toBe("017f22e2-79b0-7800-bfff-ffffffffffff");
});

test("createIdSource() gives ids in the order they were made, whatever the clock does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 1, maxLength: 30 }),
      (times) => {
        let time = 0;
        const next = createIdSource({ now: () => time });
        const ids = times.flatMap((now) => {
          time = now;
          return Array.from({ length: 3 }, next);
        });
        expect(ids.toSorted()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(UUID_V7);
      },
    ),
  );
});

test("createIdSource() goes on in order when more are made in a millisecond than it can count", () => {
  const next = createIdSource({ now: () => 1_700_000_000_000 });
  const ids = Array.from({ length: 10_000 }, next);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
