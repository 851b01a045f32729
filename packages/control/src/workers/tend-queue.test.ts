import { expect, test } from "vitest";
import { createTendQueue } from "./tend-queue.ts";

/** Acts that end when they are told to. */
function controlledActs() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  let busy = 0;
  let most = 0;
  return {
    begun,
    most: () => most,
    end: (app: string) => ends.get(app)?.(),
    act: async (app: string): Promise<void> => {
      begun.push(app);
      busy += 1;
      most = Math.max(most, busy);
      await new Promise<void>((resolve) => ends.set(app, resolve));
      busy -= 1;
    },
  };
}

test("createTendQueue() sees to an app once at a time, and once more when it is added meanwhile", async () => {
  const acts = controlledActs();
  const queue = createTendQueue({ act: acts.act, onProblem: () => undefined });
  queue.add("yoga");
  queue.add("yoga");
  queue.add("yoga");
  expect(acts.begun).toEqual(["yoga"]);
  acts.end("yoga");
  await expect.poll(() => acts.begun).toEqual(["yoga", "yoga"]);
  acts.end("yoga");
  await queue.idle();
  expect(acts.begun).toHaveLength(2);
});

test("createTendQueue() sees to four apps at once, and to all of them", async () => {
  const acts = controlledActs();
  const queue = createTendQueue({ act: acts.act, onProblem: () => undefined });
  const apps = ["a", "b", "c", "d", "e", "f"];
  for (const app of apps) queue.add(app);
  for (const app of apps) {
    await expect.poll(() => acts.begun).toContain(app);
    acts.end(app);
  }
  await queue.idle();
  expect([acts.begun, acts.most()]).toEqual([apps, 4]);
});

test("createTendQueue() tells what went wrong, and goes on", async () => {
  const problems: unknown[] = [];
  const failure = new Error("no");
  const queue = createTendQueue({
    act: (app) => (app === "bad" ? Promise.reject(failure) : Promise.resolve()),
    onProblem: (error) => problems.push(error),
  });
  queue.add("bad");
  queue.add("good");
  await queue.idle();
  expect(problems).toEqual([failure]);
});
