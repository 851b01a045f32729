import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/seeded-random.ts";
import { type KvEntry, WRITE_INTERVAL_MS } from "./kv-limits.ts";

/** How long a write takes to be seen elsewhere, in milliseconds: anything between. */
export interface Propagation {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What a namespace lives by. */
export interface KvWorld {
  readonly clock: Clock;
  readonly random: Random;
  /** Undefined: at once. */
  readonly propagation: Propagation | undefined;
}

/** A namespace: what was written, and who can see it. */
export interface KvNamespace {
  readonly id: string;
  readonly title: string;
  /**
   * Writes a value, or deletes it with `undefined`. False when the key was written within this second.
   * `from` is the location of a Worker that writes, which sees it at once.
   */
  write(key: string, entry: KvEntry | undefined, from?: string): boolean;
  /** Returns a value: what the API has, or what a location can see by now; undefined for none. */
  read(key: string, location?: string): KvEntry | undefined;
  /** Returns the keys with a value, and those, in the order of their bytes; as `read` does. */
  entries(location?: string): ReadonlyMap<string, KvEntry>;
}

interface Version {
  readonly entry: KvEntry | undefined;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly from: string | undefined;
  /** By location, drawn when it first matters. */
  readonly delaysMs: Map<string, number>;
}

/**
 * Returns an empty namespace.
 *
 * A write is seen at once by the API and in the location that made it. Any other location sees it after a
 * delay of its own for each write of each key, so that two keys written in one order are seen in either:
 * there is no ordering between keys. Of one key a newer value is never followed by an older one.
 *
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/
 */
export function createKvNamespace(id: string, title: string, world: KvWorld): KvNamespace {
  const versions = new Map<string, readonly Version[]>();
  const isGone = ({ expiration }: KvEntry) =>
    expiration !== undefined && expiration * 1000 <= world.clock.now();
  const read = (key: string, location?: string) => {
    const entry = (versions.get(key) ?? []).find((version) =>
      isSeen(version, location, world),
    )?.entry;
    return entry === undefined || isGone(entry) ? undefined : entry;
  };
  return {
    id,
    title,
    read,
    write(key, entry, from) {
      const before = versions.get(key) ?? [];
      const writtenAt = world.clock.now();
      const last = before[0]?.writtenAt ?? Number.NEGATIVE_INFINITY;
      if (writtenAt - last < WRITE_INTERVAL_MS) return false;
      const version = { entry, writtenAt, from, delaysMs: new Map<string, number>() };
      versions.set(key, [version, ...stillSeen(before, world)]);
      return true;
    },
    entries(location) {
      const found = [...versions.keys()].flatMap((key) => {
        const entry = read(key, location);
        return entry === undefined ? [] : [{ key, bytes: Buffer.from(key), entry }];
      });
      found.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
      return new Map(found.map(({ key, entry }) => [key, entry]));
    },
  };
}

function isSeen(
  { writtenAt, from, delaysMs }: Version,
  location: string | undefined,
  { clock, random, propagation }: KvWorld,
): boolean {
  if (location === undefined || location === from || propagation === undefined) return true;
  const { minMs, maxMs } = propagation;
  const delayMs = delaysMs.get(location) ?? minMs + random() * (maxMs - minMs);
  delaysMs.set(location, delayMs);
  return clock.now() - writtenAt >= delayMs;
}

/** Returns the newest that everybody sees by now, and what is newer. */
function stillSeen(
  versions: readonly Version[],
  { clock, propagation }: KvWorld,
): readonly Version[] {
  const since = clock.now() - (propagation?.maxMs ?? 0);
  const settled = versions.findIndex(({ writtenAt }) => writtenAt <= since);
  return settled < 0 ? versions : versions.slice(0, settled + 1);
}
