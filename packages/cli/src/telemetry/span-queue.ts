/** What ended, waiting to become a span. */
interface Waiting<Item> {
  readonly item: Item;
  readonly endedAt: number;
}

/** Takes what ended at once and hands it on later. */
export interface SpanQueue<Item> {
  /** Takes an item that ended just now; over the limit it is counted and let go. */
  add(item: Item): void;
  /** Hands on all that waits, now. */
  flush(): void;
}

/** How a queue works. */
export interface SpanQueueOptions<Item> {
  /** The most items handed on of those that ended in one second. */
  readonly perSecond: number;
  /** Called with each item, when it ended in ms since 1970, and how many were let go since the last one. */
  readonly onItem: (item: Item, endedAt: number, dropped: number) => void;
  /** Milliseconds since 1970, with a fraction; default the system's clock. */
  readonly now?: () => number;
}

/** How soon what waits is handed on, ms. */
const DELAY_MS = 100;

const WINDOW_MS = 1000;

/**
 * Returns a queue. Adding takes a look at the clock: the work of making spans is done between answers, and
 * bounded, however many answers there are.
 */
export function createSpanQueue<Item>({
  perSecond,
  onItem,
  now = preciseNow,
}: SpanQueueOptions<Item>): SpanQueue<Item> {
  let waiting: Waiting<Item>[] = [];
  let windowEndsAt = 0;
  let taken = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const items = waiting;
    waiting = [];
    for (const { item, endedAt } of items) {
      onItem(item, endedAt, dropped);
      dropped = 0;
    }
  }

  return {
    add(item) {
      const endedAt = now();
      if (endedAt >= windowEndsAt) {
        windowEndsAt = endedAt + WINDOW_MS;
        taken = 0;
      }
      if (taken >= perSecond) {
        dropped += 1;
        return;
      }
      taken += 1;
      waiting.push({ item, endedAt });
      timer ??= setTimeout(flush, DELAY_MS).unref();
    },
    flush,
  };
}

function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
