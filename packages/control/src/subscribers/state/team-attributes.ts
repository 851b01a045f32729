import { fromJsonText } from "../../storage/json-text.ts";
import type { SubscriberAttributesTable, TeamValue } from "../tables.ts";

/** What the team says of one attribute, as it is stored. */
export interface TeamAttribute {
  /** A subscription's pseudonym, or an account's hash. */
  readonly owner: string;
  readonly name: string;
  /** null where it was taken back. */
  readonly value: TeamValue;
  /** As of when it is true, milliseconds since 1970. */
  readonly setAt: number;
  /** From when it counts no more, milliseconds since 1970; null for never. */
  readonly expiresAt: number | null;
}

/** The columns a {@link TeamAttribute} is read from. */
export type TeamAttributeRow = Pick<
  SubscriberAttributesTable,
  "owner" | "name" | "value" | "set_at" | "expires_at"
>;

/** Returns what a row says. */
export function teamAttributeOf(row: TeamAttributeRow): TeamAttribute {
  const { owner, name, value, set_at: setAt, expires_at: expiresAt } = row;
  return { owner, name, value: fromJsonText(value), setAt, expiresAt };
}

/**
 * How much of what the team says one state holds, in characters of JSON: what is more would make the decision
 * record it stands in too large to be taken, and a lookup of it too long.
 */
export const MAX_STATED_CHARACTERS = 32 * 1024;

/**
 * Returns what the team says of a subscription at `now`, by name: of what it said of the subscription and of
 * its account the later holds, of the same moment that of the subscription. What has expired or was taken
 * back is not there: unknown. Neither is what has no room beside shorter values, by {@link MAX_STATED_CHARACTERS}.
 */
export function teamAttributesAt(
  stated: readonly TeamAttribute[],
  { pseudonym, now }: { readonly pseudonym: string; readonly now: number },
): ReadonlyMap<string, TeamAttribute> {
  const newest = new Map<string, TeamAttribute>();
  for (const attribute of stated) {
    if (attribute.expiresAt !== null && attribute.expiresAt <= now) continue;
    const other = newest.get(attribute.name);
    const isNewer =
      other === undefined ||
      attribute.setAt > other.setAt ||
      (attribute.setAt === other.setAt && attribute.owner === pseudonym);
    if (isNewer) newest.set(attribute.name, attribute);
  }
  return withinBound([...newest].filter(([, { value }]) => value !== null));
}

/** The shortest first, so that one long value costs no other one. */
function withinBound(
  attributes: readonly (readonly [name: string, attribute: TeamAttribute])[],
): ReadonlyMap<string, TeamAttribute> {
  const sized = attributes.map((entry) => ({ entry, size: sizeOf(entry[1]) }));
  let room = MAX_STATED_CHARACTERS - sized.reduce((sum, { size }) => sum + size, 0);
  if (room >= 0) return new Map(attributes);
  const dropped = new Set<string>();
  const longestFirst = sized.toSorted(
    (one, other) => other.size - one.size || (one.entry[0] < other.entry[0] ? 1 : -1),
  );
  for (const { entry, size } of longestFirst) {
    if (room >= 0) break;
    dropped.add(entry[0]);
    room += size;
  }
  return new Map(attributes.filter(([name]) => !dropped.has(name)));
}

function sizeOf({ name, value }: TeamAttribute): number {
  return JSON.stringify([name, value]).length;
}
