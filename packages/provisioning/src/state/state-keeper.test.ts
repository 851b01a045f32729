import { expect, test } from "vitest";
import { createMemoryStateStore } from "../testing/memory-state-store.ts";
import type { KeptText } from "../testing/memory-state-store.ts";
import { DAY_MS, NOW } from "../testing/provisioning-fixtures.ts";
import { emptyState } from "./provisioning-state.ts";
import { recordDefault } from "./record-default.ts";
import { recordUse } from "./record-use.ts";
import type { NewUse } from "./record-use.ts";
import { openState } from "./state-keeper.ts";
import type { StateKeeper, StateStore } from "./state-keeper.ts";

const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;
const STATE = emptyState(OWNER, NOW);

const PUBLICATION: NewUse = { kind: "publication", name: "live", messages: ["m"], images: [] };
const KNOWN = {
  productId: "yoga.monthly",
  locale: "en-US",
  messageIdentifier: "m",
  at: NOW,
  from: "read",
} as const;

function openOn(kept: KeptText): Promise<StateKeeper> {
  return openState(createMemoryStateStore(kept, OWNER), OWNER, NOW);
}

test("openState() refuses what a store without checks gives of another app", async () => {
  const store: StateStore = { read: async () => STATE, update: async () => STATE };
  const owner = { ...OWNER, bundleId: "com.example.other" };
  await expect(openState(store, owner, NOW)).rejects.toMatchObject({
    code: "STATE_OF_ANOTHER_APP",
  });
});

test("update() writes nothing when nothing changes, not even a first state", async () => {
  const kept: KeptText = { writes: 0 };
  const state = await openOn(kept);
  await state.update((before) => before);
  expect(kept).toEqual({ writes: 0 });
  await state.update((before) => ({ ...before, defaultsReadSince: NOW }));
  await state.update((before) => before);
  expect(kept.writes).toBe(1);
});

test("update() keeps the old state when writing fails", async () => {
  const store: StateStore = {
    read: async () => STATE,
    async update(change) {
      change(STATE);
      throw new Error("disk full");
    },
  };
  const state = await openState(store, OWNER, NOW);
  await expect(state.update((before) => ({ ...before, since: 1 }))).rejects.toThrow("disk full");
  expect(state.current).toEqual(STATE);
});

test("update() loses nothing of what another keeper has written since", async () => {
  const kept: KeptText = { writes: 0 };
  const reading = await openOn(kept);
  await reading.update((before) => ({ ...before, defaultsReadSince: NOW }));
  const publishing = await openOn(kept);
  await publishing.update((before) => recordUse(before, PUBLICATION, NOW));
  await reading.update((before) => recordDefault(before, KNOWN));
  const { current } = await openOn(kept);
  expect(current.uses).toMatchObject([PUBLICATION]);
  expect(current.defaults).toEqual([KNOWN]);
  expect(reading.current).toEqual(current);
});

test("reload() shows what another keeper has written since", async () => {
  const kept: KeptText = { writes: 0 };
  const [one, other] = [await openOn(kept), await openOn(kept)];
  await other.update((before) => recordUse(before, PUBLICATION, NOW));
  expect(one.current.uses).toEqual([]);
  expect((await one.reload()).uses).toHaveLength(1);
  expect(one.current.uses).toHaveLength(1);
});

test("update() goes on from what it knew when somebody has removed what was kept", async () => {
  const kept: KeptText = { writes: 0 };
  const state = await openOn(kept);
  await state.update((before) => recordDefault(before, KNOWN));
  delete kept.text;
  await state.update((before) => recordUse(before, PUBLICATION, NOW + DAY_MS));
  const { current } = await openOn(kept);
  expect(current).toMatchObject({ since: NOW, defaults: [KNOWN], uses: [PUBLICATION] });
});
