import { checkFlow } from "@holdfast/flow/validate";
import { expect, test } from "vitest";
import { readAppleContent } from "../apple/read-apple-content.ts";
import { refreshDefaults } from "../apple/refresh-defaults.ts";
import { desiredContent } from "../desired/desired-content.ts";
import { placeKey } from "../desired/place-key.ts";
import { hasChanges } from "../plan/plan.ts";
import { planChanges } from "../plan/plan-changes.ts";
import {
  BESIDE,
  createBench,
  DAY_MS,
  PRODUCTS,
  readFlow,
  SMALL_FLOW,
} from "../testing/provisioning-fixtures.ts";
import type { Bench } from "../testing/provisioning-fixtures.ts";
import { exportFlow } from "./export-flow.ts";
import type { ExportedFlow, ExportOptions } from "./export-flow.ts";

async function exported(bench: Bench, options: Partial<ExportOptions> = {}): Promise<ExportedFlow> {
  return exportFlow({
    bundleId: "com.example.yoga",
    environment: "sandbox",
    apple: await readAppleContent(bench.store.client()),
    state: (await bench.state()).current,
    products: PRODUCTS,
    images: BESIDE.images,
    ...options,
  });
}

/** Reads every default, as though somebody had set everything with another tool. */
async function readEverything(bench: Bench): Promise<void> {
  const places = ["en-US", "de-DE"].flatMap((locale) =>
    PRODUCTS.map((productId) => ({ productId, locale })),
  );
  const state = await bench.state();
  await refreshDefaults(places, { client: bench.store.client(), state, now: () => bench.now });
}

async function planOf(bench: Bench, { document }: ExportedFlow) {
  const desired = desiredContent(document, "sandbox", BESIDE);
  return planChanges(desired, await readAppleContent(bench.store.client()), {
    state: (await bench.state()).current,
    now: bench.now,
    rollbackWindowMs: 30 * DAY_MS,
  });
}

function codes({ notes }: ExportedFlow) {
  return notes.map(({ code }) => code);
}

test("exportFlow() makes a valid flow of identifiers that plans to do nothing, without any state", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  delete bench.kept.text;
  await readEverything(bench);
  const flow = await exported(bench);
  const checked = checkFlow(JSON.stringify(flow.document));
  expect(checked.ok).toBe(true);
  const plan = await planOf(bench, flow);
  expect(hasChanges(plan)).toBe(false);
  expect(plan.orphans.filter(({ kind }) => kind !== "image")).toEqual([]);
  expect(codes(flow)).toEqual(["TEXTS_UNKNOWN", "LOCALE_ASSUMED", "FALLBACK_CHOSEN"]);
  expect(
    Object.keys(flow.document.messages).every((name) => /^message_[0-9a-f]{8}$/.test(name)),
  ).toBe(true);
});

test("exportFlow() uses the names and locales that are remembered", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const flow = await exported(bench);
  expect(Object.keys(flow.document.messages).sort()).toEqual(["keep", "offer"]);
  expect(Object.keys(flow.document.messages["keep"]?.locales ?? {}).sort()).toEqual([
    "de-DE",
    "en-US",
  ]);
  expect(flow.document.fallback).toEqual({ message: "keep" });
  expect(flow.document.defaults).toEqual([
    { message: "keep", products: ["yoga.monthly"], locales: ["de-DE", "en-US"] },
  ]);
  expect(hasChanges(await planOf(bench, flow))).toBe(false);
});

test("exportFlow() gives back an existing flow as it is when it says what is live", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const existing = readFlow(SMALL_FLOW);
  const flow = await exported(bench, { existing });
  expect(flow.document).toBe(existing);
  expect(flow.notes).toEqual([]);
});

test("exportFlow() puts what differs from an existing flow into the environment's overlay", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const foreign = "00000000-0000-4000-8000-000000000001";
  bench.store.messages.set(foreign, { state: "APPROVED", body: { header: "", body: "" } });
  bench.store.defaults.set(placeKey({ productId: "yoga.yearly", locale: "de-DE" }), foreign);
  bench.store.realtimeUrl = "https://elsewhere.example.com/";
  await readEverything(bench);
  const existing = readFlow(SMALL_FLOW);
  const flow = await exported(bench, { existing });
  const { environments, ...rest } = flow.document;
  expect(rest).toEqual(existing);
  expect(environments).toEqual({
    sandbox: {
      realtimeUrl: "https://elsewhere.example.com/",
      defaults: [
        { message: "keep", products: ["yoga.monthly"], locales: ["de-DE", "en-US"] },
        { message: "message_00000000", products: ["yoga.yearly"], locales: ["de-DE"] },
      ],
      messages: {
        message_00000000: { defaultLocale: "de-DE", locales: { "de-DE": { id: foreign } } },
      },
    },
  });
  expect(checkFlow(JSON.stringify(flow.document), { environment: "sandbox" }).ok).toBe(true);
  expect(hasChanges(await planOf(bench, flow))).toBe(false);
});

test("exportFlow() keeps the default messages of an existing flow of which nothing is known", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  delete bench.kept.text;
  const [offer] = [...bench.store.messages.keys()].slice(2);
  bench.store.defaults.set(placeKey({ productId: "yoga.yearly", locale: "de-DE" }), offer ?? "");
  await refreshDefaults([{ productId: "yoga.yearly", locale: "de-DE" }], {
    client: bench.store.client(),
    state: await bench.state(),
    now: () => bench.now,
  });
  const { document } = await exported(bench, { existing: readFlow(SMALL_FLOW) });
  expect(document.environments?.sandbox?.defaults).toEqual([
    { message: "offer", products: ["yoga.yearly"], locales: ["de-DE"] },
    { message: "keep", products: ["yoga.monthly"], locales: ["de-DE", "en-US"] },
  ]);
});

test("exportFlow() says alone what the locale rule would not give", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const english = bench.store.defaults.get(
    placeKey({ productId: "yoga.monthly", locale: "en-US" }),
  );
  bench.store.defaults.set(placeKey({ productId: "yoga.yearly", locale: "de-DE" }), english ?? "");
  await readEverything(bench);
  const flow = await exported(bench);
  expect(hasChanges(await planOf(bench, flow))).toBe(false);
});

test("exportFlow() leaves out what Apple rejected, and says so", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const offer = [...bench.store.messages.keys()][2] ?? "";
  bench.store.review("messages", offer, "REJECTED");
  const flow = await exported(bench);
  expect(Object.keys(flow.document.messages)).toEqual(["keep"]);
  expect(codes(flow)).toContain("REJECTED_LEFT_OUT");
});

test("exportFlow() tells that default messages were never read", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  delete bench.kept.text;
  expect(codes(await exported(bench))).toContain("DEFAULTS_UNKNOWN");
});

test("exportFlow() has nothing to make a flow of when Apple has no message", async () => {
  await expect(exported(createBench())).rejects.toMatchObject({ code: "NOTHING_TO_EXPORT" });
});

test("exportFlow() keeps an existing flow's texts that are not at Apple", async () => {
  const existing = readFlow(SMALL_FLOW);
  const flow = await exported(createBench(), { existing });
  expect(flow.document).toBe(existing);
  expect(codes(flow)).toEqual(["NOT_AT_APPLE", "DEFAULTS_UNKNOWN"]);
});
