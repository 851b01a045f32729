import type { FlowPath } from "../document/index.ts";

/** One place where two values differ. */
export interface Difference {
  readonly kind: "added" | "removed" | "changed" | "moved";
  /** Entries with a name stand under it, others under their index. */
  readonly path: FlowPath;
  /** Absent where it was added; for one that moved its place, from 1. */
  readonly before?: unknown;
  /** Absent where it was removed; for one that moved its place, from 1. */
  readonly after?: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns where two JSON values differ, in the order of `before` and then of `after`. By meaning: the
 * order of members is no difference, nor that of a list of plain values, since every such list of the
 * flow language is a set; entries that have a name are compared by it, and their order counts.
 */
export function diffValues(
  before: unknown,
  after: unknown,
  path: FlowPath = [],
): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (before === undefined) return [{ kind: "added", path, after }];
  if (after === undefined) return [{ kind: "removed", path, before }];
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (isRecord(before) && isRecord(after)) return diffRecords(before, after, path);
  return [{ kind: "changed", path, before, after }];
}

/** Tells whether a list is one the flow language takes for a set. */
export function isPlainList(value: unknown): value is readonly (string | number | boolean)[] {
  return Array.isArray(value) && value.every((entry) => typeof entry !== "object");
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function diffRecords(before: Values, after: Values, path: FlowPath): readonly Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    diffValues(own(before, name), own(after, name), [...path, name]),
  );
}

/** A message may be called like a member that every object inherits. */
function own(record: Values, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: FlowPath,
): readonly Difference[] {
  if (isPlainList(before) && isPlainList(after)) {
    const isSame = isSubset(before, after) && isSubset(after, before);
    return isSame ? [] : [{ kind: "changed", path, before, after }];
  }
  const [named, namedAfter] = [byName(before), byName(after)];
  if (named !== undefined && namedAfter !== undefined) return diffNamed(named, namedAfter, path);
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
    diffValues(before[index], after[index], [...path, index]),
  ).flat();
}

function isSubset(part: readonly unknown[], whole: readonly unknown[]): boolean {
  const entries = new Set(whole);
  return part.every((entry) => entries.has(entry));
}

/** The members by which entries of the language's lists are called. */
const NAMES = ["name", "experiment"] as const;

/** Returns a list's entries by their names; nothing when they have none, or one is there twice. */
function byName(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const entries = new Map<string, unknown>();
  for (const entry of list) {
    if (!isRecord(entry)) return undefined;
    const name = NAMES.map((member) => entry[member]).find((value) => typeof value === "string");
    if (name === undefined || entries.has(name)) return undefined;
    entries.set(name, entry);
  }
  return entries;
}

function diffNamed(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  path: FlowPath,
): readonly Difference[] {
  const moved = movedNames(before, after);
  const [places, placesAfter] = [placesOf(before), placesOf(after)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const place = [...path, name];
    const inside = diffValues(before.get(name), after.get(name), place);
    if (!moved.has(name)) return inside;
    const [was, is] = [places.get(name), placesAfter.get(name)];
    const move: Difference = { kind: "moved", path: place, before: was, after: is };
    return [move].concat(inside);
  });
}

function placesOf(entries: ReadonlyMap<string, unknown>): ReadonlyMap<string, number> {
  return new Map([...entries.keys()].map((name, index) => [name, index + 1]));
}

/** The fewest names that must be moved for what is in both to be in the new order. */
function movedNames(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const old = new Map([...before.keys()].map((name, index) => [name, index]));
  const kept = [...after.keys()].filter((name) => before.has(name));
  const staying = longestRising(kept.map((name) => old.get(name) ?? 0));
  return new Set(kept.filter((_, index) => !staying.has(index)));
}

/** Returns the indexes of a longest rising subsequence (patience sorting). */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  /** For each length the index of the smallest number that ends such a sequence. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [index, number] of numbers.entries()) {
    const found = ends.findIndex((end) => (numbers[end] ?? 0) >= number);
    const length = found === -1 ? ends.length : found;
    previous.push(length === 0 ? undefined : ends[length - 1]);
    ends[length] = index;
  }
  const rising = new Set<number>();
  for (let index = ends.at(-1); index !== undefined; index = previous[index]) rising.add(index);
  return rising;
}
