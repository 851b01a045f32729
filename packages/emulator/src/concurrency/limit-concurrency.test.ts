import { describe, expect, test } from "vitest";
import { catchError } from "../testing/catch-error.ts";
import { limitConcurrency } from "./limit-concurrency.ts";

describe("limitConcurrency()", () => {
  test("runs no more than it may at a time, in their order, and all of them", async () => {
    const limited = limitConcurrency(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = [0, 1, 2, 3, 4].map(async (index) =>
      limited(async () => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return index;
      }),
    );
    expect(await Promise.all(work)).toEqual([0, 1, 2, 3, 4]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  test("gives the place of work that fails to the next", async () => {
    const limited = limitConcurrency(1);
    const failing = catchError(async () =>
      limited(async () => Promise.reject(new Error("it failed"))),
    );
    expect(await limited(async () => Promise.resolve("done"))).toBe("done");
    expect(await failing).toMatchObject({ message: "it failed" });
  });
});
