import { assertOwner, emptyState } from "./provisioning-state.ts";
import type { ProvisioningState, StateOwner } from "./provisioning-state.ts";

/** What a change makes of the state that is kept; the same object where nothing changes. */
type StateChange = (kept: ProvisioningState | undefined) => ProvisioningState | undefined;

/** Where the state of one app in one environment is kept; several processes may share it. */
export interface StateStore {
  /** Returns what was written last; `undefined` when nothing was. */
  read(): Promise<ProvisioningState | undefined>;
  /**
   * Reads what is kept, applies a change and keeps what comes of it, and nobody else changes it in
   * between. It is replaced whole: after a crash the old state or the new one is there. Nothing is
   * written when the change returns what it was given; it may be asked more than once. Returns what is
   * kept now.
   */
  update(change: StateChange): Promise<ProvisioningState | undefined>;
}

/** The state as last seen, and the way to what is kept. */
export interface StateKeeper {
  /** As it was when it was last opened, reloaded or changed by this keeper. */
  readonly current: ProvisioningState;
  /** Reads what is kept now, for others may have changed it, and returns it. */
  reload(): Promise<ProvisioningState>;
  /**
   * Applies a change to what is kept now, also to what others have written since it was opened;
   * writes only when it changes something, that is, returns another object.
   */
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
  let current = emptyState(owner, now);
  // What is kept may have been removed meanwhile; what this process knows is not lost with it.
  const see = (kept: ProvisioningState | undefined): ProvisioningState => {
    if (kept !== undefined) assertOwner(kept, owner);
    return kept ?? current;
  };
  current = see(await store.read());
  return {
    get current() {
      return current;
    },
    async reload() {
      current = see(await store.read());
      return current;
    },
    async update(change) {
      const kept = await store.update((before) => {
        const seen = see(before);
        const next = change(seen);
        return next === seen ? before : next;
      });
      current = see(kept);
    },
  };
}
