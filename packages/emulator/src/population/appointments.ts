/** What is to be done at some time. */
export interface Appointment<T> {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: T;
}

/** What is to be done, the earliest first. */
export interface Appointments<T> {
  readonly size: number;
  add(appointment: Appointment<T>): void;
  /** When the earliest is; `Infinity` when there is none. */
  nextAt(): number;
  /** Returns the earliest, and forgets it; `undefined` when there is none. */
  take(): Appointment<T> | undefined;
}

/** Returns a book with no appointments: a binary heap, for there are as many as subscribers. */
export function createAppointments<T>(): Appointments<T> {
  // Of two at the same time, the one made first comes first.
  type Entry = Appointment<T> & { readonly number: number };
  const heap: Entry[] = [];
  let made = 0;
  const isBefore = (one: Entry | undefined, other: Entry | undefined) =>
    one !== undefined &&
    (other === undefined ||
      one.at < other.at ||
      (one.at === other.at && one.number < other.number));
  const swap = (one: number, other: number) => {
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return;
    heap[one] = second;
    heap[other] = first;
  };
  const rise = (start: number) => {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) return;
      swap(index, parent);
      index = parent;
    }
  };
  const sink = () => {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[index])) return;
      swap(index, child);
      index = child;
    }
  };
  return {
    get size() {
      return heap.length;
    },
    add({ at, what }) {
      heap.push({ at, what, number: made });
      made += 1;
      rise(heap.length - 1);
    },
    nextAt: () => heap[0]?.at ?? Infinity,
    take() {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      sink();
      return first;
    },
  };
}
