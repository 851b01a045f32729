import { expect, test } from "vitest";
import { createReporter } from "./reporter.ts";

test("createReporter() sends one report at a time, and one more for all it was asked meanwhile", async () => {
  let count = 0;
  let isSending = false;
  const reporter = createReporter(
    async () => {
      expect(isSending).toBe(false);
      isSending = true;
      count += 1;
      await Promise.resolve();
      isSending = false;
    },
    () => undefined,
  );
  for (let asked = 0; asked < 5; asked += 1) reporter.ask();
  await reporter.idle();
  expect(count).toBe(2);
  reporter.ask();
  await reporter.idle();
  expect(count).toBe(3);
});

test("createReporter() tells of a failure, and sends the next", async () => {
  const failures: unknown[] = [];
  const reporter = createReporter(
    () => Promise.reject(new Error("no")),
    (error) => failures.push(error),
  );
  reporter.ask();
  await reporter.idle();
  reporter.ask();
  await reporter.idle();
  expect(failures).toHaveLength(2);
});
