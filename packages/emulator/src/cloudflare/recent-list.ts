/** How many are remembered; ours, to bound memory. */
const MAX_REMEMBERED = 50_000;

/** The last of what happened, in its order. */
export interface RecentList<T> {
  add(item: T): void;
  readonly items: readonly T[];
}

/** Returns a list that forgets what is older than its last 50,000. */
export function createRecentList<T>(): RecentList<T> {
  let items: T[] = [];
  return {
    add(item) {
      items.push(item);
      // Not one by one, which would move all the others each time.
      if (items.length >= 2 * MAX_REMEMBERED) items = items.slice(-MAX_REMEMBERED);
    },
    get items() {
      return items.slice(-MAX_REMEMBERED);
    },
  };
}
