import { expect, test } from "vitest";
import { DAY_MS, NOW } from "../testing/provisioning-fixtures.ts";
import { emptyState } from "./provisioning-state.ts";
import type { KnownDefault } from "./provisioning-state.ts";
import { recordDefault } from "./record-default.ts";
import { recordUrlChange, recordUrlRead, recordUrlWritten } from "./record-url.ts";
import { recordUse } from "./record-use.ts";
import type { NewUse } from "./record-use.ts";

const EMPTY = emptyState({ bundleId: "com.example.yoga", environment: "sandbox" }, NOW);
const [A, B] = ["https://a.example.com/", "https://b.example.com/"];

function knownDefault(productId: string, locale: string, messageIdentifier: string): KnownDefault {
  return { productId, locale, messageIdentifier, at: NOW, from: "written" };
}

test("recordDefault() replaces what was known of the place, and sorts by product and locale", () => {
  const state = [
    knownDefault("yoga.yearly", "en-US", "a"),
    knownDefault("yoga", "ja", "b"),
    knownDefault("yoga.monthly", "en-US", "c"),
    knownDefault("yoga.yearly", "en-US", "d"),
  ].reduce(recordDefault, EMPTY);
  expect(state.defaults.map((one) => [one.productId, one.messageIdentifier])).toEqual([
    ["yoga", "b"],
    ["yoga.monthly", "c"],
    ["yoga.yearly", "d"],
  ]);
});

test("recordUrlRead() remembers the first URL without calling it a change", () => {
  const state = recordUrlRead(EMPTY, A, NOW);
  expect(state).toMatchObject({ realtimeUrl: { url: A }, realtimeUrlHistory: [] });
  expect(recordUrlRead(state, A, NOW + 1)).toBe(state);
});

test("recordUrlRead() tells what somebody else changed", () => {
  const state = recordUrlRead(recordUrlRead(EMPTY, A, NOW), null, NOW + 1);
  expect(state.realtimeUrlHistory).toEqual([
    { old: A, new: null, at: NOW + 1, by: "somebody else" },
  ]);
});

test("recordUrlChange() keeps a change once, however often it is tried", () => {
  const known = recordUrlRead(EMPTY, A, NOW);
  const begun = recordUrlChange(known, { old: A, new: B, at: NOW });
  // The process ended before Apple heard of it, and again after Apple had heard of it.
  const again = recordUrlChange(recordUrlRead(begun, A, NOW), { old: A, new: B, at: NOW + 1 });
  const found = recordUrlRead(again, B, NOW + 2);
  expect(found.realtimeUrlHistory).toEqual([{ old: A, new: B, at: NOW, by: "holdfast" }]);
});

test("recordUrlChange() keeps going back and forth", () => {
  let state = recordUrlRead(EMPTY, A, NOW);
  for (const [from, to] of [
    [A, B],
    [B, A],
    [A, B],
  ]) {
    state = recordUrlChange(recordUrlRead(state, from ?? null, NOW), {
      old: from ?? null,
      new: to ?? null,
      at: NOW,
    });
    state = recordUrlWritten(state, to ?? "", NOW);
  }
  expect(state.realtimeUrlHistory.map((change) => change.new)).toEqual([B, A, B]);
});

function use(kind: "apply" | "publication", ...messages: string[]): NewUse {
  return { kind, name: "flow.yaml", messages, images: [] };
}

test("recordUse() ends the use of its kind before, and only that", () => {
  const first = recordUse(recordUse(EMPTY, use("publication", "m"), NOW), use("apply", "m"), NOW);
  const second = recordUse(first, use("apply", "n"), NOW + 1);
  expect(second.uses.map(({ kind, until }) => [kind, until])).toEqual([
    ["publication", undefined],
    ["apply", NOW + 1],
    ["apply", undefined],
  ]);
});

test("recordUse() changes nothing when the same is used again, in whatever order", () => {
  const state = recordUse(EMPTY, use("apply", "m", "n"), NOW);
  expect(recordUse(state, use("apply", "n", "m", "n"), NOW + 1)).toBe(state);
});

test("recordUse() forgets uses that ended before the longest rollback window", () => {
  const steps = [use("apply", "a"), use("apply", "b"), use("apply", "c")];
  const state = steps.reduce(
    (before, next, index) => recordUse(before, next, NOW + index * 366 * DAY_MS),
    EMPTY,
  );
  expect(state.uses.map(({ messages }) => messages)).toEqual([["b"], ["c"]]);
});
