import { expect, test } from "vitest";
import { createSpanQueue } from "./span-queue.ts";

function openQueue(perSecond: number) {
  const clock = { now: 5000 };
  const handed: (readonly [string, number, number])[] = [];
  const queue = createSpanQueue<string>({
    perSecond,
    now: () => clock.now,
    onItem: (...item) => handed.push(item),
  });
  return { clock, handed, queue };
}

test("createSpanQueue() hands nothing on while items are added, and soon after all of them", async () => {
  const { clock, handed, queue } = openQueue(10);
  queue.add("a");
  clock.now = 5050;
  queue.add("b");
  expect(handed).toEqual([]);
  await expect
    .poll(() => handed)
    .toEqual([
      ["a", 5000, 0],
      ["b", 5050, 0],
    ]);
  queue.add("c");
  await expect.poll(() => handed.length).toBe(3);
});

test("createSpanQueue() lets go of what is over the limit of a second, and says how many", () => {
  const { clock, handed, queue } = openQueue(2);
  for (const item of ["a", "b", "c", "d"]) queue.add(item);
  queue.flush();
  queue.add("e");
  clock.now = 5999;
  queue.add("f");
  clock.now = 6000;
  queue.add("g");
  queue.flush();
  expect(handed).toEqual([
    ["a", 5000, 2],
    ["b", 5000, 0],
    ["g", 6000, 2],
  ]);
});
