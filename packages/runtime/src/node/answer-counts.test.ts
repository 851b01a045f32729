import { expect, test } from "vitest";
import type { AnswerEvent } from "../ports/observer.ts";
import { createAnswerCounts } from "./answer-counts.ts";

const NOTHING = { answered: 0, fallback: 0, deferred: 0, refused: 0, unavailable: 0 };

function ended(event: Partial<AnswerEvent>): AnswerEvent {
  const place = { app: "yoga", environment: "sandbox" } as const;
  return { outcome: "answered", status: 200, latencyMs: 1, ...place, ...event };
}

test("createAnswerCounts() counts each ending for its app and environment", () => {
  const counts = createAnswerCounts(() => 7);
  counts.count(ended({}));
  counts.count(ended({}));
  counts.count(ended({ outcome: "fallback" }));
  counts.count(ended({ outcome: "unavailable", environment: "production" }));
  expect(counts.of("yoga", "sandbox")).toEqual({ ...NOTHING, answered: 2, fallback: 1 });
  expect(counts.of("yoga", "production")).toEqual({ ...NOTHING, unavailable: 1 });
  expect(counts.of("other", "sandbox")).toEqual(NOTHING);
});

test("createAnswerCounts() takes only verified requests for Apple's, and none for an app it does not know", () => {
  let now = 7;
  const counts = createAnswerCounts(() => now);
  counts.count(ended({ outcome: "refused" }));
  expect(counts.of("yoga", "sandbox")).toEqual({ ...NOTHING, refused: 1 });
  counts.count(ended({ clockSkewMs: 3 }));
  now = 9;
  counts.count(ended({ outcome: "refused" }));
  expect(counts.of("yoga", "sandbox")).toMatchObject({ refused: 2, lastRequestAt: 7 });
  const { app: _app, environment: _environment, ...unknown } = ended({ outcome: "refused" });
  counts.count(unknown);
  expect(counts.of("yoga", "sandbox").refused).toBe(2);
});

test("of() returns what was counted then", () => {
  const counts = createAnswerCounts(() => 7);
  const before = counts.of("yoga", "sandbox");
  counts.count(ended({}));
  expect(before).toEqual(NOTHING);
});
