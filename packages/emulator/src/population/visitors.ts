import type { Random } from "../random/seeded-random.ts";

/** Who may open the page next. */
export interface Visitors {
  /** How many could come now. */
  readonly size: number;
  /** Lets somebody come, or not; whether they could before does not matter. */
  set(originalTransactionId: string, mayCome: boolean): void;
  /** Returns who comes next, and lets them not come again; `undefined` when nobody can. */
  next(): string | undefined;
}

/** Returns visitors of whom any may come, again and again, each as likely as another. */
export function createRecurringVisitors(random: Random): Visitors {
  const all: string[] = [];
  const indexes = new Map<string, number>();
  const remove = (id: string) => {
    const index = indexes.get(id);
    const last = all.pop();
    indexes.delete(id);
    if (index === undefined || last === undefined || last === id) return;
    // The last one takes the free place.
    all[index] = last;
    indexes.set(last, index);
  };
  return {
    get size() {
      return all.length;
    },
    set(id, mayCome) {
      if (mayCome === indexes.has(id)) return;
      if (mayCome) indexes.set(id, all.push(id) - 1);
      else remove(id);
    },
    next() {
      const id = all[Math.floor(random() * all.length)];
      if (id !== undefined) remove(id);
      return id;
    },
  };
}

/** Returns visitors who each come once, in an order that looks like chance, those who join later last. */
export function createSingleVisitors(random: Random): Visitors {
  const came = new Set<string>();
  const waiting = new Set<string>();
  let order: string[] | undefined;
  let position = 0;
  return {
    get size() {
      return waiting.size;
    },
    set(id, mayCome) {
      if (!mayCome || came.has(id)) waiting.delete(id);
      else if (!waiting.has(id)) {
        waiting.add(id);
        order?.push(id);
      }
    },
    next() {
      order ??= shuffle([...waiting], random);
      while (position < order.length) {
        const id = order[position];
        position += 1;
        if (id === undefined || !waiting.delete(id)) continue;
        came.add(id);
        return id;
      }
      return undefined;
    },
  };
}

/** Fisher and Yates, in place. */
function shuffle(all: string[], random: Random): string[] {
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [one, two] = [all[index], all[other]];
    if (one === undefined || two === undefined) continue;
    all[index] = two;
    all[other] = one;
  }
  return all;
}
