import { assertOwner, emptyState } from "./provisioning-state.ts";
import type { ProvisioningState, StateOwner } from "./provisioning-state.ts";

/** Where the state of one app in one environment is kept. */
export interface StateStore {
  /** Returns what was written last; `undefined` when nothing was. */
  read(): Promise<ProvisioningState | undefined>;
  /** Replaces it whole: after a crash the old state or the new one is there. */
  write(state: ProvisioningState): Promise<void>;
}

/** The state in memory, written through with each change. */
export interface StateKeeper {
  readonly current: ProvisioningState;
  /** Applies a change; writes only when it changes something, that is, returns another object. */
  update(change: (state: ProvisioningState) => ProvisioningState): Promise<void>;
}

/**
 * Opens what is kept, or begins anew; nothing is written until something changes.
 *
 * @throws PolicyError `STATE_OF_ANOTHER_APP`
 */
export async function openState(
  store: StateStore,
  owner: StateOwner,
  now: number,
): Promise<StateKeeper> {
  let current = (await store.read()) ?? emptyState(owner, now);
  assertOwner(current, owner);
  return {
    get current() {
      return current;
    },
    async update(change) {
      const next = change(current);
      if (next === current) return;
      await store.write(next);
      current = next;
    },
  };
}
