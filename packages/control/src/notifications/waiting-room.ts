/** What may wait at most. */
export interface WaitingRoomOptions {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** Bounds what waits, and keeps anybody from taking all of it. */
export interface WaitingRoom {
  /**
   * Takes a place for something of a size in bytes, and returns how to leave; undefined where there is no
   * room, or whoever it is for has half of it already.
   */
  enter(who: string, bytes: number): (() => void) | undefined;
}

/** What is there. */
interface Occupancy {
  items: number;
  bytes: number;
}

/**
 * Makes an empty room. One app alone gets half of it: whoever can have one app's notifications repeated without
 * end keeps no other app's out.
 */
export function createWaitingRoom({ maxItems, maxBytes }: WaitingRoomOptions): WaitingRoom {
  const all: Occupancy = { items: 0, bytes: 0 };
  const each = new Map<string, Occupancy>();

  function add(occupancy: Occupancy, items: 1 | -1, bytes: number): void {
    occupancy.items += items;
    occupancy.bytes += items * bytes;
  }

  return {
    enter(who, bytes) {
      const own = each.get(who) ?? { items: 0, bytes: 0 };
      if (all.items >= maxItems || all.bytes + bytes > maxBytes) return undefined;
      if (own.items >= maxItems / 2 || own.bytes + bytes > maxBytes / 2) return undefined;
      each.set(who, own);
      add(all, 1, bytes);
      add(own, 1, bytes);
      return () => {
        add(all, -1, bytes);
        add(own, -1, bytes);
        if (own.items === 0) each.delete(who);
      };
    },
  };
}
