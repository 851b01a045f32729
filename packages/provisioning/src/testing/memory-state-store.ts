import { parseProvisioningState } from "../state/provisioning-state.ts";
import type { ProvisioningState, StateOwner } from "../state/provisioning-state.ts";
import type { StateStore } from "../state/state-keeper.ts";
import type { Hook } from "./fake-app-store.ts";

/** A kept text that outlives the stores opened on it, as a file does. */
export interface KeptText {
  text?: string;
  writes: number;
}

/** Makes a store that keeps JSON in memory; stores on the same text change it one after the other. */
export function createMemoryStateStore(
  kept: KeptText,
  owner: StateOwner,
  hook: Hook = () => undefined,
): StateStore {
  const readNow = (): ProvisioningState | undefined =>
    kept.text === undefined ? undefined : parseProvisioningState(JSON.parse(kept.text), owner);
  return {
    read: async () => readNow(),
    async update(change) {
      const before = readNow();
      const next = change(before);
      if (next === before || next === undefined) return before;
      hook("before", "write state");
      kept.text = JSON.stringify(next);
      kept.writes += 1;
      hook("after", "write state");
      return next;
    },
  };
}
