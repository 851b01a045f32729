import { expect, test } from "vitest";
import { isApproved, normalizeReviewState } from "./states.ts";

test.each([
  ["PENDING", "PENDING"],
  ["PENDING_REVIEW", "PENDING"],
  ["APPROVED", "APPROVED"],
  ["REJECTED", "REJECTED"],
  ["SOMETHING_NEW", "SOMETHING_NEW"],
])("normalizeReviewState() calls %s %s", (came, state) => {
  expect(normalizeReviewState(came)).toBe(state);
});

test("isApproved() accepts APPROVED and nothing else", () => {
  const states = ["PENDING", "APPROVED", "REJECTED", "approved", "SOMETHING_NEW"];
  expect(states.filter((state) => isApproved(state))).toEqual(["APPROVED"]);
});
