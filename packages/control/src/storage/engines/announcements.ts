/** Tells listeners of this process that something was committed. */
export interface Announcements {
  /** Calls every listener, after the caller's own turn. */
  wake(): void;
  /** Adds a listener, which must not throw; returns how to remove it. */
  add(listener: () => void): () => void;
}

/** Returns announcements without listeners. */
export function createAnnouncements(): Announcements {
  const listeners = new Set<{ readonly call: () => void }>();
  return {
    wake() {
      for (const listener of listeners) {
        queueMicrotask(() => {
          if (listeners.has(listener)) listener.call();
        });
      }
    },
    add(call) {
      // Its own entry, so that the same function may listen twice.
      const listener = { call };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
