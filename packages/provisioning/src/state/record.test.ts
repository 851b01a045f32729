import { expect, test } from "vitest";
import { DAY_MS, NOW } from "../testing/provisioning-fixtures.ts";
import { emptyState } from "./provisioning-state.ts";
import type { KnownDefault } from "./provisioning-state.ts";
import { recordDefault } from "./record-default.ts";
import { recordUse } from "./record-use.ts";
import type { NewUse } from "./record-use.ts";

const EMPTY = emptyState({ bundleId: "com.example.yoga", environment: "sandbox" }, NOW);

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
