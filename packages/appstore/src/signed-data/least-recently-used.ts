/** A map that forgets what was used longest ago when it grows over its bound. */
export interface LeastRecentlyUsed<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  readonly size: number;
}

/** Makes an empty map of at most `bound` entries. */
export function createLeastRecentlyUsed<Key, Value>(bound: number): LeastRecentlyUsed<Key, Value> {
  // A Map keeps its keys in the order of insertion: the first is the one used longest ago.
  const entries = new Map<Key, Value>();
  let newest: Key | undefined;
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined || key === newest) return value;
      entries.delete(key);
      entries.set(key, value);
      newest = key;
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      newest = key;
      const [oldest] = entries.keys();
      if (entries.size > bound && oldest !== undefined) entries.delete(oldest);
    },
    get size() {
      return entries.size;
    },
  };
}
