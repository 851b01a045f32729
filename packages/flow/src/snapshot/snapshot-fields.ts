import { BadDataError } from "@holdfast/appstore/errors";

/**
 * Why a snapshot is refused.
 *
 * - `SNAPSHOT_FORMAT_UNKNOWN`: a format (or bucketing) this release does not know
 * - `SNAPSHOT_MALFORMED`: not what its format says; the message names the place
 */
export type SnapshotErrorCode = "SNAPSHOT_FORMAT_UNKNOWN" | "SNAPSHOT_MALFORMED";

/** An object of which every member must be asked for. */
export type Members = Readonly<Record<string, unknown>>;

/** Returns the error for a place in a snapshot that is not what it should be. */
export function malformed(path: string, expected: string): BadDataError<SnapshotErrorCode> {
  return new BadDataError("SNAPSHOT_MALFORMED", `snapshot${path}: expected ${expected}`);
}

/** Returns an object that has no other members than the allowed ones. */
export function readObject(value: unknown, path: string, allowed: readonly string[]): Members {
  const object = readRecord(value, path);
  for (const name of Object.keys(object)) {
    if (!allowed.includes(name)) throw malformed(path, `no member but ${allowed.join(", ")}`);
  }
  return object;
}

/** Returns an object whose members' names are data. */
export function readRecord(value: unknown, path: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(path, "an object");
  }
  if (Object.hasOwn(value, "__proto__")) throw malformed(path, "no member __proto__");
  // An object that is no array can be read by member name; every member is checked on reading.
  return value as Members;
}

/** Returns a member; one inherited from a prototype does not count. */
export function member(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Returns a record with every value read; its keys stay. */
export function readValues<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): Readonly<Record<string, T>> {
  const record = readRecord(value, path);
  return Object.fromEntries(
    Object.entries(record).map(([name, item]) => [name, read(item, `${path}.${name}`)]),
  );
}

/** Returns an array with every item read. */
export function readArray<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): readonly T[] {
  if (!Array.isArray(value)) throw malformed(path, "an array");
  const items: readonly unknown[] = value;
  return items.map((item, index) => read(item, `${path}[${index}]`));
}

/** Returns a non-empty string without half surrogates. */
export function readText(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "" || !value.isWellFormed()) {
    throw malformed(path, "a non-empty string");
  }
  return value;
}

/** Returns one of the allowed strings. */
export function readOneOf<T extends string>(
  value: unknown,
  path: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw malformed(path, `one of ${allowed.join(", ")}`);
  return found;
}

/** Returns an integer within bounds, both inclusive. */
export function readInteger(
  value: unknown,
  path: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw malformed(path, `an integer from ${min} to ${max}`);
  }
  return value;
}

/** Returns what `read` makes of a member as a member of that name, nothing when it is absent. */
export function optional<Name extends string, T>(
  object: Members,
  name: Name,
  read: (value: unknown) => T,
): { readonly [Key in Name]?: T } {
  const value = member(object, name);
  if (value === undefined) return {};
  // The computed key is Name itself; TypeScript widens computed keys to string.
  return { [name]: read(value) } as { readonly [Key in Name]?: T };
}
