import { parseProvisioningState } from "../state/provisioning-state.ts";
import type { StateOwner } from "../state/provisioning-state.ts";
import type { StateStore } from "../state/state-keeper.ts";
import type { Hook } from "./fake-app-store.ts";

/** A kept text that outlives the stores opened on it, as a file does. */
export interface KeptText {
  text?: string;
  writes: number;
}

/** Makes a store that keeps JSON in memory. */
export function createMemoryStateStore(
  kept: KeptText,
  owner: StateOwner,
  hook: Hook = () => undefined,
): StateStore {
  return {
    async read() {
      if (kept.text === undefined) return undefined;
      return parseProvisioningState(JSON.parse(kept.text), owner);
    },
    async write(state) {
      hook("before", "write state");
      kept.text = JSON.stringify(state);
      kept.writes += 1;
      hook("after", "write state");
    },
  };
}
