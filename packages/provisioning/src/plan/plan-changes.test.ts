import { expect, test } from "vitest";
import {
  createBench,
  DAY_MS,
  desiredOf,
  NOW,
  SMALL_FLOW,
} from "../testing/provisioning-fixtures.ts";
import { emptyState } from "../state/provisioning-state.ts";
import { recordDefault } from "../state/record-default.ts";
import { hasChanges } from "./plan.ts";
import type { PlanItem } from "./plan.ts";
import { planChanges } from "./plan-changes.ts";

const ADOPTED = "551ee7c0-c097-418e-9dd5-2a98533a7390";
const NOTHING = { messages: new Map(), images: new Map(), realtimeUrl: null };
const EMPTY = emptyState({ bundleId: "com.example.yoga", environment: "sandbox" }, NOW);
const OPTIONS = { state: EMPTY, now: NOW, rollbackWindowMs: 30 * DAY_MS };

function shortly(items: readonly PlanItem[]): readonly string[] {
  return items.map(({ kind, action, readiness }) => `${action} ${kind} ${readiness}`);
}

test("planChanges() creates everything, in the order of doing it, when Apple has nothing", () => {
  const plan = planChanges(desiredOf(SMALL_FLOW), NOTHING, OPTIONS);
  expect(shortly(plan.items)).toEqual([
    "create image ready",
    "create image ready",
    "create message ready",
    "create message ready",
    "create message ready",
    "set default ready",
    "set default ready",
    "create realtimeUrl ready",
  ]);
  expect(plan.summary).toEqual({
    create: 8,
    change: 0,
    keep: 0,
    waiting: 0,
    blocked: 0,
    orphans: 0,
    protected: 0,
    problems: 0,
  });
  expect(plan.format).toBe("holdfast.plan/1");
});

test("planChanges() is the same for the same input, and holds no bytes or texts", () => {
  const [one, two] = [0, 1].map(() =>
    JSON.stringify(planChanges(desiredOf(SMALL_FLOW), NOTHING, OPTIONS)),
  );
  expect(one).toBe(two);
  expect(one).not.toContain("Keep your streak.");
});

test("planChanges() has nothing to do once everything is as wanted", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const plan = await bench.plan(SMALL_FLOW);
  expect(hasChanges(plan)).toBe(false);
  expect(plan.summary).toMatchObject({ create: 0, change: 0, keep: 8 });
});

test("planChanges() waits in production with defaults until their message and its images are approved", async () => {
  const bench = createBench("production");
  bench.store.realtimeUrl = "https://retention.example.com/apple/retention/yoga/production";
  const waiting = (await bench.plan(SMALL_FLOW)).items.filter(
    ({ readiness }) => readiness === "waits",
  );
  expect(waiting.map(({ kind }) => kind)).toEqual(["default", "default", "realtimeUrl"]);
  await bench.apply(SMALL_FLOW);
  for (const id of bench.store.messages.keys()) bench.store.review("messages", id, "APPROVED");
  const defaults = (await bench.plan(SMALL_FLOW)).items.filter(({ kind }) => kind === "default");
  expect(shortly(defaults)).toEqual(["set default waits", "set default ready"]);
});

test.each([
  [null, "create"],
  ["another", "change"],
])("planChanges() tells what it knows of a default: %s makes it a %s", (before, action) => {
  const desired = desiredOf(SMALL_FLOW);
  const place = { productId: "yoga.monthly", locale: "en-US" };
  const known = { ...place, messageIdentifier: before, at: NOW, from: "read" as const };
  const plan = planChanges(desired, NOTHING, { ...OPTIONS, state: recordDefault(EMPTY, known) });
  expect(plan.items.find(({ kind }) => kind === "default")).toMatchObject({ action, before });
});

test("planChanges() says what to do about what Apple rejected, and blocks what depends on it", async () => {
  const bench = createBench("production");
  await bench.apply(SMALL_FLOW);
  const [image] = bench.store.images.keys();
  const [, german] = bench.store.messages.keys();
  bench.store.review("images", image ?? "", "REJECTED");
  bench.store.review("messages", german ?? "", "REJECTED");
  const plan = await bench.plan(SMALL_FLOW);
  expect(plan.problems).toMatchObject([
    {
      code: "IMAGE_REJECTED",
      identifier: image,
      path: ["messages", "keep", "locales", "en-US", "image"],
    },
    {
      code: "MESSAGE_REJECTED",
      identifier: german,
      path: ["messages", "keep", "locales", "de-DE"],
    },
  ]);
  expect(plan.problems.every(({ message }) => message.includes("raise its revision"))).toBe(true);
  expect(plan.summary).toMatchObject({ blocked: 3, problems: 2 });
});

test("planChanges() names the place of an adopted identifier Apple does not have", () => {
  const text = SMALL_FLOW.replace(/en-US: \{ header: Three[^}]*\}/, `en-US: { id: ${ADOPTED} }`);
  const missing = planChanges(desiredOf(text), NOTHING, OPTIONS);
  expect(missing.problems).toMatchObject([
    { code: "ADOPTED_MESSAGE_MISSING", path: ["messages", "offer", "locales", "en-US"] },
  ]);
  const apple = { ...NOTHING, messages: new Map([[ADOPTED, "APPROVED"]]) };
  const there = planChanges(desiredOf(text), apple, OPTIONS);
  expect(there.problems).toEqual([]);
  expect(there.orphans).toEqual([]);
});

function thereAre(count: number): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: count }, (_, index) => [`there-${index}`, "APPROVED"]));
}

test("planChanges() counts against Apple's limits with what is there already", () => {
  const desired = desiredOf(SMALL_FLOW);
  const codes = (count: number) =>
    planChanges(desired, { ...NOTHING, messages: thereAre(count) }, OPTIONS).problems.map(
      ({ code }) => code,
    );
  expect(codes(1997)).toEqual([]);
  expect(codes(1998)).toEqual(["TOO_MANY_MESSAGES"]);
});

test("planChanges() leaves the URL alone when the flow says none", () => {
  const text = SMALL_FLOW.replace(/realtimeUrl.*\n/, "");
  const apple = { ...NOTHING, realtimeUrl: "https://somebody.example.com/" };
  const plan = planChanges(desiredOf(text), apple, OPTIONS);
  expect(plan.items.some(({ kind }) => kind === "realtimeUrl")).toBe(false);
});
