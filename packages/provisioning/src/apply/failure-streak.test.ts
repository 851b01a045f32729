import { expect, test } from "vitest";
import { appleError } from "../testing/fake-app-store.ts";
import { createFailureStreak, isPassingFailure } from "./failure-streak.ts";

test.each([
  "APPLE_UNAUTHORIZED",
  "APPLE_NO_ACCESS",
  "APPLE_RATE_LIMITED",
  "APPLE_UNREACHABLE",
  "REQUEST_ABORTED",
] as const)("endsWork() ends at the first %s", (code) => {
  expect(createFailureStreak().endsWork(appleError(code))).toBe(true);
});

test("endsWork() ends at the third failure of Apple's or the network's in a row", () => {
  const streak = createFailureStreak();
  const codes = ["APPLE_FAILED", "APPLE_TIMEOUT", "APPLE_CONNECTION_LOST"] as const;
  expect(codes.map((code) => streak.endsWork(appleError(code)))).toEqual([false, false, true]);
});

test.each([
  ["a call that went well", undefined],
  ["a refusal, which is an answer", appleError("APPLE_REFUSED", 4000031)],
])("endsWork() counts anew after %s", (_, between) => {
  const streak = createFailureStreak();
  const failure = appleError("APPLE_FAILED", 5000000);
  const ends = [failure, failure, between, failure, failure].map(streak.endsWork);
  expect(ends).toEqual([false, false, false, false, false]);
});

test.each([
  ["APPLE_UNREACHABLE", true],
  ["APPLE_TIMEOUT", true],
  ["APPLE_REFUSED", false],
  ["APPLE_UNAUTHORIZED", false],
  ["STATE_MALFORMED", false],
])("isPassingFailure() says of %s %s", (code, passes) => {
  expect(isPassingFailure(code)).toBe(passes);
});
