import { expect, test } from "vitest";
import {
  createBench,
  DAY_MS,
  desiredOf,
  NOW,
  SMALL_FLOW,
} from "../testing/provisioning-fixtures.ts";
import { emptyState } from "../state/provisioning-state.ts";
import type { ProvisioningState } from "../state/provisioning-state.ts";
import { findOrphans } from "./find-orphans.ts";

const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;
const OLD = emptyState(OWNER, NOW - 100 * DAY_MS);
const FOREIGN = "00000000-0000-4000-8000-000000000001";

function protectionOf(state: ProvisioningState, rollbackWindowMs = 30 * DAY_MS) {
  const apple = { messages: new Map([[FOREIGN, "APPROVED"]]), images: new Map() };
  const orphans = findOrphans(desiredOf(SMALL_FLOW), apple, { state, now: NOW, rollbackWindowMs });
  const orphan = orphans.find(({ kind }) => kind === "message");
  if (orphan?.kind !== "message") throw new Error("expected the message to be an orphan");
  return orphan.protection;
}

function usedUntil(until: number | undefined): ProvisioningState {
  const use = {
    kind: "apply" as const,
    name: "flow.yaml",
    from: 0,
    messages: [FOREIGN],
    images: [],
  };
  return { ...OLD, uses: [until === undefined ? use : { ...use, until }] };
}

test.each([
  ["nothing uses it", OLD, undefined],
  ["it is in use", usedUntil(undefined), { reason: "in use", by: "flow.yaml" }],
  [
    "it was in use within the window",
    usedUntil(NOW - 29 * DAY_MS),
    { reason: "rollback window", by: "flow.yaml", until: NOW + DAY_MS },
  ],
  ["it was in use before the window", usedUntil(NOW - 30 * DAY_MS), undefined],
  [
    "the past is not known that far",
    emptyState(OWNER, NOW - DAY_MS),
    { reason: "unknown past", until: NOW + 29 * DAY_MS },
  ],
  [
    "it is a default message the flow wants to change",
    withDefault("yoga.monthly"),
    { reason: "default message", by: "yoga.monthly en-US" },
  ],
  ["it is a default message that goes, too", withDefault("yoga.yearly"), undefined],
])("findOrphans() protects a message as it should when %s", (_, state, protection) => {
  expect(protectionOf(state)).toEqual(protection);
});

function withDefault(productId: string): ProvisioningState {
  const place = { productId, locale: "en-US", messageIdentifier: FOREIGN };
  return { ...OLD, defaults: [{ ...place, at: NOW, from: "written" }] };
}

test("findOrphans() protects by the use that lasts longest", () => {
  const [ended] = usedUntil(NOW - 40 * DAY_MS).uses;
  const current = { ...usedUntil(undefined).uses[0], name: "yoga_1", kind: "publication" };
  const state = { ...OLD, uses: [current, ended] } as ProvisioningState;
  expect(protectionOf(state)).toEqual({ reason: "in use", by: "yoga_1" });
});

test("findOrphans() protects nothing that has ended when the window is 0", () => {
  expect(protectionOf(usedUntil(NOW - 1), 0)).toBeUndefined();
  expect(protectionOf(emptyState(OWNER, NOW), 0)).toBeUndefined();
  expect(protectionOf(usedUntil(undefined), 0)).toMatchObject({ reason: "in use" });
});

test("findOrphans() tells what a flow once called an orphan, and lists defaults nobody wants", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const smaller = SMALL_FLOW.replace(/ {6}de-DE: .*\n/, "").replace("[en-US, de-DE]", "[en-US]");
  const { orphans } = await bench.plan(smaller);
  expect(orphans).toMatchObject([
    { kind: "default", productId: "yoga.monthly", locale: "de-DE" },
    {
      kind: "message",
      name: { message: "keep", locale: "de-DE" },
      protection: { reason: "in use" },
    },
  ]);
});
